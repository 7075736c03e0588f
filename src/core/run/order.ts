import type { Lane } from './lane';
import { PRIORITIES } from './run';

/** Milliseconds of waiting after which a run gains one in priority. */
export const AGEING_MS = 60_000;

/** What the order of the queue depends on. */
export interface IQueuedItem {
  priority: number;
  /** Milliseconds since the epoch when it was queued. */
  queuedAtMs: number;
  /** Grows with every run that is queued; unique. */
  sequence: number;
}

/**
 * The priority of a waiting run now: it gains 1 every 60 s until it has that of a person's run, so
 * nothing starves. Whoever has that or more already gains nothing.
 */
export function effectivePriority(item: IQueuedItem, nowMs: number): number {
  const ceiling = PRIORITIES.interactive;
  if (item.priority >= ceiling) {
    return item.priority;
  }
  // A clock that was set back must not push a run behind where it began.
  const gained = Math.max(0, Math.floor((nowMs - item.queuedAtMs) / AGEING_MS));
  return Math.min(ceiling, item.priority + gained);
}

/**
 * Compare two waiting runs: higher effective priority first, first come first served among equals.
 *
 * @returns negative when `a` goes first
 */
export function compareQueued(a: IQueuedItem, b: IQueuedItem, nowMs: number): number {
  return effectivePriority(b, nowMs) - effectivePriority(a, nowMs) || a.sequence - b.sequence;
}

/** Sort waiting runs into the order in which they start; the given list stays as it is. */
export function orderQueue<T extends IQueuedItem>(items: Iterable<T>, nowMs: number): T[] {
  // Thousands are compared many times each: what ages is looked at once.
  return Array.from(items, item => ({ item, priority: effectivePriority(item, nowMs) }))
    .sort((a, b) => b.priority - a.priority || a.item.sequence - b.item.sequence)
    .map(({ item }) => item);
}

/**
 * Find the run of a lane that starts next.
 *
 * @param items - that wait in the lane
 * @param isEligible - false while something else than a slot is missing, such as its folder
 * @returns null when none is eligible
 */
export function findNext<T extends IQueuedItem>(
  items: Iterable<T>,
  nowMs: number,
  isEligible: (item: T) => boolean
): T | null {
  let next: T | null = null;
  for (const item of items) {
    if ((next === null || compareQueued(item, next, nowMs) < 0) && isEligible(item)) {
      next = item;
    }
  }
  return next;
}

/**
 * The position of a waiting run: 1 + runs that start before it.
 *
 * @param items - that wait in its lane
 */
export function positionOf(item: IQueuedItem, items: Iterable<IQueuedItem>, nowMs: number): number {
  let position = 1;
  for (const other of items) {
    if (other !== item && compareQueued(other, item, nowMs) < 0) {
      position += 1;
    }
  }
  return position;
}

/**
 * The positions of all waiting runs, each in its lane.
 *
 * @param ordered - runs of any lanes, as `orderQueue` puts them
 */
export function positionsInLanes(
  ordered: Iterable<{ id: string; lane: Lane }>
): Map<string, number> {
  const counts = new Map<Lane, number>();
  const positions = new Map<string, number>();
  for (const { id, lane } of ordered) {
    const position = (counts.get(lane) ?? 0) + 1;
    counts.set(lane, position);
    positions.set(id, position);
  }
  return positions;
}
