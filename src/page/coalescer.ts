/**
 * Does a piece of work at most once in an interval: the first call acts at once, calls that come
 * meanwhile are answered by one more turn afterwards. Turns never overlap.
 */
export class Coalescer {
  /**
   * @param _work - the signal is aborted on `dispose`
   * @param _intervalMs - milliseconds between the begins of two turns
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
    const delay = this._begun + this._intervalMs - Date.now();
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
    this._begun = Date.now();
    this._current = this._turn();
    await this._current;
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
  private _begun = -Infinity;
  private _current: Promise<void> | null = null;
  private _next: Promise<void> | null = null;
  private _wake: (() => void) | null = null;
}
