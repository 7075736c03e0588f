import { isJsonObject, type JsonObject, type JsonValue } from '../json';

/** The value of a table that people fill in; as many cells in each row as columns. */
export interface ITableValue extends JsonObject {
  columns: string[];
  data: JsonValue[][];
}

/** Rows as they are written. */
export interface IGivenTable {
  /** Null where none are named. */
  columns: string[] | null;
  /** Rows may be shorter or longer than the columns. */
  data: JsonValue[][];
}

/**
 * Read a table as JSON may write it: `{columns, data}`, a list of objects, or a list of lists.
 *
 * @returns null when it is no table
 */
export function readTableValue(raw: JsonValue): IGivenTable | null {
  if (Array.isArray(raw)) {
    return readRows(raw);
  }
  if (!isJsonObject(raw) || !Array.isArray(raw.columns) || !Array.isArray(raw.data)) {
    return null;
  }
  const columns = raw.columns.map(name => (typeof name === 'object' ? '' : String(name)));
  return raw.data.every(Array.isArray) ? { columns, data: raw.data as JsonValue[][] } : null;
}

/** Names of the columns of a table; numbers from 1 where it has none. */
export function columnNamesOf({ columns, data }: IGivenTable): string[] {
  const width = data.reduce((widest, { length }) => Math.max(widest, length), 0);
  return columns ?? Array.from({ length: width }, (_, index) => String(index + 1));
}

/** Write a table as CSV after RFC 4180 with a header; null is an empty cell. */
export function tableValueToCsv({ columns, data }: ITableValue): string {
  return [columns, ...data].map(cells => `${cells.map(csvCell).join(',')}\n`).join('');
}

/** Tell whether a value is one of `parseTableValue`. */
export function isTableValue(value: JsonValue): value is ITableValue {
  return (
    isJsonObject(value) &&
    Array.isArray(value.columns) &&
    Array.isArray(value.data) &&
    value.data.every(Array.isArray)
  );
}

/** Tell whether nobody wrote anything into a cell. */
export function isBlank(cell: JsonValue): boolean {
  return cell === null || cell === false || (typeof cell === 'string' && cell.trim() === '');
}

function readRows(rows: readonly JsonValue[]): IGivenTable | null {
  if (rows.every(Array.isArray)) {
    return { columns: null, data: rows as JsonValue[][] };
  }
  if (!rows.every(isJsonObject)) {
    return null;
  }
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const cellOf = (row: JsonObject, name: string) =>
    Object.prototype.hasOwnProperty.call(row, name) ? row[name] : null;
  return { columns, data: rows.map(row => columns.map(name => cellOf(row, name))) };
}

function csvCell(cell: JsonValue): string {
  const text = cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
