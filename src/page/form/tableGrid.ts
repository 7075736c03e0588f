import { parseDelimited } from '../../core/view/delimited';
import type { ITableColumn } from '../../core/view/tableColumns';
import { InputProblem } from '../../core/view/view';
import type { IPageWords } from '../words';
import { cellProblem, createCell, readCell, writeCell, type CellElement } from './tableCell';

/** What a grid works with. */
export interface IGridOptions {
  columns: readonly ITableColumn[];
  /** What people call the table. */
  name: string;
  minRows: number;
  /** Infinity for no limit. */
  maxRows: number;
  isDisabled: boolean;
  words: IPageWords;
  onEdit(): void;
}

/** Rows that have fields; of more the others stay as they are. */
const MAX_SHOWN = 1000;

/**
 * Cells to type into. Enter and the arrow keys move between rows, Tab between cells; rows are added, removed and pasted
 * from a spreadsheet.
 */
export class TableGrid {
  constructor(private readonly _options: IGridOptions) {
    const { name, words, isDisabled } = _options;
    const table = document.createElement('table');
    table.setAttribute('aria-label', name);
    table.append(this._createHead(), this._body);
    const scroll = document.createElement('div');
    scroll.className = '_scroll';
    scroll.append(table);
    this._add.type = 'button';
    this._add.textContent = words.addRow;
    this._add.setAttribute('aria-label', `${words.addRow}: ${name}`);
    this._add.disabled = isDisabled;
    this._add.addEventListener('click', () => this._addRow(true));
    this._status.className = '_note';
    this._status.setAttribute('role', 'status');
    const bar = document.createElement('div');
    bar.className = '_table-controls';
    bar.append(this._add, this._status);
    this.element.className = '_grid';
    this.element.append(scroll, bar);
    this._body.addEventListener('input', this._onInput);
    this._body.addEventListener('keydown', this._onKey);
    this._body.addEventListener('paste', this._onPaste);
  }

  readonly element = document.createElement('div');

  /** Texts of the cells, row by row. */
  get rows(): string[][] {
    return this._rows.map(cells => [...cells]);
  }

  /** Show rows; nobody is told. */
  set rows(rows: string[][]) {
    const { columns, minRows } = this._options;
    const count = Math.max(rows.length, minRows, 1);
    this._rows = Array.from({ length: count }, (_, row) =>
      columns.map((_, column) => rows[row]?.[column] ?? '')
    );
    this._draw();
  }

  private readonly _onInput = (event: Event): void => {
    // It is no input of the automation by itself.
    event.stopPropagation();
    const place = this._placeOf(event.target);
    if (place) {
      const [row, column] = place;
      this._rows[row][column] = readCell(event.target as CellElement);
      this._check(row, column);
      this._options.onEdit();
    }
  };

  private readonly _onKey = (event: KeyboardEvent): void => {
    const place = this._placeOf(event.target);
    if (!place || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const [row, column] = place;
    const isPlain =
      event.target instanceof HTMLInputElement && ['text', 'checkbox'].includes(event.target.type);
    if (event.key === 'Enter') {
      // The form is sent by its button.
      event.preventDefault();
      if (row === this._rows.length - 1 && !event.shiftKey) {
        this._addRow(false);
      }
      this._focus(row + (event.shiftKey ? -1 : 1), column);
    } else if (isPlain && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      this._focus(row + (event.key === 'ArrowDown' ? 1 : -1), column);
    }
  };

  private readonly _onPaste = (event: ClipboardEvent): void => {
    const place = this._placeOf(event.target);
    const text = event.clipboardData?.getData('text/plain').replace(/[\r\n]+$/, '') ?? '';
    if (place && /[\t\n\r]/.test(text)) {
      event.preventDefault();
      try {
        this._paste(place, parseDelimited(text, '\t'));
      } catch (error) {
        if (!(error instanceof InputProblem)) {
          throw error;
        }
        this._status.textContent = error.message;
      }
    }
  };

  private _paste([top, left]: readonly [number, number], rows: string[][]): void {
    const { columns, maxRows, words, onEdit } = this._options;
    const names = columns.slice(left).map(({ name }) => name.trim().toLowerCase());
    const isHeader = rows[0]?.every((cell, at) => cell.trim().toLowerCase() === names[at]);
    const given = isHeader ? rows.slice(1) : rows;
    const room = Math.max(0, Math.min(maxRows, MAX_SHOWN) - top);
    given.slice(0, room).forEach((cells, at) => {
      this._rows[top + at] ??= columns.map(() => '');
      cells.slice(0, columns.length - left).forEach((cell, column) => {
        this._rows[top + at][left + column] = this._typed(columns[left + column], cell.trim());
      });
    });
    this._draw();
    this._focus(top, left);
    this._status.textContent = words.pasted(Math.min(given.length, room), given.length);
    onEdit();
  }

  /** The text that a cell would hold after it was typed, such as the value of an option for its name. */
  private _typed(column: ITableColumn, text: string): string {
    const element = createCell(column, '', '');
    writeCell(element, text);
    const typed = readCell(element);
    // What the field does not take is shown, and refused, rather than lost.
    return typed === '' && column.type !== 'boolean' ? text : typed;
  }

  private _addRow(withFocus: boolean): void {
    const { columns, onEdit } = this._options;
    if (!this._hasRoom) {
      return;
    }
    this._rows.push(columns.map(() => ''));
    this._draw();
    if (withFocus) {
      this._focus(this._rows.length - 1, 0);
    }
    onEdit();
  }

  private _removeRow(row: number): void {
    this._rows.splice(row, 1);
    this.rows = this._rows;
    const buttons = [...this._body.querySelectorAll<HTMLElement>('._remove')];
    (buttons[row] ?? buttons[buttons.length - 1] ?? this._add).focus();
    this._options.onEdit();
  }

  private get _hasRoom(): boolean {
    return this._rows.length < Math.min(this._options.maxRows, MAX_SHOWN);
  }

  private _draw(): void {
    const { words } = this._options;
    const shown = this._rows.slice(0, MAX_SHOWN);
    this._body.replaceChildren(...shown.map((cells, row) => this._createRow(cells, row)));
    shown.forEach((cells, row) => cells.forEach((_, column) => this._check(row, column)));
    // A disabled button would lose the focus.
    this._add.setAttribute('aria-disabled', String(!this._hasRoom));
    this._status.textContent =
      shown.length < this._rows.length ? words.rowsKept(shown.length, this._rows.length) : '';
  }

  private _createHead(): HTMLElement {
    const head = document.createElement('thead');
    const row = document.createElement('tr');
    const cells = this._options.columns.map(({ name }) => {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = name;
      return cell;
    });
    row.append(...cells, document.createElement('td'));
    head.append(row);
    return head;
  }

  private _createRow(texts: readonly string[], row: number): HTMLElement {
    const { columns, words, isDisabled } = this._options;
    const line = document.createElement('tr');
    const cells = columns.map((column, at) => {
      const cell = document.createElement('td');
      const field = createCell(column, texts[at], words.cell(column.name, row + 1));
      field.disabled = isDisabled;
      cell.append(field);
      return cell;
    });
    const last = document.createElement('td');
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.className = '_remove';
    remove.textContent = '×';
    remove.disabled = isDisabled;
    remove.setAttribute('aria-label', words.removeRow(row + 1));
    remove.addEventListener('click', () => this._removeRow(row));
    last.append(remove);
    line.append(...cells, last);
    return line;
  }

  /** Mark a cell that holds what its column does not take; a blank row is none yet. */
  private _check(row: number, column: number): void {
    const cells = this._rows[row];
    const field = this._fieldAt(row, column);
    const isBlank = cells.every(text => text === '');
    const problem = isBlank ? '' : cellProblem(this._options.columns[column], cells[column]);
    if (field && problem) {
      field.setAttribute('aria-invalid', 'true');
      field.title = problem;
    } else if (field) {
      field.removeAttribute('aria-invalid');
      field.removeAttribute('title');
    }
  }

  private _focus(row: number, column: number): void {
    this._fieldAt(row, column)?.focus();
  }

  private _fieldAt(row: number, column: number): CellElement | null {
    const cell = this._body.rows[row]?.cells[column];
    return cell?.querySelector<CellElement>('input, select') ?? null;
  }

  private _placeOf(target: EventTarget | null): readonly [number, number] | null {
    const cell = target instanceof Element ? target.closest('td') : null;
    const row = cell?.parentElement;
    const isCell = cell && row instanceof HTMLTableRowElement && target !== cell;
    return isCell && cell.cellIndex < this._options.columns.length
      ? [row.sectionRowIndex, cell.cellIndex]
      : null;
  }

  private readonly _body = document.createElement('tbody');
  private readonly _add = document.createElement('button');
  private readonly _status = document.createElement('span');
  private _rows: string[][] = [];
}
