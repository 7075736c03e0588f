import { isFinal, type IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import type { IIndexedRun } from '../store/runIndex';
import type { Followers } from './followers';
import { endedOutcome, type IOutcome } from './outcome';
import type { Slots } from './slots';
import type { WaitingRuns } from './waitingRuns';

/** Ends that are written at a time. */
const ENDS_AT_ONCE = 16;

/** Ends runs that somebody wants no more. */
export class Stops {
  constructor(private readonly _options: Stops.IOptions) {}

  /** Tell whether a run waits for the end of it to be written. */
  has(id: string): boolean {
    return this._ending.has(id);
  }

  /** Tell whether a run is about to end, so that nobody may join it. */
  isEnding(id: string): boolean {
    const { followers, slots } = this._options;
    const isEnded = (slots.get(id)?.control.reason ?? null) !== null;
    return this._ending.has(id) || followers.isEnding(id) || isEnded;
  }

  /** See `IRunQueue`. */
  async stop(id: string): Promise<void> {
    const { creating, find, followers, slots, waiting } = this._options;
    if (isFinal(find(id).record.state)) {
      throw new HttpError(409, 'already-final', 'this run is over already');
    }
    if (creating.has(id)) {
      // Not awaited otherwise: from now on nobody may join it.
      await creating.get(id);
    }
    if (followers.has(id)) {
      await followers.stop(id);
      return;
    }
    const running = slots.get(id);
    if (running) {
      running.control.end('stopped');
      await running.ended;
      // It may have left its slot for the run of another batch just before.
      await followers.stop(id);
      return;
    }
    const run = find(id);
    if (waiting.delete(id)) {
      this._ending.set(id, this._endWaiting(run));
    }
    await this._ending.get(id);
  }

  /**
   * See `IRunQueue`.
   *
   * @param onError - called when the end of one cannot be written
   */
  stopAll(automation: string, onError: (error: unknown) => void): number {
    const { creating, find, followers, slots, waiting } = this._options;
    const isMeant = (id: string) => find(id).record.automation.id === automation;
    const running = slots.runs.filter(run => run.automation === automation).map(({ id }) => id);
    const others = [...creating.keys(), ...followers.ids].filter(isMeant);
    const queued = waiting.idsOf(automation).filter(id => waiting.delete(id));
    // Thousands at once would take all files that may be open: from here on they are about to end.
    const left = queued.values();
    const end = async () => {
      for (const id of left) {
        await this._endWaiting(find(id)).catch(onError);
      }
    };
    // They begin after all are noted.
    const ending = Promise.resolve().then(() =>
      Promise.all(Array.from({ length: ENDS_AT_ONCE }, end))
    );
    queued.forEach(id =>
      this._ending.set(
        id,
        ending.then(() => undefined)
      )
    );
    for (const id of [...running, ...others]) {
      this.stop(id).catch((error: unknown) => {
        // One that others follow takes them along.
        if (!(error instanceof HttpError)) {
          onError(error);
        }
      });
    }
    return new Set([...queued, ...running, ...others]).size;
  }

  /** See `IRunQueue`. */
  async leave(id: string, asker: string): Promise<boolean> {
    const { find, followers, update } = this._options;
    const { askers, state } = find(id).record;
    const others = askers.filter(name => name !== asker);
    const following = followers.askersOf(id).filter(name => name !== asker);
    const isWanted = others.length > 0 || following.length > 0;
    if (isFinal(state) || !isWanted || others.length === askers.length) {
      await this.stop(id);
      return false;
    }
    update(id, { askers: others.length ? others : [...new Set(following)] });
    return true;
  }

  /** Resolves when no end is being written. */
  async settled(): Promise<void> {
    await Promise.allSettled(this._ending.values());
  }

  private async _endWaiting(run: IIndexedRun): Promise<void> {
    try {
      await this._options.end(run, endedOutcome('stopped'));
    } finally {
      this._ending.delete(run.record.id);
      this._options.onEnd(run.record.id);
    }
  }

  /** Waiting runs whose end is being written. */
  private readonly _ending = new Map<string, Promise<void>>();
}

/** A namespace for `Stops` statics. */
export namespace Stops {
  /** What it needs of the queue. */
  export interface IOptions {
    slots: Slots;
    waiting: WaitingRuns;
    followers: Followers;
    /** Runs whose home on disk is being made. */
    creating: ReadonlyMap<string, Promise<void>>;
    /** @throws {HttpError} 404 `run-unknown` */
    find(id: string): IIndexedRun;
    update(id: string, changes: Partial<IRunRecord>): IRunRecord;
    /** Write down the end of a run that does not execute. */
    end(run: IIndexedRun, outcome: IOutcome): Promise<void>;
    /** Called when a waiting run is over. */
    onEnd(id: string): void;
  }
}
