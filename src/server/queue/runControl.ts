import type { IClock } from '../store/clock';
import type { IDisposable } from './queue';

/** Why a run has to end before its scripts do. */
export type EndReason = 'stopped' | 'shutdown' | 'timeout' | 'disk-full' | 'lease-lost';

/** Thrown when something did not end in time after it was asked to. */
export class OverdueError extends Error {
  constructor() {
    super('it did not end in time');
    this.name = 'OverdueError';
  }
}

/** Ends one run from outside: asks its executor, and waits for it no longer than it may take. */
export class RunControl {
  /**
   * @param _graceMs - milliseconds that an executor has to end everything
   */
  constructor(
    private readonly _clock: IClock,
    private readonly _graceMs: number
  ) {}

  /** Aborted with reason `stopped` or `timeout`. */
  get signal(): AbortSignal {
    return this._controller.signal;
  }

  /** Why the run has to end; null while it may go on. The first reason counts. */
  get reason(): EndReason | null {
    return this._reason;
  }

  /** Aborted when the run goes on in its kernel, for the next server, while this one ends. */
  get left(): AbortSignal {
    return this._leaving.signal;
  }

  /** Leave the run to the next server; nothing happens when it has to end already. */
  leave(): void {
    if (this._reason === null) {
      this._leaving.abort();
    }
  }

  /** Ask the run to end; a second call does nothing. */
  end(reason: EndReason): void {
    if (this._reason === null) {
      this._reason = reason;
      this._overdueMs = this._clock.elapsedMs() + this._graceMs;
      this._controller.abort(reason === 'timeout' ? 'timeout' : 'stopped');
    }
  }

  /**
   * Wait for something that heeds the signal.
   *
   * @throws {OverdueError} when the time to end is over; what is waited for goes on unheard
   */
  async within<T>(work: Promise<T>): Promise<T> {
    let giveUp: () => void = () => undefined;
    let timer: IDisposable | null = null;
    const overdue = new Promise<never>((_resolve, reject) => {
      giveUp = () => {
        const leftMs = Math.max(0, this._overdueMs - this._clock.elapsedMs());
        timer = this._clock.after(leftMs, () => reject(new OverdueError()));
      };
    });
    // Whichever loses the race must not become an unhandled rejection.
    overdue.catch(() => undefined);
    work.catch(() => undefined);
    if (this.signal.aborted) {
      giveUp();
    } else {
      this.signal.addEventListener('abort', giveUp, { once: true });
    }
    try {
      return await Promise.race([work, overdue]);
    } finally {
      this.signal.removeEventListener('abort', giveUp);
      (timer as IDisposable | null)?.dispose();
    }
  }

  private readonly _controller = new AbortController();
  private readonly _leaving = new AbortController();
  private _reason: EndReason | null = null;
  private _overdueMs = Infinity;
}
