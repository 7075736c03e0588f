import type { IActivity } from '../../core/api';
import { isFinal, type IRunRecord, type RunState } from '../../core/run/run';

/** What is counted of a run. */
export type ICountedRun = Pick<IRunRecord, 'id' | 'state'> & { automation: { id: string } };

/**
 * How many runs of each automation are queued and running, and how many have ended since the first of them came. Each
 * change costs the same, however many there are.
 */
export class Activity {
  /** By automation id. What is over stays until something begins anew. */
  get byAutomation(): ReadonlyMap<string, Readonly<IActivity>> {
    return this._counts;
  }

  /** Count a run that is new, or whose state may have changed. Those that were final when they came do not count. */
  note({ id, automation, state }: ICountedRun): void {
    const before = this._runs.get(id)?.state;
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
      this._runs.set(id, { automation: automation.id, state });
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
      this._countsOf(run.automation)[run.state] -= 1;
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

  private readonly _runs = new Map<string, { automation: string; state: 'queued' | 'running' }>();
  private readonly _counts = new Map<string, IActivity>();
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
