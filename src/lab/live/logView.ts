import type { TranslationBundle } from '@jupyterlab/translation';
import { isText, type JournalEvent } from '../../core/run/journal';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';
import { ansiParts } from './ansi';
import type { LogLines } from './logLines';
import { LogSearch } from './logSearch';
import { LogToolbar } from './logToolbar';

/** Height of a line in pixels, the same as in `log.css`. */
export const LINE_HEIGHT_PX = 18;

/** Lines drawn above and below what is seen, so that scrolling shows no gap. */
const MARGIN_LINES = 20;

/** What the log lets people do. */
export interface ILogActions {
  copy(text: string): void;
  download(run: string): void;
  /**
   * Read some of the events of a run right before one.
   *
   * @returns none when there are no more; null after a failure, which was told
   */
  readBefore(run: string, seq: number): Promise<readonly JournalEvent[] | null>;
}

/**
 * The text log: only the lines that are seen are in the document, so that it stays smooth however long it is.
 */
export class LogView extends Widget {
  constructor(
    trans: TranslationBundle,
    private readonly _actions: ILogActions
  ) {
    super();
    this.addClass('jp-LogView');
    this._toolbar = new LogToolbar(trans, {
      search: query => this._setQuery(query),
      move: step => this._move(step),
      follow: isFollowing => this._setFollowing(isFollowing),
      copy: () => _actions.copy(this._log?.toString() ?? ''),
      download: () => _actions.download(this._run),
      showEarlier: () => void this._showEarlier()
    });
    this._scroller = createScroller(trans);
    this._scroller.addEventListener('scroll', () => this._onScroll());
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(this._toolbar);
    layout.addWidget(new Widget({ node: this._scroller }));
    this._scroller.append(this._space);
    this._space.className = 'jp-LogView-space jp-RenderedText';
    this._space.append(this._window);
    this._window.className = 'jp-LogView-window';
  }

  /**
   * Show a log, from its end on.
   *
   * @param run - id of the run it belongs to
   */
  setLog(run: string, log: LogLines | null): void {
    this._run = run;
    this._log = log;
    this._isFollowing = true;
    this._search.query = '';
    this._toolbar.reset();
    this.update();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override onResize(msg: Widget.ResizeMessage): void {
    super.onResize(msg);
    this.update();
  }

  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    if (!this.isVisible || !this._log) {
      return;
    }
    const { lines, shift, earlierThan } = this._log;
    this._search.update(lines, shift);
    this._space.style.height = `${lines.length * LINE_HEIGHT_PX}px`;
    // Lines that went away at the beginning moved all others up, and those that were added there down.
    const moved = this._shift - shift;
    this._shift = shift;
    if (this._isFollowing) {
      this._scroller.scrollTop = this._scroller.scrollHeight;
    } else if (moved !== 0) {
      this._scroller.scrollTop = Math.max(0, this._scroller.scrollTop + moved * LINE_HEIGHT_PX);
    }
    this._draw();
    this._toolbar.showState({
      lineCount: lines.length,
      hasEarlier: earlierThan !== null,
      matchCount: this._search.matches.length,
      match: this._search.current,
      isFollowing: this._isFollowing
    });
  }

  /** Put the seen lines into the document. */
  private _draw(): void {
    const lines = this._log?.lines ?? [];
    const seen = Math.ceil(this._scroller.clientHeight / LINE_HEIGHT_PX);
    const top = Math.floor(this._scroller.scrollTop / LINE_HEIGHT_PX);
    const first = Math.max(0, Math.min(top, lines.length - seen) - MARGIN_LINES);
    const last = Math.min(lines.length, top + seen + MARGIN_LINES);
    const marked = this._search.matches[this._search.current];
    const nodes: HTMLElement[] = [];
    for (let index = first; index < last; index++) {
      nodes.push(this._drawLine(index, index === marked));
    }
    this._window.style.transform = `translateY(${first * LINE_HEIGHT_PX}px)`;
    this._window.replaceChildren(...nodes);
  }

  private _drawLine(index: number, isMarked: boolean): HTMLElement {
    const { text, stream } = this._log?.lines[index] ?? { text: '', stream: 'stdout' };
    const line = document.createElement('div');
    line.className = 'jp-LogView-line';
    line.dataset.stream = stream;
    if (isMarked) {
      line.classList.add('jp-mod-match');
    }
    for (const { text: piece, className } of ansiParts(text)) {
      const span = document.createElement('span');
      span.className = className;
      span.textContent = piece;
      line.append(span);
    }
    return line;
  }

  private _onScroll(): void {
    const { scrollTop, clientHeight, scrollHeight } = this._scroller;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT_PX;
    if (this._isFollowing && !isAtEnd && scrollTop < this._scrollTop) {
      // Scrolled up by hand: stay there.
      this._setFollowing(false);
    }
    this._scrollTop = scrollTop;
    this._draw();
  }

  private _setQuery(query: string): void {
    this._search.query = query;
    if (this._log) {
      this._search.update(this._log.lines, this._log.shift);
    }
    this._move(1);
  }

  private _move(step: 1 | -1): void {
    const line = this._search.move(step);
    if (line !== null) {
      this._isFollowing = false;
      const middle = line * LINE_HEIGHT_PX - this._scroller.clientHeight / 2;
      this._scroller.scrollTop = Math.max(0, middle);
    }
    this.update();
  }

  private async _showEarlier(): Promise<void> {
    const log = this._log;
    const seq = log?.earlierThan ?? null;
    if (!log || seq === null || this._isReading) {
      return;
    }
    this._isReading = true;
    this._isFollowing = false;
    try {
      const events = await this._actions.readBefore(this._run, seq);
      if (events && log.earlierThan === seq) {
        const texts = events.flatMap(event =>
          event.kind === 'output' && isText(event) ? [event] : []
        );
        log.prepend(texts, !events.length || events[0].seq <= 1);
      }
    } finally {
      this._isReading = false;
    }
    if (!this.isDisposed) {
      this.update();
    }
  }

  private _setFollowing(isFollowing: boolean): void {
    this._isFollowing = isFollowing;
    this.update();
  }

  private readonly _toolbar: LogToolbar;
  private readonly _scroller: HTMLElement;
  private readonly _space = document.createElement('div');
  private readonly _window = document.createElement('pre');
  private readonly _search = new LogSearch();
  private _log: LogLines | null = null;
  private _run = '';
  private _isFollowing = true;
  private _shift = 0;
  private _scrollTop = 0;
  private _isReading = false;
}

function createScroller(trans: TranslationBundle): HTMLElement {
  const scroller = document.createElement('div');
  scroller.className = 'jp-LogView-scroller';
  scroller.setAttribute('role', 'log');
  // Thousands of lines are read on demand, not aloud.
  scroller.setAttribute('aria-live', 'off');
  scroller.setAttribute('aria-label', trans.__('Log'));
  scroller.tabIndex = 0;
  return scroller;
}
