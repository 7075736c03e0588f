import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { parseBoolean, parseText, readItems, type IItem } from './control';
import { readDate } from './moment';
import { parseNumberValue, refuseBeyond } from './numberValue';
import { InputProblem, type IViewProblem } from './view';

/** What the cells of a column hold. */
export type CellType = 'string' | 'number' | 'integer' | 'boolean' | 'date';

/** A column of a table that people fill in. */
export interface ITableColumn {
  /** Unique in its table. */
  name: string;
  type: CellType;
  /** What can be chosen; [] for anything of the type. */
  options: readonly IItem[];
  /** Limits of numbers, or of dates as `YYYY-MM-DD`; null for none. */
  min: number | string | null;
  max: number | string | null;
}

const TYPES: Readonly<Record<string, CellType>> = {
  string: 'string',
  text: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  date: 'date'
};

/** Read `columns` of a configuration; [] when there are none. What cannot be read takes its default. */
export function readColumns({ columns }: JsonObject): ITableColumn[] {
  const items = Array.isArray(columns) ? columns : [];
  const read = items.flatMap(item => {
    const column = isJsonObject(item) ? item : { name: item };
    return typeof column.name === 'string' && column.name !== ''
      ? [readColumn(column.name, column)]
      : [];
  });
  return read.filter(({ name }, index) => read.findIndex(other => other.name === name) === index);
}

/** A column of which nothing but the name and the type is known. */
export function plainColumn(name: string, type: CellType): ITableColumn {
  return { name, type, options: [], min: null, max: null };
}

/**
 * Take a cell as the value of its column.
 *
 * @returns null for an empty cell, '' where the column holds text
 * @throws {InputProblem} with a sentence about the cell
 */
export function parseCell(column: ITableColumn, raw: JsonValue): JsonValue {
  const isEmpty = raw === null || (typeof raw === 'string' && raw.trim() === '');
  if (isEmpty) {
    return column.type === 'string' && !column.options.length ? '' : null;
  }
  const value = parseTyped(column, raw);
  if (column.options.length && !column.options.some(option => option.value === String(value))) {
    throw new InputProblem(`"${String(value)}" is not one of the options`);
  }
  return value;
}

/** Problems of `columns`. */
export function checkColumns(configuration: JsonObject): IViewProblem[] {
  const { columns } = configuration;
  if (columns === undefined || columns === null) {
    return [];
  }
  if (!Array.isArray(columns)) {
    return [
      { key: 'columns', severity: 'error', message: 'configuration "columns" must be a list' }
    ];
  }
  const names = new Set<string>();
  return columns.flatMap((item, index): IViewProblem[] => {
    const column = isJsonObject(item) ? item : { name: item };
    const key = `columns.${index}`;
    const { name, type } = column;
    if (typeof name !== 'string' || name === '') {
      const message = `each item of "columns" needs a name; item ${index + 1} has none`;
      return [{ key, severity: 'error', message }];
    }
    const problems: IViewProblem[] = [];
    if (names.has(name)) {
      problems.push({ key, severity: 'error', message: `column "${name}" is given twice` });
    }
    names.add(name);
    if ((type ?? null) !== null && !isType(type)) {
      const message = `the type of column "${name}" must be string, number, integer, boolean or date`;
      problems.push({ key, severity: 'error', message });
    }
    if ((column.options ?? null) !== null && !readItems(column.options).length) {
      const message = `the options of column "${name}" must be a list of values`;
      problems.push({ key, severity: 'error', message });
    }
    return problems;
  });
}

function readColumn(name: string, column: JsonObject): ITableColumn {
  const { type, options } = column;
  const [min, max] = [column.min, column.max].map(limit =>
    typeof limit === 'number' || typeof limit === 'string' ? limit : null
  );
  const guessed = typeof min === 'number' || typeof max === 'number' ? 'number' : 'string';
  const known = isType(type) ? TYPES[type] : guessed;
  return { name, type: known, options: readItems(options), min, max };
}

function parseTyped({ type, min, max }: ITableColumn, raw: JsonValue): JsonValue {
  switch (type) {
    case 'number':
    case 'integer': {
      const value = parseNumberValue(raw);
      const [low, high] = [min, max].map(limit => (typeof limit === 'number' ? limit : null));
      refuseBeyond(value, { min: low, max: high, step: null });
      refuseBeyond(value, { min: null, max: null, step: type === 'integer' ? 1 : null });
      return value;
    }
    case 'boolean':
      return parseBoolean(raw);
    case 'date':
      return parseDay(parseText(raw), min, max);
    default:
      return parseText(raw);
  }
}

function parseDay(text: string, min: ITableColumn['min'], max: ITableColumn['max']): string {
  const date = readDate(text);
  if (date === null) {
    throw new InputProblem(`"${text}" is not a date such as 2026-01-31`);
  }
  if (typeof min === 'string' && date < min) {
    throw new InputProblem(`must not be before ${min}`);
  }
  if (typeof max === 'string' && date > max) {
    throw new InputProblem(`must not be after ${max}`);
  }
  return date;
}

function isType(type: JsonValue | undefined): type is string {
  return typeof type === 'string' && Object.prototype.hasOwnProperty.call(TYPES, type);
}
