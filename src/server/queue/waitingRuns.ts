import { byLane, laneOf, type Lane } from '../../core/run/lane';
import { findNext, orderQueue, positionOf, type IQueuedItem } from '../../core/run/order';
import type { IRunRecord } from '../../core/run/run';
import type { IClock } from '../store/clock';
import type { IIndexedRun } from '../store/runIndex';

/** The longest time that an attempt waits after the one before. */
export const MAXIMUM_DELAY_MS = 10 * 60_000;

/** A run that waits for its slot, with no more of it than the order needs. */
export interface IWaitingRun extends IQueuedItem {
  id: string;
  lane: Lane;
  /** Automation id. */
  automation: string;
  automationFolder: string;
  folder: string;
  isSingle: boolean;
  /** When it may start, as its record says; undefined for at once. */
  retryAt: string | undefined;
  /** The same by `IClock.elapsedMs`, which nobody sets; 0 for at once. */
  notBeforeMs: number;
  /** Who asked first. */
  asker: string;
}

/** The runs that wait, in memory; the index holds the same. */
export class WaitingRuns {
  constructor(private readonly _clock: IClock) {}

  /** How many wait. */
  get size(): number {
    return this._runs.size;
  }

  /** How many wait in a lane. */
  sizeOf(lane: Lane): number {
    return this._lanes[lane].size;
  }

  /** Add a queued run. */
  add({ record, sequence, automationFolder, folder, isSingle }: IIndexedRun): void {
    const run: IWaitingRun = {
      id: record.id,
      lane: laneOf(record),
      automation: record.automation.id,
      automationFolder,
      folder,
      isSingle,
      asker: record.askers[0] ?? '',
      retryAt: record.retry_at,
      notBeforeMs: this._elapsedAt(record.retry_at),
      priority: record.priority,
      queuedAtMs: Date.parse(record.created),
      sequence
    };
    this._runs.set(run.id, run);
    this._lanes[run.lane].add(run);
    this._noteTime(run);
    count(this._byAsker, run.asker, 1);
    count(this._byFolder, run.automationFolder, 1);
  }

  /** Take a run out; false when it does not wait. */
  delete(id: string): boolean {
    const run = this._runs.get(id);
    if (run) {
      this._runs.delete(id);
      this._lanes[run.lane].delete(run);
      this._delayed.delete(run);
      count(this._byAsker, run.asker, -1);
      count(this._byFolder, run.automationFolder, -1);
    }
    return run !== undefined;
  }

  has(id: string): boolean {
    return this._runs.has(id);
  }

  /** The lane in which a run waits; null when it does not. */
  laneOf(id: string): Lane | null {
    return this._runs.get(id)?.lane ?? null;
  }

  /** Take over a changed priority or time. */
  update(record: IRunRecord): void {
    const run = this._runs.get(record.id);
    if (run) {
      run.priority = record.priority;
      if (run.retryAt !== record.retry_at) {
        run.retryAt = record.retry_at;
        run.notBeforeMs = this._elapsedAt(record.retry_at);
        this._noteTime(run);
      }
    }
  }

  /** How many runs wait that a name asked for. */
  countOf(asker: string): number {
    return this._byAsker.get(asker) ?? 0;
  }

  /** Folders of automations that have runs here. */
  get automationFolders(): Iterable<string> {
    return this._byFolder.keys();
  }

  /** 1 + runs of its lane that start before it; null when it does not wait. */
  position(id: string, nowMs: number): number | null {
    const run = this._runs.get(id);
    return run ? positionOf(run, this._lanes[run.lane], nowMs) : null;
  }

  /** When the next run is due that waits for its time, by `IClock.elapsedMs`; null when none does. */
  nextDueMs(elapsedMs: number): number | null {
    let next = Infinity;
    for (const { notBeforeMs } of this._delayed) {
      if (notBeforeMs > elapsedMs && notBeforeMs < next) {
        next = notBeforeMs;
      }
    }
    return next === Infinity ? null : next;
  }

  /** Ids of an automation's runs. */
  idsOf(automation: string): string[] {
    return [...this._runs.values()].flatMap(run => (run.automation === automation ? run.id : []));
  }

  /** All runs, those of each lane in the order in which they start. */
  inOrder(nowMs: number): IWaitingRun[] {
    return orderQueue(this._runs.values(), nowMs);
  }

  /** The first of a lane in order that is eligible, or null. */
  next(lane: Lane, nowMs: number, isEligible: (run: IWaitingRun) => boolean): IWaitingRun | null {
    return findNext(this._lanes[lane], nowMs, isEligible);
  }

  /** The clock may have been set since the record was written: nobody waits longer than an attempt ever does. */
  private _elapsedAt(retryAt: string | undefined): number {
    const dueMs = retryAt === undefined ? NaN : Date.parse(retryAt);
    const leftMs = Math.min(dueMs - this._clock.nowMs(), MAXIMUM_DELAY_MS);
    return leftMs > 0 ? this._clock.elapsedMs() + leftMs : 0;
  }

  private _noteTime(run: IWaitingRun): void {
    if (run.notBeforeMs) {
      this._delayed.add(run);
    } else {
      this._delayed.delete(run);
    }
  }

  private readonly _runs = new Map<string, IWaitingRun>();
  /** The same: a lane that is idle costs nothing, however many wait in another. */
  private readonly _lanes: Record<Lane, Set<IWaitingRun>> = byLane(() => new Set());
  /** Those that have a time to wait for: few, and asked for after each change. */
  private readonly _delayed = new Set<IWaitingRun>();
  private readonly _byAsker = new Map<string, number>();
  private readonly _byFolder = new Map<string, number>();
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const sum = (counts.get(key) ?? 0) + change;
  if (sum) {
    counts.set(key, sum);
  } else {
    counts.delete(key);
  }
}
