import { HttpError } from '../httpError';
import { formatTime, type IClock } from '../store/clock';
import type { IRunRecord } from '../../core/run/run';
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
   * The run in flight that is the same work. The files of a batch must lie in its own folder in the end: where the run
   * has another folder, a follower will put them there.
   */
  private _join(request: IEnsureRequest): IAdmitted | null {
    if (request.batch.kind === 'test') {
      // Files that no variable names may differ, and what a test makes must come from its own.
      return null;
    }
    const { index, isEnding } = this._options;
    const folder = folderOfRequest(request);
    const candidates = index
      .inFlight(request.key)
      .filter(({ record }) => record.batch.kind !== 'test' && !isEnding(record.id));
    const leader = candidates.find(({ record }) => record.leader === null);
    const run =
      request.batch.kind === 'form'
        ? (leader ?? candidates.at(0))
        : candidates.find(candidate => candidate.folder === folder);
    if (run) {
      this._want(run.record, request);
      return { run, isJoined: true, isCached: false };
    }
    if (!leader || index.isBatchBusy(request.automation.id, request.batch.slug)) {
      return null;
    }
    // Who asks for the follower may be in more of a hurry, but is no asker of that batch.
    this._want(leader.record, { ...request, asker: leader.record.askers[0] ?? request.asker });
    return { ...this._insert(request, leader.record.id), isJoined: true };
  }

  private _want(record: IRunRecord, request: IEnsureRequest): void {
    const isNewAsker = !record.askers.includes(request.asker);
    const askers = isNewAsker ? [...record.askers, request.asker] : record.askers;
    const priority = Math.max(record.priority, request.priority);
    if (isNewAsker || priority !== record.priority || record.retry_at !== undefined) {
      // Whoever asks for it now does not wait for the time of an attempt.
      this._options.index.update({ ...record, askers, priority, retry_at: undefined });
    }
  }

  private _insert(request: IEnsureRequest, leader: string | null = null): IAdmitted {
    const { clock, engineId, index } = this._options;
    this.requireRoom(request.asker);
    const created = formatTime(clock.nowMs());
    const run = index.insert(newRun(request, created, engineId, leader), true);
    return { run, isJoined: false, isCached: false };
  }

  /** @throws {HttpError} 429 `queue-full` when there is no room for so many further runs of a name */
  requireRoom(asker: string, count = 1): void {
    const { waiting, isOwner, countOthers } = this._options;
    const { maximumQueued = DEFAULT_MAXIMUM_QUEUED } = this._options;
    const { maximumQueuedPerAsker = DEFAULT_MAXIMUM_PER_ASKER } = this._options;
    const isOwners = isOwner?.(asker) ?? true;
    if (
      waiting.size + countOthers() + count > maximumQueued ||
      (!isOwners && waiting.countOf(asker) + count > maximumQueuedPerAsker)
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
    /** Runs that are about to wait, or follow others. */
    countOthers: () => number;
  }
}
