/** A line as a terminal writes it: the cursor may stand before its end. */
export interface ITerminalLine {
  text: string;
  /** Where the next character goes. */
  column: number;
}

const ESCAPE = '\u001b';

/**
 * Write text without line ends into a line, as a terminal does: a carriage return moves to the start, a
 * backspace one back, and what follows overwrites. Progress bars rely on it.
 *
 * A line that holds escape sequences has no columns that could be counted; there a carriage return
 * starts the line anew.
 */
export function writeToLine(line: ITerminalLine, text: string): void {
  for (const part of text.split(/(\r|\u0008)/)) {
    if (part === '\r') {
      line.column = 0;
    } else if (part === '\u0008') {
      line.column = Math.max(0, line.column - 1);
    } else if (part) {
      const isPlain = !line.text.includes(ESCAPE) && !part.includes(ESCAPE);
      const rest = line.column === line.text.length || !isPlain ? '' : line.text;
      const start = line.column === line.text.length ? line.text : line.text.slice(0, line.column);
      line.text = start + part + rest.slice(line.column + part.length);
      line.column += part.length;
      if (!isPlain) {
        line.column = line.text.length;
      }
    }
  }
}

/**
 * Text of a stream with the effect of carriage returns, bounded: its last lines are kept.
 */
export class TerminalText {
  /**
   * @param _maxLines - at least 1
   */
  constructor(private readonly _maxLines: number) {}

  /** Lines that were left out at the beginning. */
  get omittedLines(): number {
    return this._omitted;
  }

  append(text: string): void {
    text.split('\n').forEach((segment, index) => {
      if (index > 0) {
        this._lines.push({ text: '', column: 0 });
      }
      writeToLine(this._lines[this._lines.length - 1], segment);
    });
    const excess = this._lines.length - this._maxLines;
    // A margin keeps a long stream from moving the whole list with every line.
    if (excess > this._maxLines / 4) {
      this._lines.splice(0, excess);
      this._omitted += excess;
    }
  }

  toString(): string {
    return this._lines.map(({ text }) => text).join('\n');
  }

  private readonly _lines: ITerminalLine[] = [{ text: '', column: 0 }];
  private _omitted = 0;
}
