import {
  foldCase,
  compareCells,
  type ISorting,
  type ITablePage,
  type ITableQuery
} from '../../core/view/tableOrder';
import { tableToCsv, type ITableCell } from '../../core/view/table';
import type { IRowTable } from './rowTable';

/** Orders that are kept of one table: 4 bytes a row each. */
const MAX_ORDERS = 8;

/** Answers queries about one table; an order that was asked for is kept, since its next page is asked for soon. */
export class TableQueries {
  constructor(private readonly _table: IRowTable) {}

  /** The rows that a query asks for. */
  page({ offset, limit, sorting, filter }: ITableQuery): ITablePage {
    const { columns, indexColumns } = this._table;
    const order = this._order(filter, sorting);
    const matched = order ? order.length : this._table.length;
    const rows = [];
    for (let at = offset; at < Math.min(matched, offset + limit); at += 1) {
      rows.push({ cells: this._table.cells(order ? order[at] : at) });
    }
    return { columns, indexColumns, rows, offset, matched };
  }

  /** All rows that a query asks for as CSV, in pieces. */
  csv({ sorting, filter }: Pick<ITableQuery, 'sorting' | 'filter'>): Buffer {
    const { columns, indexColumns } = this._table;
    const order = this._order(filter, sorting);
    const matched = order ? order.length : this._table.length;
    const header = tableToCsv({ columns, indexColumns, rows: [] });
    const pieces = [Buffer.from(`\uFEFF${header}`)];
    for (let from = 0; from < matched; from += 10_000) {
      const rows: { cells: readonly ITableCell[] }[] = [];
      for (let at = from; at < Math.min(matched, from + 10_000); at += 1) {
        rows.push({ cells: this._table.cells(order ? order[at] : at) });
      }
      const text = tableToCsv({ columns, indexColumns, rows });
      pieces.push(Buffer.from(text.slice(header.length)));
    }
    return Buffer.concat(pieces);
  }

  /** @returns numbers of rows; null for all of them as they are in the file */
  private _order(filter: string, sorting: ISorting | null): Uint32Array | null {
    const wanted = foldCase(filter);
    const column = sorting && sorting.column < this._table.columns.length ? sorting.column : null;
    if (wanted === '' && column === null) {
      return null;
    }
    const key = JSON.stringify([wanted, column === null ? null : sorting]);
    let order = this._orders.get(key);
    if (!order) {
      const found = findRows(this._table, wanted);
      order = sorting && column !== null ? sortRows(this._table, found, sorting) : found;
    }
    // Put last, as what was used now.
    this._orders.delete(key);
    this._orders.set(key, order);
    const [oldest] = this._orders.keys();
    if (this._orders.size > MAX_ORDERS) {
      this._orders.delete(oldest);
    }
    return order;
  }

  private readonly _orders = new Map<string, Uint32Array>();
}

function findRows(table: IRowTable, wanted: string): Uint32Array {
  const found = new Uint32Array(table.length);
  let count = 0;
  // What stands in a cell stands in the text of its row, unless signs of either are escaped there.
  const isPlain = !/["\\]/.test(wanted);
  for (let row = 0; row < table.length; row += 1) {
    const text = isPlain && wanted !== '' ? table.text(row) : '';
    const isPossible =
      text === '' || text.includes('\\') || text.toLocaleLowerCase().includes(wanted);
    const isFound =
      wanted === '' ||
      (isPossible && table.cells(row).some(cell => cell.text.toLocaleLowerCase().includes(wanted)));
    if (isFound) {
      found[count] = row;
      count += 1;
    }
  }
  return found.slice(0, count);
}

function sortRows(
  table: IRowTable,
  rows: Uint32Array,
  { column, direction }: ISorting
): Uint32Array {
  const sign = direction === 'ascending' ? 1 : -1;
  const cells = Array.from(rows, row => table.cell(row, column));
  // Most columns hold numbers, which are read once instead of at each comparison.
  const numbers = Float64Array.from(cells, ({ text, isNumber }) =>
    isNumber && text !== '' ? Number(text) : NaN
  );
  const compare = (one: number, other: number): number => {
    const difference = sign * (numbers[one] - numbers[other]);
    return Number.isNaN(difference) ? compareCells(cells[one], cells[other], sign) : difference;
  };
  // Equal ones keep their order.
  const places = Uint32Array.from(cells.keys()).sort(
    (one, other) => compare(one, other) || one - other
  );
  return places.map(place => rows[place]);
}
