import { promises as fs } from 'node:fs';
import { PRIORITIES, isFinal } from '../../core/run/run';
import { aborted } from '../engine/scriptFailure';
import { HttpError } from '../httpError';
import { runFolderOf } from '../store/history';
import type { ISharedResult } from '../store/resultStore';
import type { IIndexedRun } from '../store/runIndex';
import { isAttachable } from './attachment';
import { findCached, findShared } from './cachedResults';
import type { IEnsureRequest, IEnsureResult, IRunQueue } from './queue';
import { adoptHistory, recoverIndexed } from './recovery';
import { DEFAULT_STOP_GRACE_MS, QueueWork } from './queueWork';
import type { IRunningRun } from './slots';
import { refusedRun, writeRefusedRun } from './refusedRun';

/** The bounded, durable queue of a server, over all its automations. */
export class RunQueue extends QueueWork implements IRunQueue {
  async start(): Promise<void> {
    await recoverIndexed(this._recovery());
    this._isStarted = true;
    this._schedule();
  }

  async ensureRun(request: IEnsureRequest): Promise<IEnsureResult> {
    if (this._isClosed) {
      throw new HttpError(503, 'server-closing', 'the server is shutting down; ask again later');
    }
    const cached = await findCached(request, this._services());
    const shared = cached ? null : await findShared(request, this._services());
    const known = this._admission.admit(request, cached);
    const { id, askers } = known.run.record;
    if (known.isCached) {
      return { run: known.run.record, joined: false, cached: true, position: null };
    }
    const isNew = id === request.id;
    if (isNew) {
      if (Object.keys(request.secrets).length) {
        this._secrets.set(id, request.secrets);
      }
      this._creating.set(
        id,
        this._create(known.run, request, run => this._answer(run, shared))
      );
    } else {
      this._onJoined(known.run, askers.includes(request.asker) ? null : request.asker);
    }
    if (isNew && known.run.record.leader !== null) {
      this._onJoined(this._requireIndexed(known.run.record.leader), null);
    }
    try {
      await this._creating.get(id);
    } finally {
      this._creating.delete(id);
    }
    const run = this.get(id) ?? known.run.record;
    const isShared = isNew && shared !== null && run.leader === shared.run;
    return { run, joined: known.isJoined, cached: isShared, position: this.position(id) };
  }

  stop(id: string): Promise<void> {
    return this._stops.stop(id);
  }

  requireRoom(asker: string, count: number): void {
    this._admission.requireRoom(asker, count);
  }

  async refuse(request: IEnsureRequest, cause: unknown): Promise<void> {
    const services = this._services();
    const run = this._index.insert(refusedRun(request, cause, services), true);
    await writeRefusedRun(run, request, services);
    this._housekeeping.tidy(run.record);
    this._changed(run.record);
  }

  expect(automation: string, change: number): void {
    this._index.activity.expect(automation, change);
    this._changed(null);
  }

  stopAll(automation: string): number {
    return this._stops.stopAll(automation, error =>
      this._options.log.error(`not all runs of ${automation} were stopped`, error)
    );
  }

  leave(id: string, asker: string): Promise<boolean> {
    return this._stops.leave(id, asker);
  }

  first(id: string): void {
    this._require(id);
    const waiting = this._followers.leaderOf(id) ?? id;
    if (!this._waiting.has(waiting)) {
      throw new HttpError(409, 'not-queued', 'only a run that is waiting can be put first');
    }
    this._update(waiting, { priority: PRIORITIES.first, retry_at: undefined });
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

  async pin(id: string, isPinned: boolean): Promise<void> {
    await this._kept.pin(this._requireIndexed(id), isPinned);
  }

  async notePrinted(id: string): Promise<void> {
    const run = this._index.find(id);
    await (run && this._kept.notePrinted(run));
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

  /** Runs that execute now. */
  get executing(): number {
    return this._slots.runs.length;
  }

  async drain(patience: AbortSignal): Promise<void> {
    this._isDraining = true;
    await Promise.race([this._slots.allEnded(), aborted(patience)]);
  }

  async close(outlivesUs: (engineId: string) => boolean = () => false): Promise<void> {
    this._isClosed = true;
    this._dueTimer?.dispose();
    await Promise.allSettled([
      this._slots.leaveOrEnd(run => this._mayGoOn(run, outlivesUs)),
      ...this._creating.values(),
      ...this._adopting.values(),
      this._stops.settled()
    ]);
    // Those that ended just now tidied after themselves.
    await this._housekeeping.settled();
    // They get what others made from the next server otherwise.
    await this._followers.settledWithin(this._options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS);
    await this._leases.close();
    await this._journals.closeAll();
    this._listeners.clear();
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

  /**
   * Give a new run the result of a server elsewhere.
   *
   * @returns false when it has to execute
   */
  private async _answer(run: IIndexedRun, shared: ISharedResult | null): Promise<boolean> {
    const { id, key, automation, batch } = run.record;
    const isFree =
      this._leases.isHeld(run.automationFolder) &&
      !this._index.isBatchBusy(automation.id, batch.slug, id);
    if (shared === null || !isFree) {
      return false;
    }
    const { run: leader, outputs } = shared;
    try {
      const result = { leader, key, code: null, started: null, outputs, problems: [] };
      return await this._takeOver(run, result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this._options.log.warn(`run ${id} executes, as a result cannot answer: ${reason}`);
      return false;
    }
  }

  /** Tell whether a run goes on in its kernel when this server ends. */
  private async _mayGoOn(
    { id, automationFolder }: IRunningRun,
    outlivesUs: (engineId: string) => boolean
  ): Promise<boolean> {
    const before = this._require(id);
    const isAble = outlivesUs(before.engine.id) && (await isAttachable(automationFolder, before));
    const { kernel, script } = this._require(id).engine;
    return isAble && kernel === before.engine.kernel && script === before.engine.script;
  }

  private _setPaused(isPaused: boolean, automation?: string): void {
    if (this._pauses.set(isPaused, automation)) {
      this._changed(null);
    }
  }
}
