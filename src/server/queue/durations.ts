import { laneOf, type Lane } from '../../core/run/lane';
import type { IRunRecord } from '../../core/run/run';
import type { ITimeRange } from '../../core/run/timeLeft';
import { quartiles } from '../../core/run/waitingTime';
import type { RunIndex } from '../store/runIndex';

/** Work that takes about as long as other work of its kind. */
interface IKind {
  lane: Lane;
  /** Automation id. */
  automation: string;
}

/** Runs of an automation that tell how long the next ones take. */
const KEPT = 50;

/** How long the newest good runs of each automation took in each lane that executed themselves. */
export class Durations {
  constructor(private readonly _index: Pick<RunIndex, 'list'>) {}

  /** Seconds between which half of them lie; null while there are too few. */
  of(kind: IKind): ITimeRange | null {
    const key = keyOf(kind);
    let usual = this._usual.get(key);
    if (usual === undefined) {
      usual = quartiles(this._secondsOf(kind));
      this._usual.set(key, usual);
    }
    return usual;
  }

  /** Take over the end of a run that had a slot. */
  note(run: IRunRecord): void {
    const seconds = secondsOf(run);
    const key = keyOf({ lane: laneOf(run), automation: run.automation.id });
    const known = this._seconds.get(key);
    if (seconds !== null && known) {
      known.push(seconds);
      known.splice(0, known.length - KEPT);
    }
    if (seconds !== null) {
      this._usual.delete(key);
    }
  }

  private _secondsOf(kind: IKind): number[] {
    const key = keyOf(kind);
    let known = this._seconds.get(key);
    if (!known) {
      const newest = this._index.list({ ...kind, states: ['done'], limit: KEPT });
      known = newest.reverse().flatMap(run => secondsOf(run) ?? []);
      this._seconds.set(key, known);
    }
    return known;
  }

  /** Oldest first. */
  private readonly _seconds = new Map<string, number[]>();
  private readonly _usual = new Map<string, ITimeRange | null>();
}

function keyOf({ lane, automation }: IKind): string {
  return `${lane} ${automation}`;
}

function secondsOf({ state, leader, started, ended }: IRunRecord): number | null {
  if (state !== 'done' || leader !== null || started === null || ended === null) {
    return null;
  }
  // The clock may have been set meanwhile.
  return Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000;
}
