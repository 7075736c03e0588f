/** Text on a stream of a cell. */
export interface IText {
  cell: number | null;
  stream: 'stdout' | 'stderr';
  text: string;
}

/** How long text is gathered after some was passed on. */
const PERIOD_MS = 50;

/** Characters that are passed on at once, so that memory stays small and lines of the journal short. */
const MAXIMUM_LENGTH = 32 * 1024;

/**
 * Gathers text into few pieces: the first is passed on at once, so that a reader sees it; what
 * follows is passed on every 50 ms. The order of all text is kept, across streams and cells too.
 */
export class TextBatches {
  /**
   * @param pass - gets the pieces in order; each is at most 32,768 UTF-16 units
   */
  constructor(private readonly _pass: (text: IText) => void) {}

  /** Add text; nothing happens for ''. */
  add(piece: IText): void {
    if (!piece.text) {
      return;
    }
    const last = this._waiting[this._waiting.length - 1];
    if (last && last.cell === piece.cell && last.stream === piece.stream) {
      last.text += piece.text;
    } else {
      this._waiting.push({ ...piece });
    }
    this._length += piece.text.length;
    if (this._timer === undefined || this._length >= MAXIMUM_LENGTH) {
      this.flush();
      this._timer ??= setTimeout(this._onTime, PERIOD_MS);
    }
  }

  /** Pass on what waits, before something else that must come after it. */
  flush(): void {
    const waiting = this._waiting;
    this._waiting = [];
    this._length = 0;
    for (const { text, ...rest } of waiting) {
      for (const part of split(text)) {
        this._pass({ ...rest, text: part });
      }
    }
  }

  /** Pass on what waits; later text is passed on again. */
  close(): void {
    this.flush();
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private _onTime = (): void => {
    this._timer = undefined;
    if (this._waiting.length) {
      this.flush();
      this._timer = setTimeout(this._onTime, PERIOD_MS);
    }
  };

  private _waiting: IText[] = [];
  private _length = 0;
  private _timer: NodeJS.Timeout | undefined;
}

/** Cut text into parts of the greatest length, never inside of a character. */
function* split(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + MAXIMUM_LENGTH, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) {
      end -= 1;
    }
    yield text.slice(start, end);
    start = end;
  }
}
