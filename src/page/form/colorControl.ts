import { readColor } from '../../core/view/views/color';
import type { IActivatorContext } from '../activators/activator';
import type { DraftValue } from '../host';
import { TextControl } from './textControl';

/** A text with the code of a colour, and the browser's own picker behind it. */
export class ColorControl extends TextControl {
  constructor(
    private readonly _text: HTMLInputElement,
    private readonly _context: IActivatorContext
  ) {
    super(_text, _context);
    this._picker.type = 'color';
    this._picker.className = '_picker';
    this._picker.disabled = _text.disabled;
    this._picker.setAttribute('aria-label', _context.words.pickColor(_context.name));
    const suggestions = _text.getAttribute('list');
    if (suggestions) {
      this._picker.setAttribute('list', suggestions);
    }
    this._picker.addEventListener('input', this._onPick);
    _text.addEventListener('input', this._follow);
    _text.after(this._picker);
    this._follow();
  }

  override write(value: DraftValue): void {
    super.write(value);
    this._follow();
  }

  override reset(): void {
    super.reset();
    this._follow();
  }

  override dispose(): void {
    super.dispose();
    this._picker.remove();
    this._text.removeEventListener('input', this._follow);
  }

  private readonly _onPick = (event: Event): void => {
    // It is no input of the automation by itself.
    event.stopPropagation();
    this._text.value = this._picker.value;
    this._context.onEdit();
  };

  private readonly _follow = (): void => {
    this._picker.value = readColor(this._text.value) ?? '#000000';
  };

  private readonly _picker = document.createElement('input');
}
