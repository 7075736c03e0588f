import { nameOfPlace, type IPlace } from '../place';
import type { IPageWords } from '../words';
import type { IControl } from './control';

/** A control in its place: whether it was changed, what is wrong with it, what the batch says meanwhile. */
export class Field {
  constructor(
    readonly place: IPlace,
    readonly control: IControl,
    private readonly _words: IPageWords
  ) {
    this.name = nameOfPlace(place);
    this._error = this._findError();
    this.showChange();
  }

  /** What people call it. */
  readonly name: string;

  get variable(): string {
    return this.place.variable;
  }

  /** The message beside it; '' for none. */
  get error(): string {
    return this._error?.textContent ?? '';
  }

  set error(message: string) {
    const { element } = this.place;
    if (!this._error) {
      if (!message) {
        return;
      }
      this._error = this._addNote('p', 'error', '_error');
    }
    this._error.textContent = message;
    this._error.hidden = !message;
    if (message) {
      element.setAttribute('aria-invalid', 'true');
    } else {
      element.removeAttribute('aria-invalid');
    }
    this._describe(this._error.id, Boolean(message));
  }

  /** True when the author does not let people change it. */
  get isDisabled(): boolean {
    return this.place.element.hasAttribute('disabled');
  }

  /** What the browser finds wrong with what was typed, which it does not give away; '' for nothing. */
  get problem(): string {
    const { element } = this.place;
    const inputs =
      element instanceof HTMLInputElement ? [element] : [...element.querySelectorAll('input')];
    for (const { type, validity } of inputs) {
      if (validity.badInput) {
        return type === 'number' ? this._words.badNumber : this._words.badDate;
      }
      if (type === 'email' && validity.typeMismatch) {
        return this._words.badEmail;
      }
    }
    return '';
  }

  /** Say whether the value differs from the batch. */
  showChange(): void {
    const { element } = this.place;
    const isChanged = this.control.isChanged;
    element.toggleAttribute('data-changed', isChanged);
    if (isChanged && !this._mark) {
      this._mark = this._addNote('span', 'changed', '_changed');
      this._mark.textContent = this._words.changed;
      this._describe(this._mark.id, true);
    } else if (!isChanged && this._mark) {
      this._describe(this._mark.id, false);
      this._mark.remove();
      this._mark = null;
    }
    if (!isChanged) {
      this._notice?.remove();
      this._notice = null;
    }
  }

  /**
   * Take the value of a newer page as that of the batch. What a person gave stays; where it differs, a notice
   * offers the new one.
   */
  rebase(next: IPlace): void {
    this.control.rebase(next.element);
    this.place.stamp = next.stamp;
    this.place.uri = next.uri;
    this.place.element.dataset.stamp = next.stamp;
    this.place.element.dataset.uri = next.uri;
    this.showChange();
    if (this.control.isChanged && !this.control.isSecret && !this._notice) {
      this._notice = this._addNote('p', 'notice', '_notice');
      this._notice.setAttribute('role', 'status');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = this._words.useNewValue;
      button.setAttribute('aria-label', `${this._words.useNewValue}: ${this.name}`);
      button.addEventListener('click', () => {
        this.focus();
        this.control.reset();
        this.place.element.dispatchEvent(new Event('change', { bubbles: true }));
        this.showChange();
      });
      this._notice.append(this._words.newValue, ' ', button);
    }
  }

  /** Move the focus to the control: in a group to what is wrong, else to the chosen one, else the first. */
  focus(): void {
    const { element } = this.place;
    // What is folded away cannot take the focus.
    for (
      let at = element.closest('details');
      at;
      at = at.parentElement?.closest('details') ?? null
    ) {
      at.open = true;
    }
    const candidates = ['[aria-invalid=true]', 'input:checked', 'input, select, textarea, button'];
    const inGroup =
      element instanceof HTMLFieldSetElement
        ? candidates.map(selector => element.querySelector<HTMLElement>(selector)).find(Boolean)
        : null;
    (inGroup ?? element).focus();
  }

  dispose(): void {
    this.control.dispose();
    this._mark?.remove();
    this._notice?.remove();
  }

  /** The place of the error that the page has from the start. */
  private _findError(): HTMLElement | null {
    const { element, elementId } = this.place;
    return element.parentNode?.querySelector<HTMLElement>(`[id="${elementId}-error"]`) ?? null;
  }

  private _addNote(tag: string, suffix: string, className: string): HTMLElement {
    const { element, elementId } = this.place;
    const note = document.createElement(tag);
    note.id = `${elementId}-${suffix}`;
    note.className = className;
    // Behind a unit or suggestions, before the help.
    const help = element.parentNode?.querySelector(`[id="${elementId}-help"]`);
    const anchor = help ?? this._error;
    if (anchor) {
      anchor.before(note);
    } else {
      element.after(note);
    }
    return note;
  }

  private _describe(id: string, isDescribed: boolean): void {
    const { element } = this.place;
    const ids = (element.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean);
    const others = ids.filter(other => other !== id);
    const described = isDescribed ? [...others, id] : others;
    if (described.length) {
      element.setAttribute('aria-describedby', described.join(' '));
    } else {
      element.removeAttribute('aria-describedby');
    }
  }

  private _error: HTMLElement | null;
  private _mark: HTMLElement | null = null;
  private _notice: HTMLElement | null = null;
}
