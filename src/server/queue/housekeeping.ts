import type { IRunRecord } from '../../core/run/run';
import type { ILog } from '../log';
import { collectBlobs } from '../store/blobCollection';
import { BlobStore } from '../store/blobs';
import type { IClock } from '../store/clock';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { findExpired, type IKeepRuns } from './retention';

/** Runs of one batch that are looked at when one of them is over. */
const MAXIMUM_OF_BATCH = 1_000;

/** Removes in the background what is kept no longer: old runs, and contents that no run names. */
export class Housekeeping {
  constructor(private readonly _options: Housekeeping.IOptions) {}

  /** Forget what is kept no longer of the batch of a run that is over. */
  tidy({ automation, batch }: IRunRecord): void {
    const { clock, index, keepRuns } = this._options;
    const filter = { automation: automation.id, batch: batch.slug, limit: MAXIMUM_OF_BATCH };
    const expired = findExpired(index.list(filter), keepRuns, clock.nowMs());
    if (expired.length) {
      const removing = Promise.all(expired.map(run => this._forget(run.id)));
      this._do(`old runs of batch "${batch.slug}" were not removed`, removing);
    }
  }

  private async _forget(id: string): Promise<void> {
    const { index, isKept, remove } = this._options;
    const run = index.find(id);
    if (run && !(await isKept(run))) {
      await remove(id);
    }
  }

  /** Give back the room of what an automation's store holds for nobody. */
  collect(automationFolder: string): void {
    const blobs = new BlobStore(automationFolder);
    const nowMs = this._options.clock.nowMs();
    const collecting = blobs.clean(nowMs).then(() => collectBlobs(automationFolder, blobs, nowMs));
    this._do(`the store of "${automationFolder}" was not tidied`, collecting);
  }

  /** Resolves when what was begun is done. */
  async settled(): Promise<void> {
    await Promise.all(this._working);
  }

  private _do(complaint: string, work: Promise<unknown>): void {
    const working: Promise<void> = work
      .then(() => undefined)
      .catch(error => this._options.log.warn(`${complaint}: ${error}`))
      .finally(() => this._working.delete(working));
    this._working.add(working);
  }

  private readonly _working = new Set<Promise<void>>();
}

/** A namespace for `Housekeeping` statics. */
export namespace Housekeeping {
  /** What it needs. */
  export interface IOptions {
    index: RunIndex;
    clock: IClock;
    log: ILog;
    keepRuns: IKeepRuns;
    /** Tell whether a run stays however old it is. */
    isKept(run: IIndexedRun): Promise<boolean>;
    /** Forget a run that is over. */
    remove(id: string): Promise<void>;
  }
}
