import type { IActivity } from '../../core/api';
import { isFinal, type IRunBatch, type IRunRecord, type RunState } from '../../core/run/run';

/** What is counted and kept of a run. */
export type ICountedRun = Pick<IRunRecord, 'id' | 'state' | 'askers'> & {
  automation: { id: string };
  batch: { kind: IRunBatch['kind'] };
};

/** What is known of a run that is not over without a look at its record. */
export interface IUnfinishedRun extends Readonly<ICountedRun> {
  readonly state: 'queued' | 'running';
  /** These alone are read, when they are asked for. */
  readonly inputs: IRunRecord['inputs'];
}

/**
 * The runs that are not over: who may know of each, how many of each automation are queued and running, and how many
 * have ended since the first of them came. Each change costs the same, however many there are.
 */
export class Activity {
  /** @param _inputsOf - reads the inputs of a run by its id */
  constructor(private readonly _inputsOf: (id: string) => IRunRecord['inputs']) {}

  /** Those that are queued or running, in no order. */
  get unfinished(): Iterable<IUnfinishedRun> {
    return this._runs.values();
  }

  /** By automation id. What is over stays until something begins anew. */
  get byAutomation(): ReadonlyMap<string, Readonly<IActivity>> {
    return this._counts;
  }

  /** Count a run that is new, or whose state may have changed. Those that were final when they came do not count. */
  note(noted: ICountedRun): void {
    const { id, automation, state, askers } = noted;
    const run = this._runs.get(id);
    const before = run?.state;
    if (run) {
      run.askers = askers;
    }
    if (before === state || (before === undefined && isFinal(state))) {
      return;
    }
    const counts = this._countsOf(automation.id);
    if (before !== undefined) {
      counts[before] -= 1;
    } else {
      renew(counts);
    }
    if (isActive(state)) {
      if (run) {
        run.state = state;
      } else {
        this._runs.set(id, new UnfinishedRun({ ...noted, state }, this._inputsOf));
      }
      counts[state] += 1;
    } else {
      this._runs.delete(id);
      counts.ended += 1;
      counts.failed += state === 'failed' || state === 'lost' ? 1 : 0;
    }
  }

  /** Count a run no more that never came to be. */
  forget(id: string): void {
    const run = this._runs.get(id);
    if (run) {
      this._runs.delete(id);
      this._countsOf(run.automation.id)[run.state] -= 1;
    }
  }

  /** Runs are about to come, or (negative) came or never will. */
  expect(automation: string, change: number): void {
    const counts = this._countsOf(automation);
    renew(counts);
    counts.coming += change;
  }

  private _countsOf(automation: string): IActivity {
    const counts = this._counts.get(automation) ?? { ...NONE };
    this._counts.set(automation, counts);
    return counts;
  }

  private readonly _runs = new Map<string, UnfinishedRun>();
  private readonly _counts = new Map<string, IActivity>();
}

/** Always the same object for a run, so that others can remember what they found of it. */
class UnfinishedRun implements IUnfinishedRun {
  constructor(
    { id, automation, batch, state, askers }: Omit<IUnfinishedRun, 'inputs'>,
    private readonly _inputsOf: (id: string) => IRunRecord['inputs']
  ) {
    this.id = id;
    // Not the records from which they come, which are much larger.
    this.automation = { id: automation.id };
    this.batch = { kind: batch.kind };
    this.state = state;
    this.askers = askers;
  }

  readonly id: string;
  readonly automation: { id: string };
  readonly batch: { kind: IRunBatch['kind'] };
  state: 'queued' | 'running';
  askers: string[];

  get inputs(): IRunRecord['inputs'] {
    return this._inputsOf(this.id);
  }
}

const NONE: Readonly<IActivity> = { running: 0, queued: 0, coming: 0, ended: 0, failed: 0 };

/** Forget what was over when something begins anew. */
function renew(counts: IActivity): void {
  if (counts.queued + counts.running + counts.coming === 0) {
    Object.assign(counts, NONE);
  }
}

function isActive(state: RunState): state is 'queued' | 'running' {
  return !isFinal(state);
}
