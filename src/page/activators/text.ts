import { formatBytes } from '../../core/view/element';
import { RangeText, type IRangeText } from '../rangeText';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Fetches texts that are too large for the page: whole, or begin and end; of those that grow, only what is new. */
export const textActivator: IViewActivator = {
  name: 'text',
  activate: (element, context) =>
    context.place.mode === 'output' && element.dataset.size !== undefined
      ? new ActiveText(element, context)
      : null
};

class ActiveText implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    this._text = new RangeText(_context.fetchData);
    this._box.className = '_long-text';
    this._box.tabIndex = 0;
    this._box.setAttribute('role', 'region');
    this._box.setAttribute('aria-label', _context.name);
    this._box.textContent = _context.words.loading;
    _element.append(this._box);
    this._read(_element);
  }

  update(next: HTMLElement): boolean {
    if (next.dataset.size === undefined) {
      return false;
    }
    const link = next.querySelector('._text-link');
    this._element.querySelector('._text-link')?.replaceChildren(...(link?.childNodes ?? []));
    this._read(next);
    return true;
  }

  dispose(): void {
    this._controller.abort();
    this._box.remove();
  }

  private _read({ dataset }: HTMLElement): void {
    const { uri = '', size } = dataset;
    this._controller.abort();
    this._controller = new AbortController();
    const { signal } = this._controller;
    this._text
      .read(uri, Number(size), signal)
      .then(change => {
        if (!signal.aborted) {
          this._show(change);
        }
      })
      .catch(error => {
        if (!signal.aborted) {
          const reason = error instanceof Error ? error.message : String(error);
          this._box.textContent = this._context.words.dataUnavailable(reason);
        }
      });
  }

  private _show(change: { text: IRangeText } | { added: string }): void {
    const { scrollTop, scrollHeight, clientHeight } = this._box;
    const isAtEnd = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 4;
    if ('added' in change) {
      // What a person selected stays selected.
      this._last.appendData(change.added);
    } else {
      const { head, tail, leftOut } = change.text;
      this._last = document.createTextNode(tail || head);
      const note = document.createElement('p');
      note.className = '_note';
      note.textContent = this._context.words.leftOut(formatBytes(leftOut));
      this._box.replaceChildren(...(leftOut > 0 ? [head, note, this._last] : [this._last]));
    }
    this._box.scrollTop = isAtEnd ? this._box.scrollHeight : scrollTop;
  }

  private readonly _text: RangeText;
  private readonly _box = document.createElement('div');
  private _last = document.createTextNode('');
  private _controller = new AbortController();
}
