import type { IRetryPolicy } from '../../core/automation/automation';
import type { IRunRecord } from '../../core/run/run';
import type { ILog } from '../log';
import type { IDisposable, IRunQueue } from '../queue/queue';
import { MAXIMUM_DELAY_MS } from '../queue/waitingRuns';
import { formatTime, type IClock } from '../store/clock';

/** An attempt that repeats a run by itself. */
export interface IAttempt {
  /** 2 for the first that repeats. */
  attempt: number;
  /** RFC 3339 time before which it does not start. */
  retryAt: string;
}

/** What `AutomaticRetries` needs. */
export interface IAutomaticRetriesOptions {
  queue: Pick<IRunQueue, 'onChange'>;
  /** What the automation of a run says; null for nothing. */
  policyOf(run: IRunRecord): Promise<IRetryPolicy | null>;
  /** Ask for the run again. */
  retry(run: IRunRecord, attempt: IAttempt): Promise<unknown>;
  clock: IClock;
  log: ILog;
}

/** Tries runs again by itself that failed for a reason that their automation names, later and later. */
export class AutomaticRetries {
  constructor(private readonly _options: IAutomaticRetriesOptions) {}

  /** Begin to look at how runs end. */
  start(): void {
    this._subscription ??= this._options.queue.onChange(run => {
      if (run && (run.state === 'failed' || run.state === 'lost')) {
        this._look(run);
      }
    });
  }

  /** Resolves when every attempt that is due is asked for. */
  async settled(): Promise<void> {
    await Promise.all(this._asking);
  }

  dispose(): void {
    this._subscription?.dispose();
    this._subscription = null;
  }

  private _look(run: IRunRecord): void {
    // The end of a run is told more than once.
    if (this._seen.has(run.id)) {
      return;
    }
    this._seen.add(run.id);
    if (this._seen.size > MAXIMUM_SEEN) {
      const [oldest] = this._seen;
      this._seen.delete(oldest);
    }
    const asking = this._retry(run)
      .catch(error => this._options.log.warn(`run ${run.id} is not tried again: ${error}`))
      .finally(() => this._asking.delete(asking));
    this._asking.add(asking);
  }

  private async _retry(run: IRunRecord): Promise<void> {
    const { clock, policyOf, retry } = this._options;
    const policy = await policyOf(run);
    const { attempt = 1 } = run;
    if (policy && run.error && policy.codes.includes(run.error.code) && attempt <= policy.count) {
      const delayMs = Math.min(MAXIMUM_DELAY_MS, policy.delayMs * 2 ** (attempt - 1));
      const retryAt = formatTime(clock.nowMs() + delayMs);
      await retry(run, { attempt: attempt + 1, retryAt });
    }
  }

  private _subscription: IDisposable | null = null;
  private readonly _seen = new Set<string>();
  private readonly _asking = new Set<Promise<void>>();
}

/** Ends of runs that are remembered, far more than are told at once. */
const MAXIMUM_SEEN = 1000;
