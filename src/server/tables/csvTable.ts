import { parseDelimited } from '../../core/view/delimited';
import { delimitedCell, EMPTY_CELL, type ITableCell } from '../../core/view/table';
import { InputProblem } from '../../core/view/view';
import { TableError, type IRowTable } from './rowTable';

const [QUOTE, LINE_FEED, CARRIAGE_RETURN] = [0x22, 0x0a, 0x0d];

/**
 * A table in delimited text with a header.
 *
 * @throws {TableError} when there is no header
 */
export function openCsvTable(bytes: Buffer, delimiter: ',' | '\t'): IRowTable {
  return new CsvTable(bytes, delimiter);
}

class CsvTable implements IRowTable {
  constructor(
    private readonly _bytes: Buffer,
    private readonly _delimiter: ',' | '\t'
  ) {
    this._starts = findRows(_bytes);
    this.length = this._starts.length - 2;
    if (this.length < 0) {
      throw new TableError();
    }
    this.columns = this._split(0);
  }

  readonly columns: readonly string[];
  readonly indexColumns = 0;
  readonly length: number;

  cells(row: number): ITableCell[] {
    const texts = this._split(row + 1);
    return this.columns.map((_, column) =>
      column < texts.length ? delimitedCell(texts[column]) : EMPTY_CELL
    );
  }

  cell(row: number, column: number): ITableCell {
    const text = this._split(row + 1)[column];
    return text === undefined || column >= this.columns.length ? EMPTY_CELL : delimitedCell(text);
  }

  text(row: number): string {
    return this._line(row + 1);
  }

  private _line(line: number): string {
    return this._bytes.toString('utf8', this._starts[line], this._starts[line + 1]);
  }

  private _split(line: number): string[] {
    const text = this._line(line).replace(/(\r?\n[ \t\r]*)+$/, '');
    if (!text.includes('"')) {
      return text.replace(/^\uFEFF/, '').split(this._delimiter);
    }
    try {
      return parseDelimited(text, this._delimiter)[0] ?? [];
    } catch (error) {
      if (error instanceof InputProblem) {
        throw new TableError(`${line === 0 ? 'the header' : `row ${line}`}: a quote is not closed`);
      }
      throw error;
    }
  }

  /** Where each line begins that is not blank, the header first, and where the last one ends. */
  private readonly _starts: Uint32Array;
}

/** Line ends within quotes belong to a cell; a doubled quote ends and begins again. */
function findRows(bytes: Buffer): Uint32Array {
  let starts = new Uint32Array(1024);
  let count = 0;
  let isQuoted = false;
  let start = 0;
  let isBlank = true;
  let end = 0;
  const add = (offset: number) => {
    if (count === starts.length) {
      const larger = new Uint32Array(2 * starts.length);
      larger.set(starts);
      starts = larger;
    }
    starts[count] = offset;
    count += 1;
  };
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at];
    if (at === bytes.length || (byte === LINE_FEED && !isQuoted)) {
      if (!isBlank) {
        add(start);
        end = at;
      }
      start = at + 1;
      isBlank = true;
    } else {
      if (byte === QUOTE) {
        isQuoted = !isQuoted;
      }
      isBlank &&= byte === CARRIAGE_RETURN || byte === 0x20 || byte === 0x09;
    }
  }
  add(end);
  return starts.slice(0, count);
}
