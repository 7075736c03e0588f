/// <reference types="./csvParser" />
import { parse } from 'papaparse/papaparse';
import { WEIGHTS } from '../automation/problemCodes';
import { ProblemList } from '../automation/problemList';
import { nameOf } from '../path';
import type { IPosition, IProblem } from '../problem';

/** A row of a CSV file. */
export interface ICsvRow {
  /** Cells as written, quotes removed; may be fewer or more than the columns. */
  cells: readonly string[];
  /** Offset of its first character in the text, for `CsvTable.positionOf`. */
  start: number;
}

/**
 * A CSV file with a header, after RFC 4180, whose cells know their place.
 */
export class CsvTable {
  constructor(
    readonly file: string,
    /** Names of the columns, trimmed; '' for a column without name, which is ignored. */
    readonly header: readonly string[],
    /** Blank lines and rows marked with `#` left out. */
    readonly rows: readonly ICsvRow[],
    private readonly _text: string,
    /** Offset of the header. */
    private readonly _headerStart: number
  ) {
    this._lineStarts = [0];
    const lineBreak = lineBreakOf(_text);
    for (let at = _text.indexOf(lineBreak); at >= 0; at = _text.indexOf(lineBreak, at + 1)) {
      this._lineStarts.push(at + 1);
    }
  }

  /** The place of a column's name. */
  headerPosition(column: number): IPosition {
    return this.cellPosition({ cells: this.header, start: this._headerStart }, column);
  }

  /** The place of a row. */
  rowPosition(row: ICsvRow): IPosition {
    return this.positionAt(row.start);
  }

  /** The place of a cell; that of the row's end when it has fewer. */
  cellPosition(row: ICsvRow, column: number): IPosition {
    let at = row.start;
    for (let index = 0; index < column && index < row.cells.length - 1; index += 1) {
      at = this._cellEnd(at) + 1;
    }
    return this.positionAt(column < row.cells.length ? at : this._cellEnd(at));
  }

  /** The place of a character of the text. */
  positionAt(offset: number): IPosition {
    let low = 0;
    let high = this._lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this._lineStarts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { file: this.file, line: low + 1, column: offset - this._lineStarts[low] + 1 };
  }

  private _cellEnd(start: number): number {
    let at = start;
    if (this._text[at] === '"') {
      // A doubled quote is one inside of the cell.
      for (at += 1; at < this._text.length; at += 1) {
        if (this._text[at] === '"' && this._text[(at += 1)] !== '"') {
          break;
        }
      }
    }
    const end = /[,\r\n]/g;
    end.lastIndex = at;
    return end.exec(this._text)?.index ?? this._text.length;
  }

  private readonly _lineStarts: number[];
}

/**
 * Parse a CSV file. The separator is the comma; a byte order mark is skipped; a column `#` with `#`
 * in a row skips that row.
 *
 * @param file - absolute path, for positions
 * @param isStrict - each row must have as many cells as there are columns, as 1.0 says; others are left out
 * @returns no rows when quotes are broken, as the cells would be wrong
 */
export function parseCsv(
  text: string,
  file: string,
  isStrict = false
): { table: CsvTable; problems: IProblem[] } {
  const problems = new ProblemList();
  const content = text.replace(/^\uFEFF/, '');
  const { rows, faults } = splitRows(content);
  const [first, ...others] = rows;
  const header = (first?.cells ?? []).map(cell => cell.trim());
  const mark = header.indexOf('#');
  const unmarked = others.filter(({ cells }) => mark < 0 || cells[mark]?.trim() !== '#');
  const isFilled = ({ cells }: ICsvRow) => !isStrict || cells.length === header.length;
  const kept = unmarked.filter(isFilled);
  const table = new CsvTable(file, header, faults.length ? [] : kept, content, first?.start ?? 0);
  for (const { offset, isOpen } of faults) {
    const message = isOpen
      ? 'a quote that starts here is not closed'
      : 'after a closing quote only a comma or the end of the line may follow';
    problems.add('csv-syntax', table.positionAt(offset), message, 'write a quote inside as ""');
  }
  if (!faults.length) {
    checkHeader(table, problems);
    unmarked.forEach(row => checkLength(table, row, isStrict, problems));
    if (!unmarked.length) {
      const position = { file, line: 1, column: 1 };
      const message = `"${nameOf(file)}" has no rows`;
      problems.add('csv-empty', position, message, 'this makes no batches');
    }
  }
  return { table, problems: problems.sorted() };
}

interface IQuoteFault {
  offset: number;
  /** True when the quote is never closed. */
  isOpen: boolean;
}

/** Split text into rows without blank ones; the parser's cursor gives their places. */
function splitRows(text: string): { rows: ICsvRow[]; faults: IQuoteFault[] } {
  const rows: ICsvRow[] = [];
  const faults = new Map<number, IQuoteFault>();
  const newline = lineBreakOf(text);
  let start = 0;
  parse(text, {
    delimiter: ',',
    newline,
    quoteChar: '"',
    step: ({ data, errors, meta }) => {
      for (const { type, code, index } of errors) {
        if (type === 'Quotes' && index !== undefined && !faults.has(index - 1)) {
          faults.set(index - 1, { offset: index - 1, isOpen: code === 'MissingQuotes' });
        }
      }
      const cells = withoutCarriageReturn(data, text, meta.cursor);
      if (cells.length > 1 || cells[0]?.trim()) {
        rows.push({ cells, start });
      }
      start = meta.cursor;
    }
  });
  return { rows, faults: [...faults.values()] };
}

/** Lines of one file may end in either way, so the parser splits at LF and leaves a CR to us. */
function withoutCarriageReturn(cells: string[], text: string, end: number): string[] {
  const last = cells[cells.length - 1];
  const lineEnd = text[end - 1] === '\n' ? end - 1 : end;
  if (!last?.endsWith('\r') || text[lineEnd - 1] !== '\r' || text[lineEnd - 2] === '"') {
    return cells;
  }
  return [...cells.slice(0, -1), last.slice(0, -1)];
}

function lineBreakOf(text: string): '\n' | '\r' {
  return text.includes('\n') ? '\n' : '\r';
}

function checkHeader(table: CsvTable, problems: ProblemList): void {
  const seen = new Set<string>();
  table.header.forEach((name, index) => {
    if (name === '') {
      const position = table.headerPosition(index);
      const weight = { severity: 'warning', blocks: 'nothing' } as const;
      const message = `column ${index + 1} has no name`;
      problems.add('csv-header', position, message, 'it is ignored', weight);
    } else if (seen.has(name)) {
      const position = table.headerPosition(index);
      problems.add('csv-header', position, `column "${name}" is given twice`);
    }
    seen.add(name);
  });
}

function checkLength(
  table: CsvTable,
  row: ICsvRow,
  isStrict: boolean,
  problems: ProblemList
): void {
  const count = row.cells.length;
  const expected = table.header.length;
  const message = `row has ${count} cells`;
  const hint = `the header has ${expected}`;
  if (isStrict && count !== expected) {
    const position = table.cellPosition(row, Math.min(count - 1, expected));
    return problems.add('csv-row', position, message, hint, WEIGHTS.batch);
  }
  const extra = row.cells.findIndex((cell, index) => index >= expected && cell.trim());
  if (extra >= 0) {
    problems.add('csv-row', table.cellPosition(row, extra), message, hint);
  }
}
