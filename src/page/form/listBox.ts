import type { IPageWords } from '../words';

/** What can be chosen. */
export interface IChoice {
  value: string;
  /** What people see. */
  name: string;
}

/** What a list works with. */
export interface IListBoxOptions {
  /** Has the focus while the list is open; its `id` is the start of the list's. */
  input: HTMLInputElement;
  /** What people call the list. */
  name: string;
  choices: readonly IChoice[];
  words: IPageWords;
  isMultiple: boolean;
  isChosen(choice: IChoice): boolean;
  /** A person chose; the list closes, unless several can be chosen. */
  onChoose(choice: IChoice): void;
}

/** Choices that are shown at once; typing narrows them. */
const MAX_SHOWN = 100;

/**
 * The list of a combobox: opens below its field, shows what contains the typed text, and is moved through by the
 * arrow keys while the focus stays in the field.
 */
export class ListBox {
  constructor(private readonly _options: IListBoxOptions) {
    const { input, name, isMultiple } = _options;
    this._list.id = `${input.id}-list`;
    this._list.setAttribute('role', 'listbox');
    this._list.setAttribute('aria-label', name);
    if (isMultiple) {
      this._list.setAttribute('aria-multiselectable', 'true');
    }
    this._note.className = '_note';
    this._note.setAttribute('role', 'status');
    this._box.className = '_list-box';
    this._box.append(this._list, this._note);
    // A click must not take the focus out of the field, which would close the list before it is heard.
    this._box.addEventListener('mousedown', event => event.preventDefault());
    this._list.addEventListener('click', this._onClick);
    input.addEventListener('click', this._onOpen);
    input.addEventListener('keydown', this._onKey);
    input.addEventListener('blur', this._onBlur);
  }

  get isOpen(): boolean {
    return this._box.isConnected;
  }

  /**
   * Open the list, or show it anew.
   *
   * @param text - shows what contains it; '' shows all
   */
  open(text: string): void {
    const { input, choices, words, isChosen } = this._options;
    if (input.disabled || input.matches(':disabled')) {
      return;
    }
    const wanted = simplify(text);
    const found = choices.filter(({ name }) => simplify(name).includes(wanted));
    this._shown = found.slice(0, MAX_SHOWN);
    const items = this._shown.map((choice, index) => this._createItem(choice, index));
    this._list.replaceChildren(...items);
    this._note.textContent = words.choices(this._shown.length, found.length);
    if (!this.isOpen) {
      input.after(this._box);
    }
    input.setAttribute('aria-expanded', 'true');
    input.setAttribute('aria-controls', this._list.id);
    const chosen = this._shown.findIndex(isChosen);
    this._activate(wanted !== '' && this._shown.length ? 0 : chosen);
  }

  close(): void {
    const { input } = this._options;
    this._box.remove();
    this._active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-controls');
    input.removeAttribute('aria-activedescendant');
  }

  dispose(): void {
    const { input } = this._options;
    this.close();
    input.removeEventListener('click', this._onOpen);
    input.removeEventListener('keydown', this._onKey);
    input.removeEventListener('blur', this._onBlur);
  }

  private readonly _onOpen = (): void => {
    if (!this.isOpen) {
      this.open('');
    }
  };

  private readonly _onBlur = (): void => this.close();

  private readonly _onClick = ({ target }: Event): void => {
    const item = target instanceof Element ? target.closest('[role=option]') : null;
    const index = item ? [...this._list.children].indexOf(item) : -1;
    if (index >= 0) {
      this._choose(index);
    }
  };

  private readonly _onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || !this._act(event)) {
      return;
    }
    event.preventDefault();
    // Escape of an open list closes nothing else, and Enter sends no form.
    event.stopPropagation();
  };

  /** @returns true when the key was meant for the list */
  private _act({ key, altKey }: KeyboardEvent): boolean {
    if (!this.isOpen) {
      const opens = key === 'ArrowDown' || key === 'ArrowUp';
      if (opens) {
        this.open('');
      }
      return opens;
    }
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (altKey) {
          this.close();
        } else {
          this._move(key === 'ArrowDown' ? 1 : -1);
        }
        return true;
      case 'Enter':
        if (this._active >= 0) {
          this._choose(this._active);
        } else {
          this.close();
        }
        return true;
      case 'Escape':
        this.close();
        return true;
      default:
        return false;
    }
  }

  private _move(by: 1 | -1): void {
    const count = this._shown.length;
    if (count) {
      const next = this._active < 0 ? (by > 0 ? 0 : count - 1) : this._active + by;
      this._activate((next + count) % count);
    }
  }

  private _choose(index: number): void {
    const choice = this._shown[index];
    this._options.onChoose(choice);
    if (!this._options.isMultiple) {
      this.close();
      return;
    }
    [...this._list.children].forEach((item, at) =>
      item.setAttribute('aria-selected', String(this._options.isChosen(this._shown[at])))
    );
    this._activate(index);
  }

  private _activate(index: number): void {
    this._list.children[this._active]?.classList.remove('_active');
    this._active = index;
    const item = this._list.children[index];
    if (item) {
      item.classList.add('_active');
      this._options.input.setAttribute('aria-activedescendant', item.id);
      item.scrollIntoView?.({ block: 'nearest' });
    } else {
      this._options.input.removeAttribute('aria-activedescendant');
    }
  }

  private _createItem(choice: IChoice, index: number): HTMLElement {
    const item = document.createElement('li');
    item.id = `${this._list.id}-${index}`;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', String(this._options.isChosen(choice)));
    item.textContent = choice.name;
    return item;
  }

  private readonly _box = document.createElement('div');
  private readonly _list = document.createElement('ul');
  private readonly _note = document.createElement('p');
  private _shown: readonly IChoice[] = [];
  /** Index of the choice that Enter takes; −1 for none. */
  private _active = -1;
}

/** Read the choices that the server rendered for a control. */
export function readChoices(list: Element | null): IChoice[] {
  const options = [...(list?.querySelectorAll('option') ?? [])];
  return options.map(({ value, textContent }) => ({ value, name: textContent || value }));
}

/** Text without case and accents, so that typing is forgiving. */
function simplify(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
