import { isText, type JournalEvent } from '../../core/run/journal';
import { stripAnsi } from '../../core/template/ansi';
import { Coalescer } from '../coalescer';

/** Milliseconds between two changes of what is shown. */
const DRAW_INTERVAL_MS = 100;

/** UTF-16 units of the end of the log that a page shows by itself. */
const TAIL_LENGTH = 64 * 1024;

/** UTF-16 units that a page shows at most of a run that goes on, whatever was asked for. */
const MAX_LENGTH = 4 * 1024 * 1024;

interface IPiece {
  seq: number;
  text: string;
}

/** What the log of a page works with. */
export interface ILogTailOptions {
  /** Shows the text; scrolls. */
  element: HTMLElement;
  /** Asks for what was said before; hidden while everything is shown. */
  earlier: HTMLButtonElement;
  /** Read the events of a run right before one, some of them; none when there are no more. */
  fetchBefore(run: string, seq: number): Promise<readonly JournalEvent[]>;
  /** Told of what went wrong. */
  report(error: unknown): void;
}

/**
 * The end of what a run wrote, on its log page, and what was before when somebody asks. Follows the end unless a
 * person scrolled up.
 */
export class LogTail {
  constructor(private readonly _options: ILogTailOptions) {
    _options.earlier.addEventListener('click', this._onEarlier);
  }

  /** Begin with another run. */
  restart(run: string): void {
    this._run = run;
    this._pieces = [];
    this._length = 0;
    this._limit = TAIL_LENGTH;
    this._hasEarlier = false;
    this._draw();
  }

  /** Take an event of the run's journal. */
  fold(event: JournalEvent): void {
    if (event.kind !== 'output' || !isText(event)) {
      return;
    }
    if (event.isAfterGap) {
      this._pieces = [];
      this._length = 0;
      this._hasEarlier = true;
    }
    this._pieces.push({ seq: event.seq, text: event.text });
    this._length += event.text.length;
    this._shorten();
    this._drawer.run().catch(this._options.report);
  }

  dispose(): void {
    this._options.earlier.removeEventListener('click', this._onEarlier);
    this._drawer.dispose();
  }

  /** The newest text always stays, however long it is. */
  private _shorten(): void {
    if (this._length > MAX_LENGTH) {
      this._limit = TAIL_LENGTH;
    }
    let first = 0;
    while (
      first < this._pieces.length - 1 &&
      this._length - this._pieces[first].text.length >= this._limit
    ) {
      this._length -= this._pieces[first].text.length;
      first += 1;
    }
    if (first) {
      this._pieces = this._pieces.slice(first);
      this._hasEarlier = true;
    }
  }

  private _onEarlier = (): void => {
    const { earlier, report } = this._options;
    earlier.disabled = true;
    this._showEarlier()
      .catch(report)
      .finally(() => {
        earlier.disabled = false;
      });
  };

  private async _showEarlier(): Promise<void> {
    const run = this._run;
    const { seq } = this._pieces[0];
    // What is shown stays until the answer is there.
    this._limit = MAX_LENGTH;
    const events = await this._options.fetchBefore(run, seq);
    if (run !== this._run || this._pieces[0]?.seq !== seq) {
      return;
    }
    const pieces = events.flatMap(event =>
      event.kind === 'output' && isText(event) ? [{ seq: event.seq, text: event.text }] : []
    );
    this._pieces.unshift(...pieces);
    const added = pieces.reduce((sum, { text }) => sum + text.length, 0);
    this._length += added;
    this._limit = Math.max(MAX_LENGTH, this._length);
    this._hasEarlier = events.length > 0 && events[0].seq > 1;
    const { element } = this._options;
    const before = element.scrollHeight - element.scrollTop;
    this._draw();
    // What was looked at stays where it is.
    element.scrollTop = element.scrollHeight - before;
  }

  private _draw(): void {
    const { element, earlier } = this._options;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
    element.textContent = shownLines(stripAnsi(this._pieces.map(({ text }) => text).join('')));
    element.scrollTop = isAtEnd ? element.scrollHeight : scrollTop;
    earlier.hidden = !this._hasEarlier;
  }

  private readonly _drawer = new Coalescer(() => this._draw(), DRAW_INTERVAL_MS);
  private _run = '';
  private _pieces: IPiece[] = [];
  private _length = 0;
  private _limit = TAIL_LENGTH;
  private _hasEarlier = false;
}

/** What a terminal would show: a carriage return begins the line anew, as bars of progress do. */
export function shownLines(text: string): string {
  return text
    .split('\n')
    .map(line => {
      const parts = line.replace(/\r+$/, '').split('\r');
      return parts[parts.length - 1];
    })
    .join('\n');
}
