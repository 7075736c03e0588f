/** Turns in as many intervals. */
const MOST_TURNS = 4;

/** Turns that need not wait: changed code is told, then the run that follows, then what it wrote. */
const TURNS_AT_ONCE = 3;

/**
 * Does a piece of work at most four times in four intervals: after a pause three calls act at once, calls that come
 * meanwhile are answered by one more turn afterwards, an interval later. Urgent calls, of which as many are allowed
 * besides, do not wait for others; those wait longer then, so that a stream of both gets no more turns. Turns never
 * overlap.
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
   * @param isUrgent - it is what a person waits for, such as what a run made, and does not come in streams
   * @returns settles with a turn that began after this call; resolves when it was disposed before
   */
  run(isUrgent = false): Promise<void> {
    if (isUrgent) {
      this._isUrgent = true;
      this._wake?.();
    }
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
    const { signal } = this._controller;
    for (let delay = this._delayMs(); delay > 0 && !signal.aborted; delay = this._delayMs()) {
      await this._sleep(delay);
    }
    this._next = null;
    if (signal.aborted) {
      return;
    }
    const now = Date.now();
    this._begun = [...this._begun, now].slice(-MOST_TURNS);
    if (this._isUrgent) {
      this._urgent = [...this._urgent, now].slice(-MOST_TURNS);
      this._isUrgent = false;
    }
    this._current = this._turn();
    await this._current;
  }

  /** Until `_wake` at most. */
  private _sleep(delayMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, delayMs);
      this._wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A few turns in a row are what a person sees at once who changes few things; a stream of changes is slowed. */
  private _delayMs(): number {
    const now = Date.now();
    const windowMs = MOST_TURNS * this._intervalMs;
    if (
      this._isUrgent &&
      !(this._urgent.length === MOST_TURNS && this._urgent[0] > now - windowMs)
    ) {
      return 0;
    }
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
  /** When the last urgent ones of them began. */
  private _urgent: readonly number[] = [];
  private _isUrgent = false;
  private _current: Promise<void> | null = null;
  private _next: Promise<void> | null = null;
  private _wake: (() => void) | null = null;
}
