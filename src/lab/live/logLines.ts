import { writeToLine, type ITerminalLine } from './terminalText';

/** A line of the log. */
export interface ILogLine extends ITerminalLine {
  stream: 'stdout' | 'stderr';
  /** Numbers of the events in which it began, and that wrote to it last. */
  first: number;
  last: number;
}

/** Text of an event of a journal. */
export interface ILogPiece {
  seq: number;
  stream: ILogLine['stream'];
  text: string;
  /** True when text right before it is not known. */
  isAfterGap?: true;
}

/** Lines kept in memory by themselves; what was before is read again when it is asked for. */
const MAX_LINES = 200_000;

/**
 * The text log of a run: both streams in the order of their arrival. A stream goes on in its line
 * only while nothing else was written after it.
 */
export class LogLines {
  /**
   * @param _maxLines - older lines are left out beyond about this number
   */
  constructor(private readonly _maxLines = MAX_LINES) {}

  get lines(): readonly ILogLine[] {
    return this._lines;
  }

  /** Lines that went away at the beginning, less those that were added there: how far all indices moved. */
  get shift(): number {
    return this._shift;
  }

  /** Number of the event with which it begins; null when everything is there. */
  get earlierThan(): number | null {
    return this._hasEarlier ? (this._lines[0]?.first ?? null) : null;
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

  append({ seq, stream, text, isAfterGap }: ILogPiece): void {
    if (isAfterGap) {
      this._drop(this._lines.length);
    }
    const segments = text.split('\n');
    segments.forEach((segment, index) => {
      const isLast = index === segments.length - 1;
      if (isLast && segment === '') {
        return;
      }
      const line = this._openLine(stream, seq);
      line.last = seq;
      writeToLine(line, segment);
      this._isOpen = isLast;
    });
    const excess = this._lines.length - this._maxLines;
    if (excess > this._maxLines / 10) {
      // Between two events, so that what was before can be put before it again.
      let count = excess;
      while (
        count < this._lines.length &&
        this._lines[count - 1].last >= this._lines[count].first
      ) {
        count += 1;
      }
      if (count < this._lines.length) {
        this._drop(count);
      }
    }
  }

  /**
   * Put before it what was said before.
   *
   * @param pieces - right before the first line, in order
   * @param isAll - true when nothing was said before these
   */
  prepend(pieces: readonly ILogPiece[], isAll: boolean): void {
    const before = new LogLines(Number.MAX_SAFE_INTEGER);
    pieces.forEach(({ seq, stream, text }) => before.append({ seq, stream, text }));
    const added = before._lines;
    const end = added[added.length - 1];
    const begin = this._lines[0];
    if (before._isOpen && begin?.stream === end.stream) {
      // One line was in two events.
      added.pop();
      const line = { ...end, last: begin.last };
      writeToLine(line, begin.text);
      this._lines[0] = line;
    }
    this._lines = [...added, ...this._lines];
    this._shift -= added.length;
    this._hasEarlier = !isAll;
  }

  /** Everything that is kept, with a line end after each line. */
  toString(): string {
    return this._lines.map(({ text }) => `${text}\n`).join('');
  }

  private _drop(count: number): void {
    this._lines.splice(0, count);
    this._shift += count;
    this._isOpen &&= this._lines.length > 0;
    this._hasEarlier = true;
  }

  private _openLine(stream: ILogLine['stream'], seq: number): ILogLine {
    const last = this._lines[this._lines.length - 1];
    if (last && this._isOpen && last.stream === stream) {
      return last;
    }
    const line: ILogLine = { stream, text: '', column: 0, first: seq, last: seq };
    this._lines.push(line);
    return line;
  }

  private _lines: ILogLine[] = [];
  private _isOpen = false;
  private _shift = 0;
  private _hasEarlier = false;
}
