/** Turns in as many intervals. */
const MOST_TURNS = 4;

/** Turns that need not wait: changed code is told, then the run that follows, then what it wrote. */
const TURNS_AT_ONCE = 3;

/**
 * Does a piece of work at most four times in four intervals: after a pause three calls act at once, calls that come
 * meanwhile are answered by one more turn afterwards, an interval later. Turns never overlap.
 */
export class Coalescer {
  /**
   * @param _work - the signal is aborted on `dispose`
   * @param _intervalMs - milliseconds between the begins of turns that follow one another
   */
  constructor(
    private readonly _work: (signal: AbortSignal) => void | Promise<void>,
    private readonly _intervalMs: number
  ) {}

  /**
   * Ask for the work.
   *
   * @returns settles with a turn that began after this call; resolves when it was disposed before
   */
  run(): Promise<void> {
    this._next ??= this._wait();
    return this._next;
  }

  /** Abort the present turn; the next one never comes. */
  dispose(): void {
    this._controller.abort();
    this._wake?.();
  }

  private async _wait(): Promise<void> {
    // Settled, failed or not: the failure belongs to who asked for that turn.
    await this._current?.catch(() => undefined);
    const delay = this._delayMs(Date.now());
    if (delay > 0) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, delay);
        this._wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this._next = null;
    if (this._controller.signal.aborted) {
      return;
    }
    this._begun = [...this._begun, Date.now()].slice(-MOST_TURNS);
    this._current = this._turn();
    await this._current;
  }

  /** A few turns in a row are what a person sees at once who changes few things; a stream of changes is slowed. */
  private _delayMs(now: number): number {
    const windowMs = MOST_TURNS * this._intervalMs;
    const recent = this._begun.filter(begun => begun > now - windowMs);
    if (recent.length < TURNS_AT_ONCE) {
      return 0;
    }
    const free = recent.length < MOST_TURNS ? now : recent[0] + windowMs;
    return Math.max(free, recent[recent.length - 1] + this._intervalMs) - now;
  }

  private async _turn(): Promise<void> {
    try {
      await this._work(this._controller.signal);
    } catch (error) {
      if (!this._controller.signal.aborted) {
        throw error;
      }
    }
  }

  private readonly _controller = new AbortController();
  /** When the last turns began, oldest first; at most `MOST_TURNS`. */
  private _begun: readonly number[] = [];
  private _current: Promise<void> | null = null;
  private _next: Promise<void> | null = null;
  private _wake: (() => void) | null = null;
}
