import { parseDelimited } from './delimited';
import { parseJsonText, shownText, type IJsonNode } from './jsonText';
import { InputProblem } from './view';

/** A cell as it is shown. */
export interface ITableCell {
  /** As written in the file; '' for null. */
  text: string;
  /** True for a number, which is set flush right and sorted by size. */
  isNumber: boolean;
}

/** A table with a header. */
export interface ITable {
  /** Header, that of the index included. */
  columns: readonly string[];
  /** How many of the first columns name their row: 1 with an index, else 0. */
  indexColumns: number;
  /** As many cells as columns in each. */
  rows: readonly { cells: readonly ITableCell[] }[];
}

/** A cell that the file does not have. */
export const EMPTY_CELL: ITableCell = { text: '', isNumber: false };

/**
 * Read a table from JSON: `{columns, data, index?}`, a list of objects, or a list of lists.
 *
 * @returns null when the JSON is something else
 * @throws {JsonTextError} when it is no JSON
 */
export function parseTable(text: string): ITable | null {
  const node = parseJsonText(text);
  if (node.members) {
    return splitTable(node.members);
  }
  const { items } = node;
  if (!items) {
    return null;
  }
  if (items.every(({ members }) => members)) {
    return objectTable(items);
  }
  return items.every(item => item.items) ? listTable(items) : null;
}

/**
 * Read a table from the text of a file: delimited text with a header for `.csv` and `.tsv`, else JSON.
 *
 * @param suffix - of the file, with its dot
 * @returns null when there is no table
 * @throws {JsonTextError} when JSON is expected and it is none
 */
export function parseTableFile(text: string, suffix: string): ITable | null {
  return suffix === '.csv' || suffix === '.tsv'
    ? parseDelimitedTable(text, suffix === '.csv' ? ',' : '\t')
    : parseTable(text);
}

/** A cell of delimited text: what is written as a number is one. */
export function delimitedCell(text: string): ITableCell {
  return { text, isNumber: NUMBER.test(text) };
}

/** Write a table as CSV after RFC 4180, with a header; text that a spreadsheet would calculate is kept as text. */
export function tableToCsv(table: ITable): string {
  const lines = [
    table.columns.map(column => csvCell({ text: column, isNumber: false })),
    ...table.rows.map(({ cells }) => cells.map(csvCell))
  ];
  return lines.map(cells => `${cells.join(',')}\r\n`).join('');
}

function parseDelimitedTable(text: string, delimiter: ',' | '\t'): ITable | null {
  try {
    const [columns, ...rows] = parseDelimited(text, delimiter);
    return columns
      ? {
          columns,
          indexColumns: 0,
          rows: rows.map(cells => ({ cells: fill(cells.map(delimitedCell), columns.length) }))
        }
      : null;
  } catch (error) {
    if (error instanceof InputProblem) {
      return null;
    }
    throw error;
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function splitTable(members: ReadonlyMap<string, IJsonNode>): ITable | null {
  const columns = members.get('columns')?.items;
  const data = members.get('data')?.items;
  if (!columns || !data || !data.every(row => row.items)) {
    return null;
  }
  const names = columns.map(shownText);
  const index = members.get('index')?.items;
  const rows = data.map((row, at) => {
    const cells = fill((row.items ?? []).map(cellOf), names.length);
    return { cells: index ? [index[at] ? cellOf(index[at]) : EMPTY_CELL, ...cells] : cells };
  });
  return { columns: index ? ['', ...names] : names, indexColumns: index ? 1 : 0, rows };
}

function objectTable(items: readonly IJsonNode[]): ITable {
  const columns: string[] = [];
  const seen = new Set<string>();
  for (const { members } of items) {
    for (const key of members?.keys() ?? []) {
      if (!seen.has(key)) {
        seen.add(key);
        columns.push(key);
      }
    }
  }
  const rows = items.map(({ members }) => ({
    cells: columns.map(column => {
      const node = members?.get(column);
      return node ? cellOf(node) : EMPTY_CELL;
    })
  }));
  return { columns, indexColumns: 0, rows };
}

function listTable(items: readonly IJsonNode[]): ITable {
  const width = items.reduce((widest, { items: cells = [] }) => Math.max(widest, cells.length), 0);
  return {
    columns: Array.from({ length: width }, (_, index) => String(index + 1)),
    indexColumns: 0,
    rows: items.map(({ items: cells = [] }) => ({ cells: fill(cells.map(cellOf), width) }))
  };
}

/** A row may be shorter or longer than the header. */
function fill(cells: ITableCell[], length: number): ITableCell[] {
  return Array.from({ length }, (_, index) => cells[index] ?? EMPTY_CELL);
}

/** The cell for a value of JSON. */
export function cellOf(node: IJsonNode): ITableCell {
  return { text: shownText(node), isNumber: typeof node.value === 'number' };
}

function csvCell({ text, isNumber }: ITableCell): string {
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
