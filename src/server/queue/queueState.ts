import {
  QUEUE_LIST_LENGTH,
  type IActivity,
  type IQueueState,
  type IRunSummary
} from '../../core/api';
import { byLane, type Lane, type LaneSlots } from '../../core/run/lane';
import { positionsInLanes } from '../../core/run/order';
import { isFinal, type IRunRecord } from '../../core/run/run';
import type { IUnfinishedRun } from '../store/activity';
import type { RunIndex } from '../store/runIndex';
import type { Followers } from './followers';
import type { IQueueQuery } from './queue';
import type { IWaitingRun } from './waitingRuns';

/** What the state of a queue is made of. */
export interface IQueueParts extends Pick<IQueueState, 'isPaused' | 'pausedAutomations'> {
  index: RunIndex;
  /** The runs that have a slot, or are ending. */
  executing: readonly { id: string; lane: Lane; isEnding: boolean }[];
  followers: Pick<Followers, 'idsIn' | 'leaderOf'>;
  /** In their order. */
  waiting: readonly IWaitingRun[];
  slots: LaneSlots;
  /** A run as lists show it. */
  summarize(record: IRunRecord, position: number | null): IRunSummary;
}

/**
 * Tell what runs and what waits, in order. Only the runs that are listed are read, however many wait.
 */
export function queueState(
  { after = 0, limit = QUEUE_LIST_LENGTH, isVisible }: IQueueQuery,
  parts: IQueueParts
): IQueueState {
  const { index, followers, executing, slots, isPaused, pausedAutomations } = parts;
  const visible = isVisible && findVisible(index, isVisible);
  const positions = positionsOf(parts);
  const list = (ids: readonly string[], from: number, length: number): IRunSummary[] =>
    (visible ? ids.filter(id => visible.has(id)) : ids).slice(from, from + length).flatMap(id => {
      const record = index.find(id)?.record;
      const position = record?.state === 'queued' ? positions(id) : null;
      // One that is over may still have its slot.
      return record && !isFinal(record.state) ? [parts.summarize(record, position)] : [];
    });
  const waiting = parts.waiting.map(({ id }) => id);
  const countIn = (lane: Lane, runs: readonly { id: string; lane: Lane }[]) =>
    runs.filter(run => run.lane === lane && (!visible || visible.has(run.id))).length;
  const slotted = executing.filter(({ isEnding }) => !isEnding);
  const automations = visible
    ? activityOf(visible.values())
    : Object.fromEntries(
        [...index.activity.byAutomation].map(([id, counts]) => [id, { ...counts }])
      );
  return {
    running: list(
      [...executing.map(({ id }) => id), ...followers.idsIn('running')],
      0,
      QUEUE_LIST_LENGTH
    ),
    queued: list([...waiting, ...followers.idsIn('queued')], after, limit),
    counts: sumOf(Object.values(automations)),
    automations,
    lanes: byLane(lane => ({
      slots: slots[lane],
      running: countIn(lane, slotted),
      queued: countIn(lane, parts.waiting)
    })),
    isPaused,
    pausedAutomations,
    maximumConcurrentRuns: slots.run
  };
}

function findVisible(
  { activity }: RunIndex,
  isVisible: (run: IUnfinishedRun) => boolean
): Map<string, IUnfinishedRun> {
  const visible = new Map<string, IUnfinishedRun>();
  for (const run of activity.unfinished) {
    if (isVisible(run)) {
      visible.set(run.id, run);
    }
  }
  return visible;
}

/** Finds positions; those who follow others have theirs. */
function positionsOf({ waiting, followers }: IQueueParts): (id: string) => number | null {
  let known: Map<string, number> | null = null;
  return id => {
    known ??= positionsInLanes(waiting);
    return known.get(followers.leaderOf(id) ?? id) ?? null;
  };
}

/** What somebody may know who does not see everything: nothing of what is over. */
function activityOf(runs: Iterable<IUnfinishedRun>): Record<string, IActivity> {
  const automations: Record<string, IActivity> = {};
  for (const { automation, state } of runs) {
    const counts = (automations[automation.id] ??= {
      ...{ running: 0, queued: 0, coming: 0 },
      ...{ ended: 0, failed: 0 }
    });
    counts[state] += 1;
  }
  return automations;
}

function sumOf(activities: readonly IActivity[]): IQueueState['counts'] {
  const sum = (key: keyof IQueueState['counts']) =>
    activities.reduce((total, activity) => total + activity[key], 0);
  return { running: sum('running'), queued: sum('queued'), coming: sum('coming') };
}
