import { isJsonObject, type JsonObject } from '../json';
import type { IProgressEntry } from './journal';

/** Media type of a rich output that says how far its run is: `{"fraction": 0.25, "message": "…"}`. */
export const PROGRESS_TYPE = 'application/vnd.crosscompute.progress+json';

/** UTF-16 units of a line that never ends; what follows up to the next line feed is dropped. */
const MAXIMUM_LINE_LENGTH = 64 * 1024;

/** UTF-16 units of a line that a warning repeats. */
const QUOTED_LENGTH = 200;

const NUMBER = /^\d*\.?\d+(?:e[+-]?\d+)?$|^\d+\.$/i;

/** Gets what a stream of lines says. */
export interface IProgressReader {
  onProgress(entry: IProgressEntry): void;
  /** A line that says nothing: a sentence for the author of the program. */
  onWarning(message: string): void;
}

/**
 * Read a line of the progress protocol: `0.24`, or `0.24`, a tab and a message.
 *
 * @param line - without its line feed
 * @returns null when it is none
 */
export function parseProgressLine(line: string): IProgressEntry | null {
  const at = line.indexOf('\t');
  const number = at < 0 ? line : line.slice(0, at);
  const fraction = NUMBER.test(number) ? Number(number) : NaN;
  return fraction >= 0 && fraction <= 1
    ? {
        kind: 'progress',
        fraction,
        message: at < 0 ? null : line.slice(at + 1),
        source: 'explicit'
      }
    : null;
}

/** Cuts text that comes in pieces into lines of the progress protocol. */
export class ProgressLines {
  constructor(private readonly _reader: IProgressReader) {}

  /** Add text as it comes. */
  push(text: string): void {
    const lines = (this._rest + text).split('\n');
    this._rest = lines.pop() ?? '';
    for (const line of lines) {
      this._read(line);
    }
    if (this._rest.length > MAXIMUM_LINE_LENGTH) {
      this._read(this._rest);
      this._isDropping = true;
    }
    if (this._isDropping) {
      this._rest = '';
    }
  }

  /** The text is over: what is left is a line. */
  end(): void {
    if (this._rest) {
      this._read(this._rest);
    }
    this._rest = '';
    this._isDropping = false;
  }

  private _read(line: string): void {
    if (this._isDropping) {
      // The end of a line that was too long, which was told.
      this._isDropping = false;
      return;
    }
    const shown = line.replace(/\r$/, '');
    const entry = line.length > MAXIMUM_LINE_LENGTH ? null : parseProgressLine(shown);
    if (entry) {
      this._reader.onProgress(entry);
    } else {
      this._reader.onWarning(
        `invalid program: stdout must look like '0.25\\tmessage'; got '${quote(shown)}'`
      );
    }
  }

  private _rest = '';
  private _isDropping = false;
}

/**
 * Read a rich output that says how far its run is.
 *
 * @param content - of the message: its `data` holds representations by media type
 * @returns null when it says nothing of that; `isAlone` when it has nothing else to show
 */
export function readProgressOutput(
  content: JsonObject
): { entry: IProgressEntry; isAlone: boolean } | null {
  const { data } = content;
  const value = isJsonObject(data) ? data[PROGRESS_TYPE] : undefined;
  if (!isJsonObject(data) || !isJsonObject(value)) {
    return null;
  }
  const { fraction, message } = value;
  const isFraction = typeof fraction === 'number' && fraction >= 0 && fraction <= 1;
  const entry: IProgressEntry = {
    kind: 'progress',
    fraction: isFraction ? fraction : null,
    message: typeof message === 'string' ? message : null,
    source: 'explicit'
  };
  const isAlone = Object.keys(data).length === 1;
  return entry.fraction === null && entry.message === null ? null : { entry, isAlone };
}

function quote(line: string): string {
  return line.length > QUOTED_LENGTH ? `${line.slice(0, QUOTED_LENGTH)}…` : line;
}
