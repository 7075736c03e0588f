import { foldLog, initialLog, logText } from '../../core/run/foldLog';
import type { JournalEvent } from '../../core/run/journal';
import { stripAnsi } from '../../core/template/ansi';
import { Coalescer } from '../coalescer';

/** Milliseconds between two changes of what is shown. */
const DRAW_INTERVAL_MS = 100;

/** Bytes of the end of the log that a page shows. */
const TAIL_BYTES = 64 * 1024;

/** The end of what a run wrote, on its log page. Follows the end unless a person scrolled up. */
export class LogTail {
  /**
   * @param _element - shows the text; scrolls
   * @param _report - told of what went wrong
   */
  constructor(
    private readonly _element: HTMLElement,
    private readonly _report: (error: unknown) => void
  ) {}

  /** Begin with another run. */
  restart(): void {
    this._log = initialLog({ headBytes: 0, tailBytes: TAIL_BYTES });
    this._element.textContent = '';
  }

  /** Take an event of the run's journal. */
  fold(event: JournalEvent): void {
    const log = foldLog(this._log, event);
    if (log !== this._log) {
      this._log = log;
      this._drawer.run().catch(this._report);
    }
  }

  dispose(): void {
    this._drawer.dispose();
  }

  private _draw(): void {
    const { scrollTop, scrollHeight, clientHeight } = this._element;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
    this._element.textContent = shownLines(stripAnsi(logText(this._log)));
    this._element.scrollTop = isAtEnd ? this._element.scrollHeight : scrollTop;
  }

  private readonly _drawer = new Coalescer(() => this._draw(), DRAW_INTERVAL_MS);
  private _log = initialLog({ headBytes: 0, tailBytes: TAIL_BYTES });
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
