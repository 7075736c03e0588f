import type { ITable, ITableCell } from '../../core/view/table';

/** How the rows of a table are ordered. */
export interface ISorting {
  /** Index of the column. */
  column: number;
  direction: 'ascending' | 'descending';
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
  const wanted = filter.trim().toLocaleLowerCase();
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

/** The sorting after a click on a header: ascending, descending, the order of the file. */
export function nextSorting(sorting: ISorting | null, column: number): ISorting | null {
  if (sorting?.column !== column) {
    return { column, direction: 'ascending' };
  }
  return sorting.direction === 'ascending' ? { column, direction: 'descending' } : null;
}

/** Read a table from the page; its cells are as the server wrote them. */
export function readTableElement(table: HTMLTableElement): ITable {
  const header = [...(table.tHead?.rows[0]?.cells ?? [])];
  const rows = [...(table.tBodies[0]?.rows ?? [])].map(row => ({
    cells: [...row.cells].map((cell): ITableCell => ({
      text: cell.textContent ?? '',
      isNumber: cell.classList.contains('_number-cell')
    }))
  }));
  const first = table.tBodies[0]?.rows[0];
  return {
    columns: header.map(cell => cell.textContent ?? ''),
    indexColumns: [...(first?.cells ?? [])].filter(({ tagName }) => tagName === 'TH').length,
    rows
  };
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true });

function compareCells(one: ITableCell, other: ITableCell, sign: number): number {
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

function numberOf({ text, isNumber }: ITableCell): number | null {
  const value = isNumber ? Number(text) : NaN;
  return Number.isNaN(value) ? null : value;
}
