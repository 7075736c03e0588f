import { plainText } from './ansi';
import type { ILogLine } from './logLines';

/**
 * Finds lines that hold a text, ignoring case. Lines that were searched are not searched again while
 * the log grows.
 */
export class LogSearch {
  /** Indices of lines that match, in order; empty without a text to look for. */
  get matches(): readonly number[] {
    return this._matches;
  }

  /** Position in `matches` that is looked at; -1 for none. */
  get current(): number {
    return this._current;
  }

  get query(): string {
    return this._query;
  }

  set query(query: string) {
    if (query !== this._query) {
      this._query = query;
      this._reset();
    }
  }

  /**
   * Search what is new.
   *
   * @param shift - of the log; when it changes, all indices moved
   */
  update(lines: readonly ILogLine[], shift: number): void {
    if (shift !== this._shift || lines.length < this._searched) {
      this._shift = shift;
      this._reset();
    }
    if (!this._query) {
      return;
    }
    const wanted = this._query.toLowerCase();
    // The last line may have grown since.
    const from = Math.max(0, this._searched - 1);
    while (this._matches.length && this._matches[this._matches.length - 1] >= from) {
      this._matches.pop();
    }
    for (let index = from; index < lines.length; index++) {
      if (plainText(lines[index].text).toLowerCase().includes(wanted)) {
        this._matches.push(index);
      }
    }
    this._searched = lines.length;
    if (this._current >= this._matches.length) {
      this._current = this._matches.length - 1;
    }
  }

  /**
   * Go to the next match, or the one before; after the last comes the first.
   *
   * @returns index of the line; null when there is none
   */
  move(step: 1 | -1): number | null {
    const count = this._matches.length;
    if (!count) {
      return null;
    }
    this._current =
      this._current < 0 ? (step === 1 ? 0 : count - 1) : (this._current + step + count) % count;
    return this._matches[this._current];
  }

  private _reset(): void {
    this._matches = [];
    this._searched = 0;
    this._current = -1;
  }

  private _query = '';
  private _matches: number[] = [];
  private _searched = 0;
  private _current = -1;
  private _shift = 0;
}
