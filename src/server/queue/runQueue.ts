import { promises as fs } from 'node:fs';
import { PRIORITIES, isFinal, type IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import { runFolderOf } from '../store/history';
import { folderResults } from '../store/resultStore';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { Admission } from './admission';
import { findCached } from './cachedResults';
import type { IRunQueueOptions } from './createRunQueue';
import { Housekeeping } from './housekeeping';
import { Leases } from './leases';
import { makeRunHome } from './newRun';
import { endedOutcome } from './outcome';
import { Pauses } from './pauses';
import { markPending } from './pendingMark';
import type { IDisposable, IEnsureRequest, IEnsureResult, IRunQueue } from './queue';
import { adoptHistory, endRun, recoverIndexed, type IRecoveryContext } from './recovery';
import { DEFAULT_KEEP_RUNS } from './retention';
import { RunLookup } from './runLookup';
import { performRun } from './runner';
import { Slots, type IRunningRun } from './slots';
import type { IRunnerServices } from './startedRun';

const DEFAULT_STOP_GRACE_MS = 11_000;

const NO_VIEWS = { get: () => undefined };

/** The bounded, durable queue of a server, over all its automations. */
export class RunQueue extends RunLookup implements IRunQueue {
  constructor(options: IRunQueueOptions) {
    super(options);
    this._pauses = new Pauses(this._index);
    this._slots = new Slots({
      maximum: options.maximumConcurrentRuns,
      clock: this._clock,
      stopGraceMs: options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS,
      journals: this._journals,
      mayExecute: run =>
        this._leases.isHeld(run.automationFolder) &&
        !this._takingOver.has(run.automationFolder) &&
        !this._pauses.holds(run.automation),
      perform: (run, automationFolder) => this._perform(run, automationFolder),
      onError: (id, error) => options.log.error(`run ${id} could not be ended`, error),
      onFree: id => this._onFree(id)
    });
    this._leases = new Leases({
      clock: this._clock,
      log: options.log,
      onTaken: (folder, wasOthers) => this._onLease(folder, wasOthers),
      onLost: folder => this._onLeaseLost(folder)
    });
    this._housekeeping = new Housekeeping({
      index: this._index,
      clock: this._clock,
      log: options.log,
      keepRuns: options.keepRuns ?? DEFAULT_KEEP_RUNS,
      remove: id => this.remove(id)
    });
    this._admission = new Admission({
      ...options,
      index: this._index,
      waiting: this._waiting,
      clock: this._clock,
      isEnding: id => this._isEnding(id),
      countCreating: () => this._creating.size
    });
  }

  async start(): Promise<void> {
    await recoverIndexed(this._recovery());
    this._isStarted = true;
    this._schedule();
  }

  async ensureRun(request: IEnsureRequest): Promise<IEnsureResult> {
    if (this._isClosed) {
      throw new HttpError(503, 'server-closing', 'the server is shutting down; ask again later');
    }
    const known = this._admission.admit(request, await findCached(request, this._services()));
    const { id, askers } = known.run.record;
    if (known.isCached) {
      return { run: known.run.record, joined: false, cached: true, position: null };
    }
    if (!known.isJoined) {
      if (Object.keys(request.secrets).length) {
        this._secrets.set(id, request.secrets);
      }
      this._creating.set(id, this._create(known.run, request));
    } else {
      this._onJoined(known.run, askers.includes(request.asker) ? null : request.asker);
    }
    try {
      await this._creating.get(id);
    } finally {
      this._creating.delete(id);
    }
    const run = this.get(id) ?? known.run.record;
    return { run, joined: known.isJoined, cached: false, position: this.position(id) };
  }

  async stop(id: string): Promise<void> {
    const record = this._require(id);
    if (isFinal(record.state)) {
      throw new HttpError(409, 'already-final', 'this run is over already');
    }
    const creating = this._creating.get(id);
    if (creating) {
      // Not awaited otherwise: from now on nobody may join it.
      await creating;
    }
    const running = this._slots.get(id);
    if (running) {
      running.control.end('stopped');
      await running.ended;
      return;
    }
    const run = this._index.find(id);
    if (run && this._waiting.delete(id)) {
      this._ending.set(id, this._endWaiting(run));
    }
    await this._ending.get(id);
  }

  async leave(id: string, asker: string): Promise<boolean> {
    const { askers, state } = this._require(id);
    const others = askers.filter(name => name !== asker);
    if (isFinal(state) || !others.length || others.length === askers.length) {
      await this.stop(id);
      return false;
    }
    this._update(id, { askers: others });
    return true;
  }

  first(id: string): void {
    this._require(id);
    if (!this._waiting.has(id)) {
      throw new HttpError(409, 'not-queued', 'only a run that is waiting can be put first');
    }
    this._update(id, { priority: PRIORITIES.first, retry_at: undefined });
    this._schedule();
  }

  pause(automation?: string): void {
    this._setPaused(true, automation);
  }

  resume(automation?: string): void {
    this._setPaused(false, automation);
    this._schedule();
  }

  async remove(id: string): Promise<void> {
    const { record, automationFolder } = this._requireIndexed(id);
    if (!isFinal(record.state)) {
      throw new HttpError(409, 'not-final', 'this run is not over yet; stop it first');
    }
    // First the folder: a row without one is harmless, a folder without row would be adopted again.
    await fs.rm(runFolderOf(automationFolder, id), { recursive: true, force: true });
    this._index.remove(id);
    this._changed(null);
  }

  adopt(automationFolder: string): Promise<void> {
    const known = this._adopting.get(automationFolder);
    if (known) {
      return known;
    }
    const adopt = async () => {
      await this._leases.tidy(automationFolder);
      await adoptHistory(automationFolder, this._recovery());
    };
    const adopting = adopt().finally(() => {
      this._adopting.delete(automationFolder);
      this._housekeeping.collect(automationFolder);
      this._changed(null);
      this._schedule();
    });
    this._adopting.set(automationFolder, adopting);
    return adopting;
  }

  async close(): Promise<void> {
    this._isClosed = true;
    this._dueTimer?.dispose();
    await Promise.allSettled([
      this._slots.endAll('shutdown'),
      ...this._creating.values(),
      ...this._adopting.values(),
      this._housekeeping.settled(),
      ...this._ending.values()
    ]);
    await this._leases.close();
    await this._journals.closeAll();
    this._listeners.clear();
  }

  /** Give a new run its home on disk, then its place in the order. */
  private async _create(run: IIndexedRun, request: IEnsureRequest): Promise<void> {
    const { record } = run;
    try {
      const position = this._waiting.size + 1;
      await makeRunHome(run, { ...request, position }, this._mark(run));
      await (this._isStarted && this._leases.want(run.automationFolder));
    } catch (error) {
      this._index.remove(record.id);
      this._secrets.delete(record.id);
      throw error;
    }
    // Another asker may have joined meanwhile.
    this._waiting.add(this._index.find(record.id) ?? run);
    this._changed(this.get(record.id));
    this._schedule();
  }

  private _schedule(): void {
    if (!this._isStarted || this._isClosed) {
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
      .catch(error => this._options.log.error('what another server left cannot be read', error))
      .finally(() => {
        this._takingOver.delete(automationFolder);
        this._schedule();
      });
  }

  private _onLeaseLost(automationFolder: string): void {
    this._options.log.error(`another server executes runs of ${automationFolder} now`);
    this._slots.runs
      .filter(run => run.automationFolder === automationFolder)
      .forEach(({ control }) => control.end('lease-lost'));
  }

  private _perform({ id, control }: IRunningRun, automationFolder: string): Promise<void> {
    return performRun(
      {
        id,
        automationFolder,
        secrets: this._secrets.get(id) ?? {},
        control,
        record: () => this._require(id),
        update: changes => this._update(id, changes)
      },
      this._services()
    );
  }

  private _onFree(id: string): void {
    this._secrets.delete(id);
    const record = this.get(id);
    if (record) {
      this._housekeeping.tidy(record);
    }
    this._changed(record);
    this._schedule();
  }

  private async _endWaiting(run: IIndexedRun): Promise<void> {
    try {
      await endRun(run, endedOutcome('stopped'), this._recovery());
    } finally {
      this._ending.delete(run.record.id);
      this._secrets.delete(run.record.id);
    }
  }

  private _isEnding(id: string): boolean {
    return this._ending.has(id) || (this._slots.get(id)?.control.reason ?? null) !== null;
  }

  private _update(id: string, changes: Partial<IRunRecord>): IRunRecord {
    const record = { ...this._require(id), ...changes };
    this._index.update(record);
    this._waiting.update(record);
    if ('state' in changes || 'priority' in changes || 'askers' in changes) {
      this._changed(record);
    }
    return record;
  }

  /** Tell of a run that was joined, and note in its journal who came to it. */
  private _onJoined({ record: { id }, automationFolder }: IIndexedRun, asker: string | null): void {
    const record = this._require(id);
    this._waiting.update(record);
    this._changed(record);
    this._schedule();
    if (asker === null) {
      return;
    }
    const note = async () => {
      await this._creating.get(id);
      const journal = await this._journals.open({ id, automationFolder });
      journal.append({ kind: 'state', state: this._require(id).state, asker });
    };
    note().catch(error => this._options.log.error(`run ${id}: an asker was not noted`, error));
  }

  private _setPaused(isPaused: boolean, automation?: string): void {
    if (this._pauses.set(isPaused, automation)) {
      this._changed(null);
    }
  }

  private _mark(run: IIndexedRun): ReturnType<typeof markPending> {
    return markPending(run.record, run, this._options.serverKey);
  }

  private _services(): IRunnerServices & { index: RunIndex } {
    const { source, executors, views = NO_VIEWS, log, engineId, deleteKernel } = this._options;
    const { results = folderResults } = this._options;
    return {
      source,
      executors,
      views,
      index: this._index,
      journals: this._journals,
      results,
      clock: this._clock,
      log,
      engineId,
      deleteKernel,
      mark: record => this._mark({ ...this._requireIndexed(record.id), record })
    };
  }

  private _recovery(): IRecoveryContext {
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
        this._creating.has(id) ||
        this._ending.has(id) ||
        this._slots.get(id) !== undefined,
      resume: run => this._waiting.add(run),
      changed: record => this._changed(record)
    };
  }

  protected readonly _slots: Slots;
  protected readonly _pauses: Pauses;
  private readonly _admission: Admission;
  private readonly _leases: Leases;
  /** Runs whose home on disk is being made. */
  private readonly _creating = new Map<string, Promise<void>>();
  /** Waiting runs whose end is being written. */
  private readonly _ending = new Map<string, Promise<void>>();
  private readonly _housekeeping: Housekeeping;
  private readonly _adopting = new Map<string, Promise<void>>();
  /** Folders in which what another server left has not ended yet. */
  private readonly _takingOver = new Set<string>();
  /** ENVIRONMENT values of runs that are not over: in memory only. */
  private readonly _secrets = new Map<string, Readonly<Record<string, string>>>();
  private _dueTimer: IDisposable | null = null;
  private _isStarted = false;
  private _isClosed = false;
}
