import { isJsonObject, type JsonValue } from '../../core/json';
import { plainColumn, type ITableColumn } from '../../core/view/tableColumns';
import {
  columnNamesOf,
  isBlank,
  readTableValue,
  type IGivenTable,
  type ITableValue
} from '../../core/view/tableValue';
import type { IActivatorContext } from '../activators/activator';
import { cellText, cellValue } from './tableCell';
import { TableGrid } from './tableGrid';
import { readDataValue, type IValueWidget } from './valueControl';

const NO_TABLE: IGivenTable = { columns: null, data: [] };

/** A grid of cells; its columns are those of the configuration, else those of the data. */
export class TableWidget implements IValueWidget<ITableValue> {
  /**
   * @param _group - has columns and limits as attributes
   */
  constructor(
    private readonly _group: HTMLFieldSetElement,
    private readonly _context: IActivatorContext
  ) {
    // Written by our own server.
    this._configured = JSON.parse(_group.dataset.columns ?? '[]') as ITableColumn[];
  }

  get(): ITableValue {
    const columns = this._columns;
    const data = (this._grid?.rows ?? []).map(cells =>
      columns.map((column, at) => cellValue(column, cells[at]))
    );
    return { columns: columns.map(({ name }) => name), data: withoutBlankEnd(data) };
  }

  set(value: ITableValue): void {
    const columns = this._columnsOf(value);
    if (!this._grid || JSON.stringify(columns) !== JSON.stringify(this._columns)) {
      this._replaceGrid(columns);
    }
    if (this._grid) {
      this._grid.rows = value.data.map(cells => cells.map(cellText));
    }
  }

  initialOf(element: HTMLElement): ITableValue {
    return this.normalOf(readTableValue(readDataValue(element) ?? null) ?? NO_TABLE);
  }

  accept(value: JsonValue): ITableValue | undefined {
    const table = isJsonObject(value) ? readTableValue(value) : null;
    return table ? this.normalOf(table) : undefined;
  }

  /** A table as this control gives it: its columns in their order, cells of their types. */
  normalOf(table: IGivenTable): ITableValue {
    const columns = this._columnsOf(table);
    const places = columns.map(({ name }, at) => table.columns?.indexOf(name) ?? at);
    const data = table.data.map(cells =>
      columns.map((column, at) => cellValue(column, cellText(cells[places[at]])))
    );
    return { columns: columns.map(({ name }) => name), data: withoutBlankEnd(data) };
  }

  dispose(): void {
    this._grid?.element.remove();
    this._note?.remove();
  }

  private _columnsOf(table: IGivenTable): readonly ITableColumn[] {
    return this._configured.length ? this._configured : inferColumns(table);
  }

  private _replaceGrid(columns: readonly ITableColumn[]): void {
    const { words, name, onEdit } = this._context;
    const { minRows, maxRows } = this._group.dataset;
    this.dispose();
    this._columns = columns;
    this._grid = null;
    if (!columns.length) {
      this._note = document.createElement('p');
      this._note.className = '_note';
      this._note.textContent = words.noColumns;
      this._group.append(this._note);
      return;
    }
    this._grid = new TableGrid({
      columns,
      name,
      words,
      onEdit,
      minRows: Number(minRows ?? 0),
      maxRows: Number(maxRows ?? Infinity),
      isDisabled: this._group.disabled
    });
    this._group.append(this._grid.element);
  }

  private readonly _configured: readonly ITableColumn[];
  private _columns: readonly ITableColumn[] = [];
  private _grid: TableGrid | null = null;
  private _note: HTMLElement | null = null;
}

/** Columns of data: of numbers or yes and no where all cells are such, else of text. */
function inferColumns(table: IGivenTable): ITableColumn[] {
  return columnNamesOf(table).map((name, at) => {
    const cells = table.data.map(row => row[at] ?? null).filter(cell => cell !== null);
    const isEach = (type: string) => cells.length > 0 && cells.every(cell => typeof cell === type);
    return plainColumn(
      name,
      isEach('number') ? 'number' : isEach('boolean') ? 'boolean' : 'string'
    );
  });
}

/** Rows at the end that nobody wrote into are no rows; those between others keep their numbers. */
function withoutBlankEnd(data: JsonValue[][]): JsonValue[][] {
  let count = data.length;
  while (count && data[count - 1].every(isBlank)) {
    count -= 1;
  }
  return data.slice(0, count);
}
