import type { IRunRecord } from '../../core/run/run';
import type { ITimeRange } from '../../core/run/timeLeft';
import { quartiles } from '../../core/run/waitingTime';
import type { RunIndex } from '../store/runIndex';

/** Runs of an automation that tell how long the next ones take. */
const KEPT = 50;

/** How long the newest good runs of each automation took that executed themselves. */
export class Durations {
  constructor(private readonly _index: Pick<RunIndex, 'list'>) {}

  /** Seconds between which half of them lie; null while there are too few. */
  of(automation: string): ITimeRange | null {
    let usual = this._usual.get(automation);
    if (usual === undefined) {
      usual = quartiles(this._secondsOf(automation));
      this._usual.set(automation, usual);
    }
    return usual;
  }

  /** Take over the end of a run that had a slot. */
  note(run: IRunRecord): void {
    const seconds = secondsOf(run);
    const known = this._seconds.get(run.automation.id);
    if (seconds !== null && known) {
      known.push(seconds);
      known.splice(0, known.length - KEPT);
    }
    if (seconds !== null) {
      this._usual.delete(run.automation.id);
    }
  }

  private _secondsOf(automation: string): number[] {
    let known = this._seconds.get(automation);
    if (!known) {
      const newest = this._index.list({ automation, states: ['done'], limit: KEPT });
      known = newest.reverse().flatMap(run => secondsOf(run) ?? []);
      this._seconds.set(automation, known);
    }
    return known;
  }

  /** Oldest first. */
  private readonly _seconds = new Map<string, number[]>();
  private readonly _usual = new Map<string, ITimeRange | null>();
}

function secondsOf({ state, leader, started, ended }: IRunRecord): number | null {
  if (state !== 'done' || leader !== null || started === null || ended === null) {
    return null;
  }
  // The clock may have been set meanwhile.
  return Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000;
}
