import type { ITimeRange } from './timeLeft';

/** What is expected of a run that executes or waits. */
export interface IExpected {
  /** Seconds that it takes, or that are left of it; null when nobody knows. */
  seconds: ITimeRange | null;
  /** Runs of one group execute one after the other; null for none. */
  group: string | null;
}

/** Fewer durations than these tell nothing. */
const FEWEST = 3;

/** The range of an estimate by history is at least so wide, as a share of its middle, on both sides. */
const LEAST_WIDTH = 0.05;

/** How far a time that follows from what a run says of itself may be off. */
const SAID_WIDTH = 0.3;

/** The seconds between which the middle half of durations lies; null for too few of them. */
export function quartiles(durations: readonly number[]): ITimeRange | null {
  if (durations.length < FEWEST) {
    return null;
  }
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place - Math.floor(place));
  };
  const middle = at(0.5);
  return {
    least: Math.min(at(0.25), middle * (1 - LEAST_WIDTH)),
    most: Math.max(at(0.75), middle * (1 + LEAST_WIDTH))
  };
}

/**
 * How long a run goes on that executes: from the fraction that it gave itself, else from how long others took.
 *
 * @param usual - see `quartiles`
 * @param now - seconds since it began, and the fraction that it said itself
 */
export function secondsLeft(
  usual: ITimeRange | null,
  { elapsed, fraction }: { elapsed: number; fraction: number | null }
): ITimeRange | null {
  if (fraction !== null && fraction > 0) {
    const middle = (elapsed * (1 - Math.min(1, fraction))) / fraction;
    return { least: middle * (1 - SAID_WIDTH), most: middle * (1 + SAID_WIDTH) };
  }
  // One that takes longer than others takes some of what it took already.
  return (
    usual && {
      least: Math.max(0, usual.least - elapsed),
      most: Math.max(usual.most - elapsed, 0.1 * elapsed)
    }
  );
}

/** A range as it is told: no more exact than it is worth, so that it does not change all the time. */
export function coarseRange({ least, most }: ITimeRange): ITimeRange {
  const step = most < 10 ? 1 : most < 60 ? 5 : most < 300 ? 15 : 60;
  return { least: Math.floor(least / step) * step, most: Math.ceil(most / step) * step };
}

/**
 * Tell when waiting runs begin, by giving each in its turn the slot that is free first.
 *
 * @param executing - what has a slot now
 * @param waiting - in the order in which they start
 * @returns seconds from now for each that waits; null where nobody can tell
 */
export function waitingTimes(
  executing: readonly IExpected[],
  waiting: readonly IExpected[],
  slots: number
): (ITimeRange | null)[] {
  const early = simulate(executing, waiting, slots, range => range?.least ?? 0);
  const late = simulate(executing, waiting, slots, range => range?.most ?? Infinity);
  return early.map((begin, at) => {
    // Which slot one of a group gets may differ between the two.
    const most = Math.max(begin, late[at]);
    return Number.isFinite(most) ? { least: Math.min(begin, late[at]), most } : null;
  });
}

function simulate(
  executing: readonly IExpected[],
  waiting: readonly IExpected[],
  slots: number,
  secondsOf: (range: ITimeRange | null) => number
): number[] {
  const free = executing.map(({ seconds }) => secondsOf(seconds));
  while (free.length < slots) {
    free.push(0);
  }
  const groups = new Map<string, number>();
  const holdGroup = (group: string | null, until: number) => {
    if (group !== null) {
      groups.set(group, Math.max(until, groups.get(group) ?? 0));
    }
  };
  executing.forEach(({ group }, at) => holdGroup(group, free[at]));
  return waiting.map(({ seconds, group }) => {
    const groupFree = (group !== null && groups.get(group)) || 0;
    const slot = slotFor(free, groupFree);
    const begin = Math.max(free[slot], groupFree);
    free[slot] = begin + secondsOf(seconds);
    holdGroup(group, free[slot]);
    return begin;
  });
}

/** The slot that is free first; of those that are free when it may begin, the last, so that others can have the rest. */
function slotFor(free: readonly number[], mayBegin: number): number {
  let best = 0;
  for (let slot = 1; slot < free.length; slot++) {
    const isReady = free[slot] <= mayBegin;
    const isBestReady = free[best] <= mayBegin;
    if (
      isReady ? !isBestReady || free[slot] > free[best] : !isBestReady && free[slot] < free[best]
    ) {
      best = slot;
    }
  }
  return best;
}
