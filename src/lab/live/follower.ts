/** Pixels from the end that still count as the end. */
const MARGIN_PX = 40;

/**
 * Keeps a scrolling element at its end while its content grows, until a person scrolls up; scrolling down
 * to the end follows again.
 */
export class Follower {
  constructor(private readonly _scroller: HTMLElement) {
    _scroller.addEventListener('scroll', this._onScroll);
    // Absent only where nothing has a size.
    this._observer =
      typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(() => this._onResize());
  }

  /** True while it stays at the end. */
  isFollowing = false;

  /** Watch a piece of the content, which may grow; it is forgotten when it goes. */
  observe(piece: HTMLElement): void {
    this._observer?.observe(piece);
    this._onResize();
  }

  dispose(): void {
    this._scroller.removeEventListener('scroll', this._onScroll);
    this._observer?.disconnect();
  }

  private readonly _onScroll = (): void => {
    const { scrollTop, clientHeight, scrollHeight } = this._scroller;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - MARGIN_PX;
    if (isAtEnd || scrollTop < this._scrollTop) {
      // Content that grows moves the end away without anyone scrolling up.
      this.isFollowing = isAtEnd;
    }
    this._scrollTop = scrollTop;
  };

  private _onResize(): void {
    if (this.isFollowing) {
      this._scroller.scrollTop = this._scroller.scrollHeight;
    }
  }

  private readonly _observer: ResizeObserver | null;
  private _scrollTop = 0;
}
