import { promises as fs } from 'node:fs';
import type { IQueueState, IRunSummary } from '../../core/api';
import type { JournalEvent } from '../../core/run/journal';
import { PRIORITIES, isFinal, type IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import { formatTime, systemClock, type IClock } from '../store/clock';
import { ensureRunFolder, journalPathOf, runFolderOf, writeRecord } from '../store/history';
import { formatEvent } from '../store/journalFile';
import { Journals } from '../store/journals';
import { RunIndex, type IIndexedRun } from '../store/runIndex';
import type { IRunQueueOptions } from './createRunQueue';
import { keepIdentity } from './debugFolder';
import { folderOfRequest, newRun } from './newRun';
import { endedOutcome } from './outcome';
import { markPending } from './pendingMark';
import type {
  IDisposable,
  IEnsureRequest,
  IEnsureResult,
  IRunBrief,
  IRunFilter,
  IRunQueue
} from './queue';
import { EndGate } from './endGate';
import { adoptHistory, endRun, recoverIndexed, type IRecoveryContext } from './recovery';
import { performRun, type IRunnerServices } from './runner';
import { summarizeRun } from './runSummary';
import { Slots, type IRunningRun } from './slots';
import { WaitingRuns } from './waitingRuns';

const DEFAULT_STOP_GRACE_MS = 11_000;
const DEFAULT_MAXIMUM_QUEUED = 100_000;
const DEFAULT_MAXIMUM_PER_ASKER = 1_000;
const RETRY_AFTER_SECONDS = 30;

const NO_VIEWS = { get: () => undefined };

/** The bounded, durable queue of a server, over all its automations. */
export class RunQueue implements IRunQueue {
  constructor(private readonly _options: IRunQueueOptions) {
    this._clock = _options.clock ?? systemClock;
    this._index = new RunIndex(_options.database.connection);
    this._journals = new Journals(this._clock, _options.log);
    this._isPaused = this._index.setting('paused') === 'yes';
    this._slots = new Slots({
      maximum: _options.maximumConcurrentRuns,
      clock: this._clock,
      stopGraceMs: _options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS,
      journals: this._journals,
      perform: (run, automationFolder) => this._perform(run, automationFolder),
      onError: (id, error) => _options.log.error(`run ${id} could not be ended`, error),
      onFree: id => this._onFree(id)
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
    const known = this._index.transaction(() => this._join(request) ?? this._insert(request));
    const { id, askers } = known.run.record;
    if (!known.isJoined) {
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

  first(id: string): void {
    this._require(id);
    if (!this._waiting.has(id)) {
      throw new HttpError(409, 'not-queued', 'only a run that is waiting can be put first');
    }
    this._update(id, { priority: PRIORITIES.first });
  }

  pause(): void {
    this._setPaused(true);
  }

  resume(): void {
    this._setPaused(false);
    this._schedule();
  }

  get(id: string): IRunRecord | null {
    return this._index.find(id)?.record ?? null;
  }

  list(filter: IRunFilter): IRunRecord[] {
    return this._index.list(filter);
  }

  newest(automation: string, batch: string): IRunRecord | null {
    return this._index.list({ automation, batch, limit: 1 })[0] ?? null;
  }

  newestByBatch(automation: string): Map<string, IRunRecord> {
    return this._index.newestByBatch(automation);
  }

  briefsByBatch(automation: string): Map<string, IRunBrief> {
    return this._index.briefsByBatch(automation);
  }

  position(id: string): number | null {
    return this._waiting.position(id, this._clock.nowMs());
  }

  progress(id: string): { fraction: number | null; message: string | null } {
    const record = this.get(id);
    if (record?.state === 'done') {
      return { fraction: 1, message: null };
    }
    const progress = this._slots.get(id)?.progress;
    return { fraction: progress?.fraction ?? null, message: progress?.message ?? null };
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

  state(): IQueueState {
    const summaries = (runs: Iterable<{ id: string }>, isQueued: boolean) => {
      const all: IRunSummary[] = [];
      for (const { id } of runs) {
        const record = this.get(id);
        if (record) {
          all.push(this._summarize(record, isQueued ? all.length + 1 : null));
        }
      }
      return all;
    };
    return {
      running: summaries(this._slots.runs, false),
      queued: summaries(this._waiting.inOrder(this._clock.nowMs()), true),
      isPaused: this._isPaused,
      maximumConcurrentRuns: this._options.maximumConcurrentRuns
    };
  }

  /** A run as lists show it, with its position and how far it is. */
  summarize(record: IRunRecord): IRunSummary {
    return this._summarize(record, this.position(record.id));
  }

  onChange(listener: (run: IRunRecord | null) => void): IDisposable {
    this._listeners.add(listener);
    return { dispose: () => void this._listeners.delete(listener) };
  }

  /** @throws {HttpError} 404 `run-unknown` */
  follow(
    id: string,
    afterSeq: number,
    onEvent: (event: JournalEvent) => void,
    onEnd: () => void
  ): IDisposable {
    const { automationFolder, record } = this._requireIndexed(id);
    const isOver = isFinal(record.state);
    return this._endGate.guard(id, { onEvent, onEnd }, (event, end) =>
      this._journals.follow({ id, automationFolder }, isOver, afterSeq, event, end)
    );
  }

  /** @throws {HttpError} 404 `run-unknown` */
  async journal(id: string): Promise<JournalEvent[]> {
    const { automationFolder } = this._requireIndexed(id);
    return this._journals.read({ id, automationFolder });
  }

  adopt(automationFolder: string): Promise<void> {
    const known = this._adopting.get(automationFolder);
    if (known) {
      return known;
    }
    const adopting = adoptHistory(automationFolder, this._recovery()).finally(() => {
      this._adopting.delete(automationFolder);
      this._changed(null);
      this._schedule();
    });
    this._adopting.set(automationFolder, adopting);
    return adopting;
  }

  async close(): Promise<void> {
    this._isClosed = true;
    await Promise.allSettled([
      this._slots.endAll('shutdown'),
      ...this._creating.values(),
      ...this._adopting.values(),
      ...this._ending.values()
    ]);
    await this._journals.closeAll();
    this._listeners.clear();
  }

  /**
   * The run in flight that is the same work. Work in a batch's own folder is only the same as work in
   * that very folder: its files must lie there in the end. Followers, which take over the outputs of
   * another folder's run, belong here.
   */
  private _join(request: IEnsureRequest): { run: IIndexedRun; isJoined: boolean } | null {
    const folder = folderOfRequest(request);
    const run = this._index
      .inFlight(request.key)
      .find(
        candidate =>
          !this._isEnding(candidate.record.id) &&
          (request.batch.kind === 'form' || candidate.folder === folder)
      );
    if (!run) {
      return null;
    }
    const { record } = run;
    const isNewAsker = !record.askers.includes(request.asker);
    const askers = isNewAsker ? [...record.askers, request.asker] : record.askers;
    const priority = Math.max(record.priority, request.priority);
    if (isNewAsker || priority !== record.priority) {
      this._index.update({ ...record, askers, priority });
    }
    return { run, isJoined: true };
  }

  private _insert(request: IEnsureRequest): { run: IIndexedRun; isJoined: boolean } {
    const { maximumQueued = DEFAULT_MAXIMUM_QUEUED } = this._options;
    const { maximumQueuedPerAsker = DEFAULT_MAXIMUM_PER_ASKER } = this._options;
    const isOwner = this._options.isOwner?.(request.asker) ?? true;
    if (
      this._waiting.size + this._creating.size >= maximumQueued ||
      (!isOwner && this._waiting.countOf(request.asker) >= maximumQueuedPerAsker)
    ) {
      throw new HttpError(429, 'queue-full', 'too many runs are waiting; ask again later', {
        retryAfterSeconds: RETRY_AFTER_SECONDS
      });
    }
    if (Object.keys(request.secrets).length) {
      this._secrets.set(request.id, request.secrets);
    }
    const created = formatTime(this._clock.nowMs());
    const run = this._index.insert(newRun(request, created, this._options.engineId), true);
    return { run, isJoined: false };
  }

  /** Give a new run its home on disk, then its place in the order. */
  private async _create(run: IIndexedRun, request: IEnsureRequest): Promise<void> {
    const { record, automationFolder } = run;
    try {
      await ensureRunFolder(automationFolder, record.id);
      const event: JournalEvent = {
        seq: 1,
        time: record.created,
        kind: 'state',
        state: 'queued',
        position: this._waiting.size + 1,
        asker: request.asker
      };
      const journal = journalPathOf(automationFolder, record.id);
      await fs.writeFile(journal, formatEvent(event), { flag: 'wx' });
      if (request.identity) {
        await keepIdentity(automationFolder, record.id, request.identity);
      }
      await writeRecord(automationFolder, this._mark(run));
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
    if (this._isStarted && !this._isPaused && !this._isClosed) {
      this._slots.fill(this._waiting);
    }
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
    this._changed(this.get(id));
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

  private _setPaused(isPaused: boolean): void {
    if (isPaused !== this._isPaused) {
      this._isPaused = isPaused;
      this._index.setSetting('paused', isPaused ? 'yes' : null);
      this._changed(null);
    }
  }

  private _changed(run: IRunRecord | null): void {
    if (run) {
      this._endGate.open(run.id);
    }
    for (const listener of [...this._listeners]) {
      try {
        listener(run);
      } catch (error) {
        this._options.log.error('a listener of the queue failed', error);
      }
    }
  }

  private _summarize(record: IRunRecord, position: number | null): IRunSummary {
    return summarizeRun(record, {
      automationName: this._options.automationName?.(record.automation) ?? record.automation.slug,
      position,
      progress: this.progress(record.id)
    });
  }

  private _require(id: string): IRunRecord {
    return this._requireIndexed(id).record;
  }

  private _requireIndexed(id: string): IIndexedRun {
    const run = this._index.find(id);
    if (!run) {
      throw new HttpError(404, 'run-unknown', 'this run does not exist');
    }
    return run;
  }

  private _mark(run: IIndexedRun): ReturnType<typeof markPending> {
    return markPending(run.record, run, this._options.serverKey);
  }

  private _services(): IRunnerServices {
    const { source, executors, views = NO_VIEWS, log, engineId, deleteKernel } = this._options;
    return {
      source,
      executors,
      views,
      journals: this._journals,
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

  private readonly _clock: IClock;
  private readonly _index: RunIndex;
  private readonly _journals: Journals;
  private readonly _waiting = new WaitingRuns();
  private readonly _slots: Slots;
  /** Runs whose home on disk is being made. */
  private readonly _creating = new Map<string, Promise<void>>();
  /** Waiting runs whose end is being written. */
  private readonly _ending = new Map<string, Promise<void>>();
  private readonly _adopting = new Map<string, Promise<void>>();
  /** ENVIRONMENT values of runs that are not over: in memory only. */
  private readonly _secrets = new Map<string, Readonly<Record<string, string>>>();
  private readonly _endGate = new EndGate(id =>
    isFinal(this._index.find(id)?.record.state ?? 'lost')
  );
  private readonly _listeners = new Set<(run: IRunRecord | null) => void>();
  private _isPaused: boolean;
  private _isStarted = false;
  private _isClosed = false;
}
