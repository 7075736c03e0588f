import type { IActivated } from './activator';

const INDENT = '    ';

/**
 * Lets Tab indent in a field of code, and Shift+Tab take that back. Escape gives Tab its usual meaning until the
 * field is left, so that nobody is caught in it.
 */
export class TabKey implements IActivated {
  constructor(private readonly _area: HTMLTextAreaElement) {
    _area.addEventListener('keydown', this._onKey);
    _area.addEventListener('blur', this._onBlur);
  }

  dispose(): void {
    this._area.removeEventListener('keydown', this._onKey);
    this._area.removeEventListener('blur', this._onBlur);
  }

  private readonly _onBlur = (): void => {
    this._isLeaving = false;
  };

  private readonly _onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      this._isLeaving = true;
      return;
    }
    const isTab = event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!isTab || this._isLeaving || this._area.readOnly) {
      return;
    }
    event.preventDefault();
    if (event.shiftKey) {
      this._outdent();
    } else if (this._area.selectionStart === this._area.selectionEnd) {
      this._area.setRangeText(INDENT, this._area.selectionStart, this._area.selectionEnd, 'end');
    } else {
      this._changeLines(line => `${INDENT}${line}`);
    }
    this._area.dispatchEvent(new Event('input', { bubbles: true }));
  };

  private _outdent(): void {
    this._changeLines(line => line.replace(/^(?: {1,4}|\t)/, ''));
  }

  /** Change each line that the selection touches, and keep it selected. */
  private _changeLines(change: (line: string) => string): void {
    const { value, selectionStart, selectionEnd } = this._area;
    const start = value.lastIndexOf('\n', selectionStart - 1) + 1;
    const lines = value.slice(start, selectionEnd);
    const changed = lines.split('\n').map(change).join('\n');
    const isCaret = selectionStart === selectionEnd;
    this._area.setRangeText(changed, start, selectionEnd, isCaret ? 'end' : 'select');
  }

  private _isLeaving = false;
}
