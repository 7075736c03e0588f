import type { JsonValue } from '../core/json';
import { textOfValue } from '../core/view/valueText';

/** Rows that are put into a page; more are for downloading. */
export const MAX_TABLE_ROWS = 1000;

/** Data that are also drawn, for who reads rather than looks. */
export interface ITableData {
  columns: readonly string[];
  /** As many values as columns in each; of the first rows. */
  rows: readonly (readonly JsonValue[])[];
  /** How many there are altogether. */
  total: number;
}

/** What a table is made with. */
export interface IDataTableOptions {
  /** What opens it. */
  title: string;
  /** Names the table for assistive technology. */
  label: string;
  /** @param shown - how many of `total` rows are there */
  note: (shown: number, total: number) => string;
  /** Read the data; called when a person opens the table first. */
  load: (signal: AbortSignal) => Promise<ITableData | null>;
  /** Said when there are none. */
  empty: string;
  /** @param reason - why they could not be read */
  failed: (reason: string) => string;
}

/** A table that is folded up, and made when it is opened. */
export class DataTable {
  constructor(private readonly _options: IDataTableOptions) {
    const summary = document.createElement('summary');
    summary.textContent = _options.title;
    this.element.className = '_data-table';
    this.element.append(summary);
    this.element.addEventListener('toggle', this._onToggle);
  }

  readonly element = document.createElement('details');

  /** Forget what is shown, since the data changed; an open table is read anew. */
  reset(): void {
    this._controller.abort();
    this._controller = new AbortController();
    this._isLoaded = false;
    this._onToggle();
  }

  dispose(): void {
    this._controller.abort();
    this.element.removeEventListener('toggle', this._onToggle);
    this.element.remove();
  }

  private readonly _onToggle = (): void => {
    if (this.element.open && !this._isLoaded) {
      this._isLoaded = true;
      void this._load(this._controller.signal);
    }
  };

  private async _load(signal: AbortSignal): Promise<void> {
    const { load, empty, failed } = this._options;
    let content: Node[];
    try {
      const data = await load(signal);
      content = data?.total ? this._draw(data) : [noteOf(empty)];
    } catch (error) {
      content = [noteOf(failed(error instanceof Error ? error.message : String(error)))];
      this._isLoaded = signal.aborted;
    }
    if (!signal.aborted) {
      const [summary] = this.element.children;
      this.element.replaceChildren(summary, ...content);
    }
  }

  private _draw({ columns, rows, total }: ITableData): Node[] {
    const { label, note } = this._options;
    const shown = rows.slice(0, MAX_TABLE_ROWS);
    const table = document.createElement('table');
    table.setAttribute('aria-label', label);
    const head = table.createTHead().insertRow();
    columns.forEach(column => {
      // A header without text would name nothing.
      const cell = document.createElement(column ? 'th' : 'td');
      if (column) {
        cell.setAttribute('scope', 'col');
        cell.textContent = column;
      }
      head.append(cell);
    });
    const body = table.createTBody();
    for (const values of shown) {
      const row = body.insertRow();
      for (const value of values) {
        const cell = row.insertCell();
        cell.textContent = textOfValue(value);
        cell.className = typeof value === 'number' ? '_number-cell' : '';
      }
    }
    const scroll = document.createElement('div');
    scroll.className = '_scroll';
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', label);
    scroll.append(table);
    return [scroll, noteOf(note(shown.length, total))];
  }

  private _controller = new AbortController();
  private _isLoaded = false;
}

function noteOf(text: string): HTMLElement {
  const note = document.createElement('p');
  note.className = '_note';
  note.textContent = text;
  return note;
}
