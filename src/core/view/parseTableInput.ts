import type { JsonObject, JsonValue } from '../json';
import { parseDelimited } from './delimited';
import { parseCell, readColumns, type ITableColumn } from './tableColumns';
import {
  columnNamesOf,
  isBlank,
  readTableValue,
  type IGivenTable,
  type ITableValue
} from './tableValue';
import { InputProblem } from './view';

/** Refused cells that one message names. */
const MAX_NAMED_CELLS = 5;

/**
 * Take a table as the value of an input: see `readTableValue`, also as JSON text, or CSV with a header. Blank rows
 * are left out.
 *
 * @throws {InputProblem} that names the refused cells by row and column
 */
export function parseTableInput(raw: JsonValue, configuration: JsonObject): ITableValue {
  const given = typeof raw === 'string' ? readTableText(raw) : readTableValue(raw);
  if (!given) {
    throw new InputProblem('must be a table: columns, and rows of cells');
  }
  const configured = readColumns(configuration);
  const columns = configured.length ? configured : null;
  const names = columns?.map(({ name }) => name) ?? columnNamesOf(given);
  const places = placesOf(names, given.columns);
  const refused: string[] = [];
  const data: JsonValue[][] = [];
  given.data.forEach((row, index) => {
    if (row.every(isBlank)) {
      return;
    }
    data.push(
      places.map((place, at) => {
        try {
          return parseOne(columns?.[at], row[place] ?? null);
        } catch (error) {
          if (!(error instanceof InputProblem)) {
            throw error;
          }
          refused.push(`row ${index + 1}, "${names[at]}": ${error.message}`);
          return null;
        }
      })
    );
  });
  refuseCells(refused);
  refuseCount(data.length, configuration);
  return { columns: names, data };
}

function readTableText(text: string): IGivenTable | null {
  if (/^\s*[[{]/.test(text)) {
    try {
      return readTableValue(JSON.parse(text) as JsonValue);
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
    }
  }
  const [columns = [], ...data] = parseDelimited(text, ',');
  return { columns: columns.map(name => name.trim()), data };
}

/** Index of each column in the rows; by name where the rows have a header. */
function placesOf(names: readonly string[], header: readonly string[] | null): number[] {
  const unknown = header?.find(name => name !== '' && !names.includes(name));
  if (unknown !== undefined) {
    throw new InputProblem(`there is no column "${unknown}"`);
  }
  return names.map((name, index) => (header ? header.indexOf(name) : index));
}

function parseOne(column: ITableColumn | undefined, raw: JsonValue): JsonValue {
  if (column) {
    return parseCell(column, raw);
  }
  if (typeof raw === 'object' && raw !== null) {
    throw new InputProblem('must be a number, a text, or true or false');
  }
  return raw;
}

function refuseCells(refused: readonly string[]): void {
  if (refused.length) {
    const others = refused.length - MAX_NAMED_CELLS;
    const named = refused.slice(0, MAX_NAMED_CELLS).join('; ');
    throw new InputProblem(others > 0 ? `${named}; and ${others} more` : named);
  }
}

function refuseCount(count: number, configuration: JsonObject): void {
  const { 'min-rows': min, 'max-rows': max } = configuration;
  if (typeof min === 'number' && count < min) {
    throw new InputProblem(`needs at least ${min} rows; it has ${count}`);
  }
  if (typeof max === 'number' && count > max) {
    throw new InputProblem(`takes at most ${max} rows; it has ${count}`);
  }
}
