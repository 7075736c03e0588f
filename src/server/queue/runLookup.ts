import { availableParallelism } from 'node:os';
import type { IQueueState, IRunSummary, ITurn } from '../../core/api';
import type { JournalEvent } from '../../core/run/journal';
import type { LaneSlots } from '../../core/run/lane';
import { isFinal, type IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import { systemClock, type IClock } from '../store/clock';
import type { IJournalRange } from '../store/journalFile';
import { Journals } from '../store/journals';
import { RunIndex, type IIndexedRun } from '../store/runIndex';
import type { IRunQueueOptions } from './createRunQueue';
import { Durations } from './durations';
import { EndGate } from './endGate';
import type { Followers } from './followers';
import type { Pauses } from './pauses';
import type { IDisposable, IQueueQuery, IRunBrief, IRunFilter } from './queue';
import { queueState } from './queueState';
import { summarizeRun } from './runSummary';
import type { Slots } from './slots';
import { turnsOf } from './turns';
import { WaitingRuns } from './waitingRuns';

/** Reads and tells what a queue knows of its runs; decides nothing. */
export abstract class RunLookup {
  constructor(protected readonly _options: IRunQueueOptions) {
    this._clock = _options.clock ?? systemClock;
    this._index = new RunIndex(_options.database.connection);
    this._journals = new Journals(this._clock, _options.log);
    this._waiting = new WaitingRuns(this._clock);
    this._durations = new Durations(this._index);
    this._laneSlots = {
      run: _options.maximumConcurrentRuns,
      media: availableParallelism(),
      data: 2,
      ..._options.laneSlots
    };
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
    return this._waiting.position(this._followers.leaderOf(id) ?? id, this._clock.nowMs());
  }

  ahead(id: string): number {
    const position = this.position(id);
    const lane = this._waiting.laneOf(this._followers.leaderOf(id) ?? id);
    return position === null || lane === null ? 0 : this._slots.countOf(lane) + position - 1;
  }

  isAttached(id: string): boolean {
    return this._slots.get(this._followers.leaderOf(id) ?? id)?.isAttached ?? false;
  }

  progress(id: string): { fraction: number | null; message: string | null } {
    const record = this.get(id);
    if (record?.state === 'done') {
      return { fraction: 1, message: null };
    }
    const progress = this._slots.get(this._followers.leaderOf(id) ?? id)?.progress;
    return { fraction: progress?.fraction ?? null, message: progress?.message ?? null };
  }

  automations(): string[] {
    return [...this._index.activity.byAutomation.keys()];
  }

  state(query: IQueueQuery = {}): IQueueState {
    return queueState(query, {
      index: this._index,
      executing: this._slots.runs,
      followers: this._followers,
      waiting: this._waiting.inOrder(this._clock.nowMs()),
      summarize: (record, position) => this._summarize(record, position),
      isPaused: this._pauses.isPaused,
      pausedAutomations: this._pauses.automations,
      slots: this._laneSlots
    });
  }

  turns(ids: readonly string[]): Map<string, ITurn> {
    return turnsOf(ids, {
      index: this._index,
      executing: this._slots.runs,
      followers: this._followers,
      waiting: this._waiting.inOrder(this._clock.nowMs()),
      pauses: this._pauses,
      durations: this._durations,
      slots: this._laneSlots,
      clock: this._clock
    });
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
    onEnd: () => void,
    isTail = false
  ): IDisposable {
    const { automationFolder, record } = this._requireIndexed(id);
    const isOver = isFinal(record.state);
    return this._endGate.guard(id, { onEvent, onEnd }, (event, end) =>
      this._journals.follow(
        { id, automationFolder },
        { after: afterSeq, isOver, isTail },
        event,
        end
      )
    );
  }

  /** @throws {HttpError} 404 `run-unknown` */
  journal(id: string, range?: IJournalRange): AsyncIterable<JournalEvent> {
    const { automationFolder } = this._requireIndexed(id);
    return this._journals.read({ id, automationFolder }, range);
  }

  /** Tell everybody of a run that changed, or with null of the queue. */
  protected _changed(run: IRunRecord | null): void {
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

  protected _require(id: string): IRunRecord {
    return this._requireIndexed(id).record;
  }

  protected _requireIndexed(id: string): IIndexedRun {
    const run = this._index.find(id);
    if (!run) {
      throw new HttpError(404, 'run-unknown', 'this run does not exist');
    }
    return run;
  }

  private _summarize(record: IRunRecord, position: number | null): IRunSummary {
    return summarizeRun(record, {
      automationName: this._options.automationName?.(record.automation) ?? record.automation.slug,
      position,
      progress: this.progress(record.id)
    });
  }

  protected readonly _clock: IClock;
  protected readonly _index: RunIndex;
  protected readonly _journals: Journals;
  protected readonly _waiting: WaitingRuns;
  protected readonly _durations: Durations;
  protected readonly _laneSlots: LaneSlots;
  protected abstract readonly _slots: Slots;
  protected abstract readonly _pauses: Pauses;
  protected abstract readonly _followers: Followers;
  protected readonly _listeners = new Set<(run: IRunRecord | null) => void>();
  private readonly _endGate = new EndGate(id =>
    isFinal(this._index.find(id)?.record.state ?? 'lost')
  );
}
