import { writeToLine, type ITerminalLine } from './terminalText';

/** A line of the log. */
export interface ILogLine extends ITerminalLine {
  stream: 'stdout' | 'stderr';
}

/** Lines kept in memory; a download has them all. */
const MAX_LINES = 200_000;

/**
 * The text log of a run: both streams in the order of their arrival. A stream goes on in its line
 * only while nothing else was written after it.
 */
export class LogLines {
  /**
   * @param _maxLines - older lines are left out beyond this number
   */
  constructor(private readonly _maxLines = MAX_LINES) {}

  get lines(): readonly ILogLine[] {
    return this._lines;
  }

  /** Lines that were left out at the beginning. */
  get omittedLines(): number {
    return this._omitted;
  }

  /** Text of the last line that has any; '' for an empty log. */
  get lastText(): string {
    for (let index = this._lines.length - 1; index >= 0; index--) {
      if (this._lines[index].text.trim()) {
        return this._lines[index].text;
      }
    }
    return '';
  }

  append(stream: ILogLine['stream'], text: string): void {
    const segments = text.split('\n');
    segments.forEach((segment, index) => {
      const isLast = index === segments.length - 1;
      if (isLast && segment === '') {
        return;
      }
      const line = this._openLine(stream);
      writeToLine(line, segment);
      this._isOpen = isLast;
    });
    const excess = this._lines.length - this._maxLines;
    if (excess > this._maxLines / 10) {
      this._lines.splice(0, excess);
      this._omitted += excess;
    }
  }

  /** Everything that is kept, with a line end after each line. */
  toString(): string {
    return this._lines.map(({ text }) => `${text}\n`).join('');
  }

  private _openLine(stream: ILogLine['stream']): ILogLine {
    const last = this._lines[this._lines.length - 1];
    if (last && this._isOpen && last.stream === stream) {
      return last;
    }
    const line: ILogLine = { stream, text: '', column: 0 };
    this._lines.push(line);
    return line;
  }

  private readonly _lines: ILogLine[] = [];
  private _isOpen = false;
  private _omitted = 0;
}
