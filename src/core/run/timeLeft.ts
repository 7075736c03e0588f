/** Mean and spread of numbers, without keeping them. */
export class Spread {
  /** How many there were. */
  get count(): number {
    return this._count;
  }

  /** Standard deviation; 0 for fewer than two. */
  get deviation(): number {
    return this._count > 1 ? Math.sqrt(this._squares / (this._count - 1)) : 0;
  }

  add(value: number): void {
    this._count += 1;
    const before = value - this._mean;
    this._mean += before / this._count;
    this._squares += before * (value - this._mean);
  }

  private _count = 0;
  private _mean = 0;
  /** Sum of the squared distances from the mean. */
  private _squares = 0;
}

/** Seconds between which something lies. */
export interface ITimeRange {
  least: number;
  most: number;
}

/** Before so many ended, a guess would be worth nothing. */
const FEWEST = 3;

/**
 * Tell how long the rest of a sweep takes, from what ended so far. The middle is the pace so far, with all that lies
 * between two runs; the width follows from how much their durations differ.
 *
 * @param durations - seconds of the runs that ended
 * @param sweep - how many are left, runs at once, and seconds since the sweep began
 * @returns null while too few ended
 */
export function timeLeft(
  durations: Spread,
  { left, slots, seconds }: { left: number; slots: number; seconds: number }
): ITimeRange | null {
  const { count, deviation } = durations;
  if (count < FEWEST) {
    return null;
  }
  const middle = (left * seconds) / count;
  // Twice the error of the sum of what is left, and of the pace, which is itself a guess from those that ended.
  const width = (2 * deviation * Math.sqrt(left + (left * left) / count)) / Math.max(1, slots);
  return { least: Math.max(0, middle - width), most: middle + width };
}

/** Write a range such as `2 to 3 min`, or one time where both ends look the same. */
export function formatTimeLeft({ least, most }: ITimeRange): string {
  const [size, unit] = most < 90 ? [1, 's'] : most < 5400 ? [60, 'min'] : [3600, 'h'];
  const [from, to] = [Math.floor(least / size), Math.ceil(most / size)];
  return to - from <= 1 ? `${to} ${unit}` : `${from} to ${to} ${unit}`;
}
