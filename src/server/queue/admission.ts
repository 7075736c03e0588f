import { HttpError } from '../httpError';
import { formatTime, type IClock } from '../store/clock';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { folderOfRequest, newRun } from './newRun';
import type { IEnsureRequest } from './queue';
import type { WaitingRuns } from './waitingRuns';

const DEFAULT_MAXIMUM_QUEUED = 100_000;
const DEFAULT_MAXIMUM_PER_ASKER = 1_000;
const RETRY_AFTER_SECONDS = 30;

/** What a request comes to. */
export interface IAdmitted {
  run: IIndexedRun;
  isJoined: boolean;
  isCached: boolean;
}

/** Decides what a request comes to: a run that is there already, or a new one. */
export class Admission {
  constructor(private readonly _options: Admission.IOptions) {}

  /**
   * Decide, all or nothing: nobody else asks meanwhile.
   *
   * @param cached - the earlier run that may answer, see `findCached`
   * @throws {HttpError} 429 `queue-full`
   */
  admit(request: IEnsureRequest, cached: IIndexedRun | null = null): IAdmitted {
    return this._options.index.transaction(
      () =>
        this._join(request) ??
        (cached && { run: cached, isJoined: false, isCached: true }) ??
        this._insert(request)
    );
  }

  /**
   * The run in flight that is the same work. Work in a batch's own folder is only the same as work in
   * that very folder: its files must lie there in the end. Followers, which take over the outputs of
   * another folder's run, belong here.
   */
  private _join(request: IEnsureRequest): IAdmitted | null {
    const { index, isEnding } = this._options;
    const folder = folderOfRequest(request);
    const run = index
      .inFlight(request.key)
      .find(
        candidate =>
          !isEnding(candidate.record.id) &&
          (request.batch.kind === 'form' || candidate.folder === folder)
      );
    if (!run) {
      return null;
    }
    const { record } = run;
    const isNewAsker = !record.askers.includes(request.asker);
    const askers = isNewAsker ? [...record.askers, request.asker] : record.askers;
    const priority = Math.max(record.priority, request.priority);
    if (isNewAsker || priority !== record.priority || record.retry_at !== undefined) {
      // Whoever asks for it now does not wait for the time of an attempt.
      index.update({ ...record, askers, priority, retry_at: undefined });
    }
    return { run, isJoined: true, isCached: false };
  }

  private _insert(request: IEnsureRequest): IAdmitted {
    const { clock, engineId, index } = this._options;
    this._requireRoom(request.asker);
    const created = formatTime(clock.nowMs());
    const run = index.insert(newRun(request, created, engineId), true);
    return { run, isJoined: false, isCached: false };
  }

  private _requireRoom(asker: string): void {
    const { waiting, isOwner, countCreating } = this._options;
    const { maximumQueued = DEFAULT_MAXIMUM_QUEUED } = this._options;
    const { maximumQueuedPerAsker = DEFAULT_MAXIMUM_PER_ASKER } = this._options;
    const isOwners = isOwner?.(asker) ?? true;
    if (
      waiting.size + countCreating() >= maximumQueued ||
      (!isOwners && waiting.countOf(asker) >= maximumQueuedPerAsker)
    ) {
      throw new HttpError(429, 'queue-full', 'too many runs are waiting; ask again later', {
        retryAfterSeconds: RETRY_AFTER_SECONDS
      });
    }
  }
}

/** A namespace for `Admission` statics. */
export namespace Admission {
  /** What admission needs; limits as in `IRunQueueOptions`. */
  export interface IOptions {
    index: RunIndex;
    waiting: WaitingRuns;
    clock: IClock;
    engineId: string;
    maximumQueued?: number;
    maximumQueuedPerAsker?: number;
    isOwner?: (asker: string) => boolean;
    /** Tell whether a run in flight is being ended, so that nobody may join it. */
    isEnding: (id: string) => boolean;
    /** Runs that are about to wait. */
    countCreating: () => number;
  }
}
