import type { IInterval } from '../../core/automation/automation';
import { isFinal, type IRunRecord } from '../../core/run/run';
import type { ILog } from '../log';
import type { IDisposable, IRunQueue } from '../queue/queue';
import type { IClock } from '../store/clock';
import type { LoadedAutomation } from './loadedAutomation';

/** What `Intervals` needs. */
export interface IIntervalsOptions {
  /** Automations that are open. */
  list(): readonly LoadedAutomation[];
  /** Tell whether somebody looks at the results of a batch. */
  isWatched(automation: string, slug: string): boolean;
  /** Ask for a run of a batch. */
  request(automation: string, slug: string): Promise<unknown>;
  queue: Pick<IRunQueue, 'newestByBatch'>;
  clock: IClock;
  log: ILog;
}

/** Milliseconds between two looks at what is due. */
const LOOK_MS = 1000;

/**
 * Repeats batches whose automation has an interval, when it is over since the end of their last run: while
 * somebody watches, or always where the configuration says so. What was missed meanwhile is run once.
 */
export class Intervals {
  constructor(private readonly _options: IIntervalsOptions) {}

  /** Begin to look at what is due. */
  start(): void {
    this._timer ??= this._options.clock.after(LOOK_MS, () => {
      this._timer = null;
      this.look();
      this.start();
    });
  }

  /** Ask for what is due now: of each automation one batch at a time, the one that waits longest first. */
  look(): void {
    for (const loaded of this._options.list()) {
      const interval = loaded.find()?.environment.interval;
      if (interval && loaded.isRunnable && !this._asking.has(loaded.id)) {
        const slug = this._findDue(loaded, interval);
        if (slug !== null) {
          this._ask(loaded.id, slug);
        }
      }
    }
  }

  /** Resolves when everything that was asked for is queued. */
  async settled(): Promise<void> {
    await Promise.all(this._asking.values());
  }

  dispose(): void {
    this._timer?.dispose();
    this._timer = null;
  }

  private _findDue(loaded: LoadedAutomation, interval: IInterval): string | null {
    const newest = this._options.queue.newestByBatch(loaded.id);
    const nowMs = this._options.clock.nowMs();
    if (nowMs < (interval.startMs ?? -Infinity)) {
      return null;
    }
    const slugs = loaded.batches
      .filter(({ problems }) => !problems.length)
      .map(({ slug }) => slug)
      .filter(slug => interval.isStrict || this._options.isWatched(loaded.id, slug));
    if (slugs.some(slug => isActive(newest.get(slug)))) {
      // In turn: the next one follows when this one is over.
      return null;
    }
    let longest: { slug: string; endedMs: number } | null = null;
    for (const slug of slugs) {
      const endedMs = endOf(newest.get(slug));
      // One that ends far in the future ended before the clock was set back: the interval begins anew.
      const isDue = Math.abs(nowMs - endedMs) >= interval.milliseconds;
      if (isDue && endedMs < (longest?.endedMs ?? Infinity)) {
        longest = { slug, endedMs };
      }
    }
    return longest?.slug ?? null;
  }

  private _ask(automation: string, slug: string): void {
    const { request, log } = this._options;
    const asked = request(automation, slug)
      .catch(error => log.warn(`a batch that is due was not run: ${error}`))
      .finally(() => this._asking.delete(automation));
    this._asking.set(automation, asked);
  }

  private _timer: IDisposable | null = null;
  private readonly _asking = new Map<string, Promise<unknown>>();
}

function isActive(run: IRunRecord | undefined): boolean {
  return run !== undefined && !isFinal(run.state);
}

/** When a run ended, in milliseconds since the epoch; a batch that never ran is due since ever. */
function endOf(run: IRunRecord | undefined): number {
  return run ? Date.parse(run.ended ?? run.created) : Number.NEGATIVE_INFINITY;
}
