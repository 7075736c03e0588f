import { isJsonObject } from '../json';
import type { JsonObject, JsonValue } from '../json';

/** A code cell of a notebook. */
export interface INotebookCell {
  /** Index in the notebook from 0, Markdown cells included. */
  index: number;
  /** Number among all code cells from 1, as people count them. */
  number: number;
  source: string;
  tags: readonly string[];
  /** For timelines and messages: `cell 3 “Fit the model”`. */
  name: string;
}

/** What executing a notebook needs to know of it. */
export interface INotebook {
  /** Name of its kernel spec; '' when it names none and is not in Python. */
  kernel: string;
  /** Language as the notebook writes it, such as `python` or `R`; '' when it does not say. */
  language: string;
  /** All code cells in order. */
  cells: readonly INotebookCell[];
}

/** Thrown for text that is not a notebook that can be executed. */
export class NotebookError extends Error {
  /**
   * @param code - `empty` and `not-json`: no JSON; `not-a-notebook`: other JSON; `version`: another nbformat
   * @param message - one sentence for a person, without the name of the file
   */
  constructor(
    readonly code: 'empty' | 'not-json' | 'not-a-notebook' | 'version',
    message: string
  ) {
    super(message);
    this.name = 'NotebookError';
  }
}

/** Most characters of a cell's text in its name. */
const MAXIMUM_NAME_LENGTH = 60;

/**
 * Read a notebook of nbformat 4.
 *
 * @throws {NotebookError} when the text is something else
 */
export function parseNotebook(text: string): INotebook {
  const document = parseDocument(text);
  const metadata = objectAt(document, 'metadata');
  const kernelspec = objectAt(metadata, 'kernelspec');
  const language =
    textAt(kernelspec, 'language') || textAt(objectAt(metadata, 'language_info'), 'name');
  const isPython = language === '' || /^i?python/i.test(language);
  return {
    kernel: textAt(kernelspec, 'name') || (isPython ? 'python3' : ''),
    language,
    cells: readCells(document.cells as JsonValue[])
  };
}

/** Tell whether running the notebook runs this cell: it has code and is not tagged `skip-execution`. */
export function isExecuted(cell: INotebookCell): boolean {
  return cell.source.trim() !== '' && !cell.tags.includes('skip-execution');
}

/** Tell whether an error in this cell is welcome, and the notebook goes on after it. */
export function allowsError(cell: INotebookCell): boolean {
  return cell.tags.includes('raises-exception');
}

function parseDocument(text: string): JsonObject {
  // Some editors write a byte order mark, which JSON does not know.
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') {
    throw new NotebookError('empty', 'the file is empty; save the notebook first');
  }
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new NotebookError('not-json', `the file is not a notebook: ${detail}`);
  }
  if (!isJsonObject(document)) {
    throw new NotebookError('not-a-notebook', 'the file is JSON, but not a notebook');
  }
  const version = document.nbformat;
  if (typeof version === 'number' && version !== 4) {
    throw new NotebookError(
      'version',
      `the notebook has format ${version}; open and save it in JupyterLab to bring it to format 4`
    );
  }
  if (version !== 4 || !Array.isArray(document.cells)) {
    throw new NotebookError('not-a-notebook', 'the file is JSON, but not a notebook of format 4');
  }
  return document;
}

function readCells(cells: JsonValue[]): INotebookCell[] {
  const read: INotebookCell[] = [];
  let heading = '';
  cells.forEach((cell, index) => {
    if (!isJsonObject(cell)) {
      return;
    }
    const source = readSource(cell.source);
    if (cell.cell_type === 'markdown') {
      // The nearest one: above the first cell, the first is the title of the notebook.
      heading = findHeading(source) || heading;
    } else if (cell.cell_type === 'code') {
      const number = read.length + 1;
      const name = nameCell(number, heading || findFirstLine(source));
      read.push({ index, number, source, tags: readTags(cell.metadata), name });
      heading = '';
    }
  });
  return read;
}

/** The format allows one text, or a list of lines that keep their ends. */
function readSource(source: JsonValue | undefined): string {
  if (Array.isArray(source)) {
    return source.filter(line => typeof line === 'string').join('');
  }
  return typeof source === 'string' ? source : '';
}

function readTags(metadata: JsonValue | undefined): string[] {
  const tags = isJsonObject(metadata) ? metadata.tags : undefined;
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
}

function nameCell(number: number, text: string): string {
  const characters = Array.from(text);
  const short =
    characters.length > MAXIMUM_NAME_LENGTH
      ? `${characters
          .slice(0, MAXIMUM_NAME_LENGTH - 1)
          .join('')
          .trimEnd()}…`
      : text;
  return short ? `cell ${number} “${short}”` : `cell ${number}`;
}

/** The text of the last Markdown heading outside of fenced code; '' when there is none. */
function findHeading(markdown: string): string {
  let fence = '';
  let heading = '';
  for (const line of markdown.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && (fence === '' || mark.startsWith(fence))) {
      fence = fence === '' ? mark : '';
      continue;
    }
    const text = fence === '' ? /^ {0,3}#{1,6}[ \t]+(.*)$/.exec(line)?.[1] : undefined;
    const plain = text && plainText(text.replace(/[ \t]+#+[ \t]*$/, ''));
    heading = plain || heading;
  }
  return heading;
}

/** Drop the marks of emphasis, code and links that would only disturb in a name. */
function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first line with text in it; the mark of a comment is dropped. */
function findFirstLine(source: string): string {
  for (const line of source.split(/\r?\n/)) {
    const text = line
      .replace(/^\s*(#+|\/\/+|--+|%(?![%\w]))\s*/, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (text) {
      return text;
    }
  }
  return '';
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const member = value[key];
  return isJsonObject(member) ? member : {};
}

function textAt(value: JsonObject, key: string): string {
  const member = value[key];
  return typeof member === 'string' ? member : '';
}
