import type { ITable, ITableCell } from '../../core/view/table';
import type { ISorting } from '../../core/view/tableOrder';

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
