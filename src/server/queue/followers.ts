import { isFinal, type IRunRecord, type RunState } from '../../core/run/run';
import type { ILog } from '../log';
import type { IClock } from '../store/clock';
import type { Journals } from '../store/journals';
import { ResultStoreError } from '../store/resultStoreError';
import type { IIndexedRun } from '../store/runIndex';
import {
  endedOutcome,
  exceptionOutcome,
  storeOutcome,
  unexplainedOutcome,
  type IOutcome
} from './outcome';
import type { IDisposable } from './queue';
import type { ITakenResult } from './takeOver';

/** A run that takes over the result of another one. */
interface IFollower {
  run: IIndexedRun;
  /** Resolves when its end is written; null while it goes on. */
  ending: Promise<void> | null;
}

/**
 * Runs of the same work in other folders: they have no slot, go through the states of the run that they follow, and get
 * its outputs into their own folders.
 */
export class Followers {
  constructor(private readonly _options: Followers.IOptions) {}

  /** How many there are. */
  get size(): number {
    return this._followers.size;
  }

  /** Ids of all, in the order in which they were asked for. */
  get ids(): Iterable<string> {
    return this._followers.keys();
  }

  /** Ids of those in a state, in the order in which they were asked for. */
  idsIn(state: RunState): string[] {
    return [...this._followers.values()].flatMap(({ run: { record } }) =>
      record.state === state ? record.id : []
    );
  }

  has(id: string): boolean {
    return this._followers.has(id);
  }

  /** Tell whether the end of a follower is being written. */
  isEnding(id: string): boolean {
    return (this._followers.get(id)?.ending ?? null) !== null;
  }

  /** Id of the run that one follows; null when it follows none. */
  leaderOf(id: string): string | null {
    return this._followers.get(id)?.run.record.leader ?? null;
  }

  /** Names of who wants the runs that follow one. */
  askersOf(leader: string): string[] {
    return this._groupOf(leader).flatMap(({ run }) => run.record.askers);
  }

  /** Tell whether outputs will be put into a folder for a run that was asked for before another one. */
  isBusy(folder: string, sequence: number): boolean {
    const first = this._folders.get(folder);
    return first !== undefined && first < sequence;
  }

  /** Let a run follow the one that its record names, or end as that did. */
  add(run: IIndexedRun): void {
    const { leader, id } = run.record;
    if (leader === null) {
      throw new Error(`run ${id} follows no run`);
    }
    this._followers.set(id, { run, ending: null });
    // Who left its slot to follow holds its folder as before, also against who was asked for earlier and was overtaken.
    this._folders.set(run.folder, run.record.state === 'queued' ? run.sequence : -Infinity);
    const group = this._groups.get(leader) ?? new Set();
    this._groups.set(leader, group.add(id));
    const record = this._options.get(leader);
    if (record) {
      this.take(record);
    } else {
      this._execute(run);
    }
  }

  /** Take over a changed record of a follower. */
  update(record: IRunRecord): void {
    const follower = this._followers.get(record.id);
    if (follower) {
      follower.run = { ...follower.run, record };
    }
  }

  /** Go through the states of a run that others may follow. */
  take(leader: IRunRecord): void {
    const group = this._groupOf(leader.id).filter(({ ending }) => ending === null);
    if (!group.length || leader.state === 'queued') {
      return;
    }
    for (const { run } of group) {
      this._begin(run, leader);
    }
    if (isFinal(leader.state)) {
      const ended = this._endAll(group, leader);
      for (const follower of group) {
        follower.ending = ended;
      }
    }
  }

  /** Let those who follow one run follow another one. */
  move(from: string, to: string): void {
    for (const { run } of this._groupOf(from)) {
      this._forget(run);
      this.add({ ...run, record: this._options.update(run.record.id, { leader: to }) });
    }
  }

  /** The run that others follow does not come to be: they execute themselves. */
  release(leader: string): void {
    this._groupOf(leader).forEach(({ run }) => this._execute(run));
  }

  /** Stop one alone; resolves when it is over. */
  async stop(id: string): Promise<void> {
    const follower = this._followers.get(id);
    if (follower) {
      follower.ending ??= this._end(follower.run, endedOutcome('stopped'));
      await follower.ending;
    }
  }

  /** Resolves when no end is being written, or so many milliseconds are over. */
  async settledWithin(ms: number): Promise<void> {
    const endings = [...this._followers.values()].map(({ ending }) => ending);
    let timer: IDisposable | null = null;
    const overdue = new Promise<void>(resolve => {
      timer = this._options.clock.after(ms, resolve);
    });
    await Promise.race([Promise.all(endings), overdue]);
    (timer as IDisposable | null)?.dispose();
  }

  private _groupOf(leader: string): IFollower[] {
    return [...(this._groups.get(leader) ?? [])].flatMap(id => this._followers.get(id) ?? []);
  }

  private _begin({ record, automationFolder }: IIndexedRun, leader: IRunRecord): void {
    if (record.state !== 'queued' || leader.started === null) {
      return;
    }
    const { journals, log, update } = this._options;
    update(record.id, { state: 'running', started: leader.started });
    const note = async () => {
      const journal = await journals.open({ id: record.id, automationFolder });
      journal.append({ kind: 'state', state: 'running', leader: leader.id });
      // Thousands may follow: none keeps a file open.
      await journal.release();
    };
    note().catch(error => log.error(`run ${record.id}: its begin was not noted`, error));
  }

  /** One after the other: thousands may follow. */
  private async _endAll(followers: readonly IFollower[], leader: IRunRecord): Promise<void> {
    for (const { run } of followers) {
      await (leader.state === 'done' ? this._finish(run, leader) : this._end(run, endOf(leader)));
    }
  }

  private async _finish({ record: { id } }: IIndexedRun, leader: IRunRecord): Promise<void> {
    const run = this._followers.get(id)?.run;
    if (!run) {
      return;
    }
    const { log, takeOver } = this._options;
    const { key, code, started, outputs } = leader;
    const problems = leader.problems.filter(problem => problem.code === 'output-missing');
    try {
      const result = { leader: leader.id, key, code, started, outputs, problems };
      if (await takeOver(run, result)) {
        this._forget(run);
        this._options.onEnd(id);
      } else {
        this._execute(run);
      }
    } catch (error) {
      log.error(`run ${id} could not take over what run ${leader.id} made`, error);
      const outcome =
        error instanceof ResultStoreError
          ? storeOutcome(error)
          : (exceptionOutcome(error, run.automationFolder) ?? unexplainedOutcome());
      await this._end(run, outcome);
    }
  }

  private async _end(run: IIndexedRun, outcome: IOutcome): Promise<void> {
    const { id } = run.record;
    const current = this._followers.get(id)?.run;
    if (!current) {
      return;
    }
    try {
      await this._options.end(current, outcome);
    } catch (error) {
      this._options.log.error(`run ${id} could not be ended`, error);
    } finally {
      this._forget(current);
      this._options.onEnd(id);
    }
  }

  /** Its work is another one now, or the run that it followed is gone: it executes itself. */
  private _execute(run: IIndexedRun): void {
    this._forget(run);
    this._options.execute(run);
  }

  private _forget({ record: { id, leader }, folder }: IIndexedRun): void {
    this._followers.delete(id);
    this._folders.delete(folder);
    const group = this._groups.get(leader ?? '');
    group?.delete(id);
    if (group?.size === 0) {
      this._groups.delete(leader ?? '');
    }
  }

  private readonly _followers = new Map<string, IFollower>();
  /** Ids of those who follow a run, by its id. */
  private readonly _groups = new Map<string, Set<string>>();
  /** Sequence of the follower of a folder; there is at most one. */
  private readonly _folders = new Map<string, number>();
}

/** A namespace for `Followers` statics. */
export namespace Followers {
  /** What followers need of the queue. */
  export interface IOptions {
    journals: Journals;
    clock: IClock;
    log: ILog;
    get(id: string): IRunRecord | null;
    /** Change the record of a run, and tell everybody. */
    update(id: string, changes: Partial<IRunRecord>): IRunRecord;
    /** Give a run the result of another one, and tell everybody; false when its work is no longer the same. */
    takeOver(run: IIndexedRun, result: ITakenResult): Promise<boolean>;
    /** Write down another end of a run. */
    end(run: IIndexedRun, outcome: IOutcome): Promise<void>;
    /** Queue a run that follows no run any more. */
    execute(run: IIndexedRun): void;
    /** Called when a follower is over. */
    onEnd(id: string): void;
  }
}

/** How a run ends whose leader did not end well. */
function endOf({ state, return_code: returnCode, error }: IRunRecord): IOutcome {
  return {
    state: state as IOutcome['state'],
    returnCode: returnCode ?? 1,
    error,
    outputs: {},
    problems: []
  };
}
