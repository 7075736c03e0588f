import type { IPageWords } from '../words';

/** What people ask of a table. */
export interface ITableActions {
  filter(text: string): void;
  /** @param pages - 1 forward, −1 back */
  turn(pages: number): void;
  download(): void;
}

/** The bar of a table: filter, range of rows, pages, download. */
export class TableControls {
  /**
   * @param name - what people call the table
   */
  constructor(words: IPageWords, name: string, actions: ITableActions) {
    this._bar.className = '_table-controls';
    this._filter.type = 'search';
    this._filter.placeholder = words.filter;
    this._filter.setAttribute('aria-label', `${words.filter}: ${name}`);
    this._filter.addEventListener('input', event => {
      // In a form it is no input of the automation.
      event.stopPropagation();
      actions.filter(this._filter.value);
    });
    this._filter.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault();
      }
    });
    this._status.className = '_note';
    this._status.setAttribute('role', 'status');
    this._previous = createButton('‹', words.previous, () => actions.turn(-1));
    this._next = createButton('›', words.next, () => actions.turn(1));
    this._download = createButton(words.download, `${words.download}: ${name}`, actions.download);
    this._bar.append(this._filter, this._status, this._previous, this._next, this._download);
  }

  get status(): string {
    return this._status.textContent ?? '';
  }

  /** A sentence about what is shown, or why nothing is. */
  set status(text: string) {
    if (this._status.textContent !== text) {
      this._status.textContent = text;
    }
  }

  /** False when the author does not want it. */
  set isDownloadable(isDownloadable: boolean) {
    this._download.hidden = !isDownloadable;
  }

  /** Say which rows are shown. */
  setRange(range: {
    text: string;
    hasPrevious: boolean;
    hasNext: boolean;
    /** False when all rows fit on one page. */
    isPaged: boolean;
  }): void {
    this.status = range.text;
    // A button that vanished or was disabled under a person's finger would lose the focus.
    this._previous.setAttribute('aria-disabled', String(!range.hasPrevious));
    this._next.setAttribute('aria-disabled', String(!range.hasNext));
    this._previous.hidden = this._next.hidden =
      !range.isPaged && !range.hasPrevious && !range.hasNext;
  }

  /** Tell whether a node is this bar. */
  is(node: Node): boolean {
    return node === this._bar;
  }

  /** Stand first in an element. */
  attach(element: HTMLElement): void {
    if (element.firstChild !== this._bar) {
      element.prepend(this._bar);
    }
  }

  dispose(): void {
    this._bar.remove();
  }

  private readonly _bar = document.createElement('div');
  private readonly _filter = document.createElement('input');
  private readonly _status = document.createElement('span');
  private readonly _previous: HTMLButtonElement;
  private readonly _next: HTMLButtonElement;
  private readonly _download: HTMLButtonElement;
}

function createButton(text: string, label: string, act: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') {
      act();
    }
  });
  return button;
}
