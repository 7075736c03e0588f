import { laneOf } from '../../core/run/lane';
import { isFinal, type IRunRecord } from '../../core/run/run';
import { writeRecord } from '../store/history';
import { folderResults } from '../store/resultStore';
import type { StoredRun } from '../store/runRecord';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { Admission } from './admission';
import { findDoneMeanwhile, findEqual } from './equalWork';
import type { IRunQueueOptions } from './createRunQueue';
import { Followers } from './followers';
import { Housekeeping } from './housekeeping';
import { KeptRuns } from './keptRuns';
import { Leases } from './leases';
import { makeRunHome } from './newRun';
import { Pauses } from './pauses';
import { markPending } from './pendingMark';
import type { IDisposable, IEnsureRequest } from './queue';
import { endRun, type IRecoveryContext } from './recovery';
import { DEFAULT_KEEP_RUNS } from './retention';
import { RunLookup } from './runLookup';
import { performRun } from './runner';
import { requeue } from './requeue';
import { Stops } from './stops';
import { takeOver, type ITakenResult } from './takeOver';
import { Slots, type IRunningRun } from './slots';
import type { IRunnerServices } from './startedRun';

/** Milliseconds that an executor has to end when nothing else is said. */
export const DEFAULT_STOP_GRACE_MS = 11_000;

/** Does what a queue decided: gives runs their homes, slots and ends, and what they need meanwhile. */
export abstract class QueueWork extends RunLookup {
  constructor(options: IRunQueueOptions) {
    super(options);
    this._pauses = new Pauses(this._index);
    this._slots = new Slots({
      slots: this._laneSlots,
      clock: this._clock,
      stopGraceMs: options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS,
      journals: this._journals,
      mayExecute: run =>
        this._leases.isHeld(run.automationFolder) &&
        !this._takingOver.has(run.automationFolder) &&
        !this._pauses.holds(run.automation) &&
        !this._followers.isBusy(run.folder, run.sequence),
      perform: (run, automationFolder) => this._perform(run, automationFolder),
      onError: (id, error) => options.log.error(`run ${id} could not be ended`, error),
      onFree: id => this._onFree(id)
    });
    this._followers = new Followers({
      journals: this._journals,
      clock: this._clock,
      log: options.log,
      get: id => this.get(id),
      update: (id, changes) => this._update(id, changes),
      takeOver: (run, result) => this._takeOver(run, result),
      end: (run, outcome) => endRun(run, outcome, this._recovery()),
      execute: run => this._executeItself(run),
      onEnd: id => this._onFree(id)
    });
    this._stops = new Stops({
      slots: this._slots,
      waiting: this._waiting,
      followers: this._followers,
      creating: this._creating,
      find: id => this._requireIndexed(id),
      update: (id, changes) => this._update(id, changes),
      end: (run, outcome) => endRun(run, outcome, this._recovery()),
      onEnd: id => this._secrets.delete(id)
    });
    this._leases = new Leases({
      clock: this._clock,
      log: options.log,
      onTaken: (folder, wasOthers) => this._onLease(folder, wasOthers),
      onLost: folder => this._onLeaseLost(folder)
    });
    this._kept = new KeptRuns({
      index: this._index,
      clock: this._clock,
      log: options.log,
      changed: () => this._changed(null)
    });
    this._housekeeping = new Housekeeping({
      index: this._index,
      clock: this._clock,
      log: options.log,
      keepRuns: options.keepRuns ?? DEFAULT_KEEP_RUNS,
      isKept: run => this._kept.isKept(run),
      remove: id => this.remove(id)
    });
    this._admission = new Admission({
      ...options,
      index: this._index,
      waiting: this._waiting,
      clock: this._clock,
      isEnding: id => this._stops.isEnding(id),
      countOthers: () => this._creating.size + this._followers.size
    });
  }

  abstract remove(id: string): Promise<void>;
  abstract adopt(automationFolder: string): Promise<void>;

  /** Give a new run its home on disk, then its place in the order. */
  protected async _create(
    run: IIndexedRun,
    request: IEnsureRequest,
    answer: (run: IIndexedRun) => Promise<boolean>
  ): Promise<void> {
    const { record } = run;
    try {
      const { leader } = record;
      const position =
        leader === null ? this._waiting.sizeOf(laneOf(record)) + 1 : this.position(leader);
      await makeRunHome(run, { ...request, position }, this._mark(run));
      await (this._isStarted && this._leases.want(run.automationFolder));
    } catch (error) {
      this._index.remove(record.id);
      this._secrets.delete(record.id);
      this._followers.release(record.id);
      throw error;
    }
    if (record.leader !== null || !(await answer(this._requireIndexed(record.id)))) {
      this._enter(record.id);
    }
    this._changed(this.get(record.id));
    this._schedule();
  }

  /** Let a run that is queued wait for its turn, or for whom it follows. */
  private _enter(id: string): void {
    // Others may have joined it since it was asked for, or found that they do the same work.
    const run = this._requireIndexed(id);
    if (run.record.leader === null) {
      this._waiting.add(run);
    } else {
      this._followers.add(run);
    }
  }

  /** See `IStartedRun`. */
  private _joinEqual(id: string): string | null {
    const run = this._requireIndexed(id);
    const equal = findEqual(run, this._index, {
      isExecuting: other => this._slots.get(other) !== undefined,
      isEnding: other => this._stops.isEnding(other)
    });
    if (!equal) {
      return null;
    }
    if (equal.record.state === 'running') {
      // Its own followers with it: what they want is looked at again at the end.
      const leader = equal.record.id;
      this._followers.add({ ...run, record: this._update(id, { leader }) });
      this._followers.move(id, leader);
      return leader;
    }
    this._followInstead(equal, id);
    return null;
  }

  /** Let a run that waits follow another one. */
  private _follow(id: string, leader: string): void {
    this._update(id, { leader, retry_at: undefined });
    this._followers.move(id, leader);
    if (this._waiting.delete(id)) {
      this._enter(id);
    }
  }

  /** Let a run that waits follow one that executes, also after a restart. */
  private _followInstead({ record: { id } }: IIndexedRun, leader: string): void {
    const creating = this._creating.get(id);
    this._follow(id, leader);
    const note = async () => {
      await creating;
      const run = this._requireIndexed(id);
      await writeRecord(run.automationFolder, this._mark(run));
    };
    note().catch(error => this._options.log.error(`run ${id}: whom it follows was lost`, error));
  }

  protected _schedule(): void {
    if (!this._isStarted || this._isDraining || this._isClosed) {
      return;
    }
    const running = this._slots.runs.map(({ automationFolder }) => automationFolder);
    const { isPaused } = this._pauses;
    this._leases.need(
      new Set(isPaused ? running : [...running, ...this._waiting.automationFolders])
    );
    if (!isPaused) {
      this._slots.fill(this._waiting);
      this._awaitDue();
    }
  }

  /** Look again when the next attempt that waits for its time is due. */
  private _awaitDue(): void {
    const elapsedMs = this._clock.elapsedMs();
    const dueMs = this._waiting.nextDueMs(elapsedMs);
    this._dueTimer?.dispose();
    this._dueTimer =
      dueMs === null ? null : this._clock.after(dueMs - elapsedMs, () => this._schedule());
  }

  /** What another server left behind there ends before anything of ours begins. */
  private _onLease(automationFolder: string, wasOthers: boolean): void {
    if (!wasOthers) {
      this._schedule();
      return;
    }
    this._takingOver.add(automationFolder);
    // One that goes on may have looked at its runs before it died.
    Promise.resolve(this._adopting.get(automationFolder))
      .then(() => this.adopt(automationFolder))
      .then(() => this._takeResults(automationFolder))
      .catch(error => this._options.log.error('what another server left cannot be read', error))
      .finally(() => {
        this._takingOver.delete(automationFolder);
        this._schedule();
      });
  }

  /** What waits for work that another server did meanwhile gets what that made. */
  private _takeResults(automationFolder: string): void {
    const waiting = this._waiting
      .inOrder(this._clock.nowMs())
      .filter(run => run.automationFolder === automationFolder);
    for (const { id } of waiting) {
      const done = findDoneMeanwhile(this._requireIndexed(id), this._index);
      if (done) {
        this._follow(id, done.record.id);
      }
    }
  }

  private _onLeaseLost(automationFolder: string): void {
    this._options.log.error(`another server executes runs of ${automationFolder} now`);
    this._slots.runs
      .filter(run => run.automationFolder === automationFolder)
      .forEach(({ control }) => control.end('lease-lost'));
  }

  private _perform(run: IRunningRun, automationFolder: string): Promise<void> {
    const { id, control, isAttached } = run;
    return performRun(
      {
        id,
        automationFolder,
        secrets: this._secrets.get(id) ?? {},
        control,
        isAttached,
        leaveSlot: () => {
          run.isEnding = true;
          this._schedule();
        },
        record: () => this._require(id),
        update: changes => this._update(id, changes),
        joinEqual: () => this._joinEqual(id)
      },
      this._services()
    );
  }

  protected async _takeOver(run: IIndexedRun, result: ITakenResult): Promise<boolean> {
    const record = await takeOver(run, result, this._services());
    if (record) {
      // Only now may anybody believe that it is over.
      this._update(record.id, record);
      await this._journals.close(record.id);
    }
    return record !== null;
  }

  /** Queue a run that followed another one. */
  private _executeItself(run: IIndexedRun): void {
    const { id } = run.record;
    const update = (changes: Partial<IRunRecord>) => this._update(id, changes);
    const position = this._waiting.sizeOf(laneOf(run.record)) + 1;
    const creating = requeue(run, position, { ...this._services(), update }).finally(() => {
      this._creating.delete(id);
      this._enter(id);
      this._schedule();
    });
    this._creating.set(id, creating);
  }

  private _onFree(id: string): void {
    if (this._followers.has(id)) {
      this._schedule();
      return;
    }
    this._secrets.delete(id);
    const record = this.get(id);
    if (record && isFinal(record.state)) {
      this._durations.note(record);
      this._housekeeping.tidy(record);
    }
    this._changed(record);
    this._schedule();
  }

  protected _update(id: string, changes: Partial<IRunRecord>): IRunRecord {
    const record = { ...this._require(id), ...changes };
    this._index.update(record);
    this._waiting.update(record);
    this._followers.update(record);
    if ('state' in changes || 'priority' in changes || 'askers' in changes) {
      this._changed(record);
    }
    return record;
  }

  protected override _changed(run: IRunRecord | null): void {
    super._changed(run);
    if (run) {
      this._followers.take(run);
    }
  }

  private _mark(run: IIndexedRun): StoredRun {
    return markPending(run.record, run, this._options.serverKey);
  }

  protected _services(): IRunnerServices & { index: RunIndex } {
    const { source, executors, views, log, engineId, deleteKernel } = this._options;
    return {
      source,
      executors,
      views: views ?? { get: () => undefined },
      index: this._index,
      journals: this._journals,
      results: this._options.results ?? folderResults,
      clock: this._clock,
      log,
      engineId,
      deleteKernel,
      mark: record => this._mark({ ...this._requireIndexed(record.id), record })
    };
  }

  /** @returns false when another server may execute in its folder */
  private async _attach({ record, ...run }: IIndexedRun): Promise<boolean> {
    const { automationFolder } = run;
    await this._leases.want(automationFolder);
    if (this._isDraining || this._isClosed) {
      // As it is: the next server goes on with it.
      return true;
    }
    if (!this._leases.isHeld(automationFolder)) {
      return false;
    }
    this._slots.attach({
      ...run,
      id: record.id,
      lane: laneOf(record),
      automation: record.automation.id
    });
    this._changed(record);
    return true;
  }

  protected _recovery(): IRecoveryContext {
    const { source, serverKey, log, deleteKernel } = this._options;
    return {
      index: this._index,
      journals: this._journals,
      source,
      serverKey,
      clock: this._clock,
      log,
      deleteKernel,
      isHeld: id =>
        this._waiting.has(id) ||
        this._followers.has(id) ||
        this._creating.has(id) ||
        this._stops.has(id) ||
        this._slots.get(id) !== undefined,
      enter: id => this._enter(id),
      attach: run => this._attach(run),
      changed: record => this._changed(record)
    };
  }

  protected readonly _slots: Slots;
  protected readonly _pauses: Pauses;
  protected readonly _followers: Followers;
  protected readonly _stops: Stops;
  protected readonly _admission: Admission;
  protected readonly _leases: Leases;
  /** Runs whose home on disk is being made. */
  protected readonly _creating = new Map<string, Promise<void>>();
  protected readonly _kept: KeptRuns;
  protected readonly _housekeeping: Housekeeping;
  protected readonly _adopting = new Map<string, Promise<void>>();
  /** Folders in which what another server left has not ended yet. */
  private readonly _takingOver = new Set<string>();
  /** ENVIRONMENT values of runs that are not over: in memory only. */
  protected readonly _secrets = new Map<string, Readonly<Record<string, string>>>();
  protected _dueTimer: IDisposable | null = null;
  protected _isStarted = false;
  /** Nothing begins any more, as this server is about to end. */
  protected _isDraining = false;
  protected _isClosed = false;
}
