import type { ITurn } from '../../core/api';
import { LANES, type Lane, type LaneSlots } from '../../core/run/lane';
import type { ITimeRange } from '../../core/run/timeLeft';
import { coarseRange, secondsLeft, waitingTimes, type IExpected } from '../../core/run/waitingTime';
import type { IClock } from '../store/clock';
import type { RunIndex } from '../store/runIndex';
import type { Durations } from './durations';
import type { Followers } from './followers';
import type { Pauses } from './pauses';
import type { IRunningRun } from './slots';
import type { IWaitingRun } from './waitingRuns';

/** What turns are told from. */
export interface ITurnParts {
  index: Pick<RunIndex, 'find'>;
  executing: readonly IRunningRun[];
  followers: Pick<Followers, 'leaderOf'>;
  /** In their order. */
  waiting: readonly IWaitingRun[];
  pauses: Pick<Pauses, 'holds'>;
  durations: Pick<Durations, 'of'>;
  slots: LaneSlots;
  clock: IClock;
}

/**
 * Tell when it is the turn of runs, by one look at the queue for all of them.
 *
 * @param ids - of runs; those that are unknown are left out
 */
export function turnsOf(ids: readonly string[], parts: ITurnParts): Map<string, ITurn> {
  const wanted = new Map(ids.map(id => [id, parts.followers.leaderOf(id) ?? id]));
  const waiting = new Set(wanted.values());
  const places = new Map(LANES.flatMap(lane => [...placesOf(waiting, lane, parts)]));
  const turns = new Map<string, ITurn>();
  for (const [id, leading] of wanted) {
    const run = parts.index.find(id)?.record;
    if (run) {
      const place = run.state === 'queued' ? places.get(leading) : undefined;
      const leader = run.leader === null ? null : parts.index.find(run.leader)?.record;
      turns.set(id, {
        position: place?.position ?? null,
        seconds: place?.seconds ? coarseRange(place.seconds) : null,
        isPaused: run.state === 'queued' && parts.pauses.holds(run.automation.id),
        leader: leader
          ? { id: leader.id, batch: leader.batch.slug, batchName: leader.batch.name }
          : null
      });
    }
  }
  return turns;
}

/** Positions and waiting times of some runs among those that wait in a lane. */
function placesOf(
  wanted: ReadonlySet<string>,
  lane: Lane,
  parts: ITurnParts
): Map<string, { position: number; seconds: ITimeRange | null }> {
  const { pauses, durations, slots, clock } = parts;
  const waiting = parts.waiting.filter(run => run.lane === lane);
  const found = waiting.flatMap(({ id }, at) => (wanted.has(id) ? at : []));
  const last = found.at(-1) ?? -1;
  // What is held back, or waits for a time of its own, lets others go before.
  const elapsedMs = clock.elapsedMs();
  const ready = waiting
    .slice(0, last + 1)
    .filter(run => run.notBeforeMs <= elapsedMs && !pauses.holds(run.automation));
  const begins = waitingTimes(
    parts.executing
      .filter(run => run.lane === lane && !run.isEnding)
      .map(run => expectedLeft(run, parts)),
    ready.map(run => ({ seconds: durations.of(run), group: groupOf(run) })),
    slots[lane]
  );
  const seconds = new Map(ready.map(({ id }, at) => [id, begins[at]]));
  return new Map(
    found.map(at => {
      const { id } = waiting[at];
      return [id, { position: at + 1, seconds: seconds.get(id) ?? null }];
    })
  );
}

function expectedLeft(run: IRunningRun, { index, durations, clock }: ITurnParts): IExpected {
  const started = index.find(run.id)?.record.started ?? null;
  const elapsed = started === null ? 0 : Math.max(0, clock.nowMs() - Date.parse(started)) / 1000;
  const { fraction, source } = run.progress;
  const said = source === 'explicit' ? fraction : null;
  return {
    seconds: secondsLeft(durations.of(run), { elapsed, fraction: said }),
    group: groupOf(run)
  };
}

function groupOf({
  isSingle,
  automation
}: {
  isSingle: boolean;
  automation: string;
}): string | null {
  return isSingle ? automation : null;
}
