import type { ITable, ITableCell } from './table';

/** How the rows of a table are ordered. */
export interface ISorting {
  /** Index of the column. */
  column: number;
  direction: 'ascending' | 'descending';
}

/** What is asked of a table that is read page by page. */
export interface ITableQuery {
  /** The first row, from 0, of those that contain the filter, in their order. */
  offset: number;
  /** Rows at most. */
  limit: number;
  /** Null for the order of the file. */
  sorting: ISorting | null;
  /** Compared without regard to case; '' for all rows. */
  filter: string;
}

/** Some rows of a table. */
export interface ITablePage extends ITable {
  /** Number of the first of these rows, from 0. */
  offset: number;
  /** Rows that contain the filter. */
  matched: number;
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true });

/**
 * Compare two cells: numbers by size and before text, empty ones last whatever the direction.
 *
 * @param sign - 1 for ascending, −1 for descending
 */
export function compareCells(one: ITableCell, other: ITableCell, sign: number): number {
  if (one.text === '' || other.text === '') {
    return Number(one.text === '') - Number(other.text === '');
  }
  const [a, b] = [numberOf(one), numberOf(other)];
  if (a !== null && b !== null) {
    return sign * (a - b);
  }
  if (a !== null || b !== null) {
    return sign * (a !== null ? -1 : 1);
  }
  return sign * COLLATOR.compare(one.text, other.text);
}

/** What a filter is compared as. */
export function foldCase(text: string): string {
  return text.trim().toLocaleLowerCase();
}

/** A row with its cells in the order of the columns. */
export type TableRow = ITable['rows'][number];

/**
 * The rows that contain a text, in order. Empty cells come last whatever the direction, numbers before
 * text; equal ones keep their order.
 *
 * @param filter - compared without regard to case; '' for all rows
 * @param sorting - null for the order of the file
 */
export function selectRows(
  rows: readonly TableRow[],
  filter: string,
  sorting: ISorting | null
): readonly TableRow[] {
  const wanted = foldCase(filter);
  const found = wanted
    ? rows.filter(({ cells }) =>
        cells.some(({ text }) => text.toLocaleLowerCase().includes(wanted))
      )
    : rows;
  if (!sorting) {
    return found;
  }
  const { column, direction } = sorting;
  const sign = direction === 'ascending' ? 1 : -1;
  return [...found].sort((one, other) =>
    compareCells(one.cells[column], other.cells[column], sign)
  );
}

function numberOf({ text, isNumber }: ITableCell): number | null {
  const value = isNumber ? Number(text) : NaN;
  return Number.isNaN(value) ? null : value;
}
