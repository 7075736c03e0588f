/** Milliseconds between two tellings, at least: a sweep of thousands must not flood its readers. */
const INTERVAL_MS = 100;
/** Share of the time that may go into telling. */
const SHARE = 0.05;
/** Milliseconds after which a change is told in any case: somebody who stops a sweep wants to see it. */
const PATIENCE_MS = 2_000;

/** Tells of changes at most ten times a second, and less often while that takes long. */
export class PacedTelling {
  constructor(private readonly _tell: () => void) {}

  /** Something changed: tell soon. */
  request(): void {
    this._timer ??= setTimeout(
      () => {
        this._timer = undefined;
        const begunMs = performance.now();
        this._tell();
        this._costMs = performance.now() - begunMs;
      },
      Math.min(PATIENCE_MS, Math.max(INTERVAL_MS, this._costMs / SHARE))
    );
  }

  dispose(): void {
    clearTimeout(this._timer);
  }

  private _timer: NodeJS.Timeout | undefined;
  /** Milliseconds that the last telling took. */
  private _costMs = 0;
}
