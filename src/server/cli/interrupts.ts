/**
 * What signals to end mean (Ctrl-C, SIGTERM): the first one asks; while somebody waits for runs, the next one says not
 * to; any other one ends this process at once.
 */
export class Interrupts {
  /** Aborted when the process is asked to end. */
  get signal(): AbortSignal {
    return this._asked.signal;
  }

  /** Take a signal. @returns false when the process has to end at once */
  take(): boolean {
    if (!this.signal.aborted) {
      this._asked.abort();
      return true;
    }
    const impatience = this._impatience;
    this._impatience = null;
    impatience?.abort();
    return impatience !== null;
  }

  /**
   * Wait for something for which not everybody wants to wait.
   *
   * @param wait - resolves soon after its signal is aborted, which the next signal to end does
   */
  async patiently(wait: (impatience: AbortSignal) => Promise<void>): Promise<void> {
    const impatience = new AbortController();
    this._impatience = impatience;
    try {
      await wait(impatience.signal);
    } finally {
      this._impatience = null;
    }
  }

  private readonly _asked = new AbortController();
  private _impatience: AbortController | null = null;
}
