import type { IAutomation, IBatchDefinition, IVariable } from '../automation/automation';
import type { ProblemList } from '../automation/problemList';
import { addUnreadable } from '../automation/problemList';
import type { IViewSource } from '../automation/readContext';
import { suggest } from '../automation/suggest';
import type { IFiles } from '../files';
import { FileError } from '../files';
import type { JsonValue } from '../json';
import { joinPath, suffixOf } from '../path';
import type { IPosition } from '../problem';
import type { IView } from '../view/view';
import type { InputValues } from './batch';
import type { CsvTable } from './csv';
import { parseCsv } from './csv';
import { parseNameTemplate, textOf } from './nameTemplate';
import { parseValue } from './parseValue';
import { parseTxt } from './txt';
import { viewOf } from '../view/viewOf';

/** A row of a batch configuration, parsed. */
export interface IBatchRow {
  /** Names of all columns, also of those that this row has no cell for. */
  columns: readonly string[];
  /** Text of every column by its name, for templates. */
  texts: ReadonlyMap<string, string>;
  /** Parsed values of input variables; one that lacks has no key. */
  values: InputValues;
  /** False when a value was refused, which is reported. */
  isUsable: boolean;
  position: IPosition;
}

/** What reading rows needs. */
export interface IRowsContext {
  files: IFiles;
  automation: IAutomation;
  definition: IBatchDefinition;
  views: Pick<IViewSource, 'get'>;
  /** Relative to the automation's folder. */
  path: string;
  problems: ProblemList;
}

/**
 * Read the rows of the `.csv` or `.txt` that a batch definition names.
 */
export async function readRows(context: IRowsContext): Promise<IBatchRow[]> {
  const file = joinPath(context.automation.folder, context.path);
  let text: string;
  try {
    text = await context.files.readText(file);
  } catch (error) {
    if (!(error instanceof FileError)) {
      throw error;
    }
    addUnreadable(context.problems, error);
    return [];
  }
  return suffixOf(file) === '.txt'
    ? readTxtRows(text, file, context)
    : readCsvRows(text, file, context);
}

function readTxtRows(text: string, file: string, context: IRowsContext): IBatchRow[] {
  const { automation, problems, definition, views } = context;
  const { variables } = automation.steps.input;
  if (variables.length !== 1) {
    const message = 'a .txt needs exactly one input variable';
    problems.add('txt-variables', definition.position, message, 'use .csv');
    return [];
  }
  const [variable] = variables;
  const view = viewOf(views, variable);
  const rows = parseTxt(text, file);
  if (!rows.length) {
    const position = { file, line: 1, column: 1 };
    problems.add('csv-empty', position, `"${context.path}" has no rows`, 'this makes no batches');
  }
  return rows.map(({ text: raw, position }) =>
    readRow([{ name: variable.id, variable, view, raw, position: () => position }], {
      columns: [variable.id],
      position,
      problems
    })
  );
}

function readCsvRows(text: string, file: string, context: IRowsContext): IBatchRow[] {
  const { table, problems } = parseCsv(text, file, context.automation.vocabulary === '1.0');
  const other = findOtherSeparator(table, context);
  if (other !== null) {
    const message = `the cells seem to be separated by ${other}`;
    const hint = 'separate them by commas, and put quotes around cells that hold a comma';
    context.problems.add('csv-separator', table.headerPosition(0), message, hint);
    return [];
  }
  context.problems.addAll(problems);
  checkColumns(table, context);
  const variables = new Map(
    context.automation.steps.input.variables.map(variable => [variable.id, variable])
  );
  const columns = table.header.map((name, index) => {
    const variable = variables.get(name);
    return { name, index, variable, view: variable && viewOf(context.views, variable) };
  });
  const named = columns.filter(({ name }) => name !== '' && name !== '#');
  return table.rows.map(row => {
    const cells = named
      .filter(({ index }) => index < row.cells.length)
      .map(column => ({
        ...column,
        raw: row.cells[column.index],
        position: () => table.cellPosition(row, column.index)
      }));
    return readRow(cells, {
      columns: named.map(({ name }) => name),
      position: table.rowPosition(row),
      problems: context.problems
    });
  });
}

interface ICell {
  name: string;
  variable: IVariable | undefined;
  view: IView | undefined;
  raw: string;
  /** Looked up only when something is wrong. */
  position(): IPosition;
}

function readRow(
  cells: readonly ICell[],
  {
    columns,
    position,
    problems
  }: Pick<IBatchRow, 'columns' | 'position'> & { problems: ProblemList }
): IBatchRow {
  const texts = new Map<string, string>();
  const values: [string, JsonValue][] = [];
  let isUsable = true;
  for (const { name, variable, view, raw, position: positionOf } of cells) {
    texts.set(name, raw);
    if (!variable) {
      continue;
    }
    const parsed = parseValue(variable, view, raw);
    if (parsed.kind === 'value') {
      values.push([name, parsed.value]);
      texts.set(name, textOf(parsed.value));
    } else if (parsed.kind === 'refused') {
      isUsable = false;
      problems.add('batch-value-invalid', positionOf(), `${parsed.message} for "${name}"`);
    }
  }
  return { columns, texts, values: Object.fromEntries(values), isUsable, position };
}

/** What spreadsheets write in place of commas where the comma is in numbers, or on request. */
const SEPARATORS: readonly (readonly [string, string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars']
];

/** @returns what separates the only column into names that are wanted; null when the comma seems to be meant */
function findOtherSeparator({ header }: CsvTable, context: IRowsContext): string | null {
  const wanted = new Set([...inputIds(context), ...templateIds(context)]);
  const found = SEPARATORS.find(
    ([separator]) =>
      header.length === 1 &&
      header[0].includes(separator) &&
      header[0].split(separator).some(part => wanted.has(part.trim().replace(/^"(.*)"$/, '$1')))
  );
  return found?.[1] ?? null;
}

function inputIds({ automation }: IRowsContext): string[] {
  return automation.steps.input.variables.map(({ id }) => id);
}

function templateIds({ definition: { folder, name, slug } }: IRowsContext): string[] {
  return [folder, name ?? '', slug ?? ''].flatMap(text => parseNameTemplate(text).ids);
}

/** A column that is nearly an input, and neither a further input nor used by a template, is a slip. */
function checkColumns(table: CsvTable, context: IRowsContext): void {
  const { problems } = context;
  const used = templateIds(context);
  const ids = inputIds(context);
  const absent = ids.filter(id => !table.header.includes(id));
  table.header.forEach((column, index) => {
    const isKnown = ids.includes(column) || used.includes(column) || column === '#';
    const nearest = isKnown || !column ? null : suggest(column, absent);
    if (nearest !== null) {
      const message = `column "${column}" is not an input`;
      problems.add(
        'csv-column',
        table.headerPosition(index),
        message,
        `did you mean "${nearest}"?`
      );
    }
  });
}
