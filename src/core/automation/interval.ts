import type { IInterval } from './automation';

const UNIT_MS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000
};

/** What an interval says, or why it is not understood. */
export type ParsedInterval =
  | {
      /** Milliseconds, > 0. */
      milliseconds: number;
      /** True with `!`: also when nobody watches. */
      isStrict: boolean;
    }
  | { problem: 'syntax' }
  | { problem: 'unit'; unit: string };

/**
 * Parse `30 minutes`, `1 day!` and the like: a whole number, a unit in singular or plural, and
 * perhaps an exclamation mark.
 */
export function parseInterval(text: string): ParsedInterval {
  const match = /^(\d{1,9})\s*([\p{L}]+)\s*(!?)$/u.exec(text.trim());
  if (!match || Number(match[1]) === 0) {
    return { problem: 'syntax' };
  }
  const unit = match[2].toLowerCase().replace(/s$/, '');
  if (!Object.prototype.hasOwnProperty.call(UNIT_MS, unit)) {
    return { problem: 'unit', unit: match[2] };
  }
  return { milliseconds: Number(match[1]) * UNIT_MS[unit], isStrict: match[3] === '!' };
}

/** How often a schedule runs; a month has 30 days. */
const FREQUENCY_MS: Readonly<Record<string, number>> = {
  hourly: UNIT_MS.hour,
  daily: UNIT_MS.day,
  weekly: UNIT_MS.week,
  monthly: 30 * UNIT_MS.day
};

/**
 * Parse a schedule of 1.0, such as `20250611-0500 daily lazy`: the day on which it starts with its offset from UTC, how
 * often it runs, and `lazy` for only while somebody watches.
 *
 * @returns null when it is not understood
 */
export function parseSchedule(text: string): IInterval | null {
  const match = /^(\d{4})(\d{2})(\d{2})([+-]\d{2})(\d{2})\s+([a-z]+)(\s+lazy)?$/i.exec(text.trim());
  if (!match) {
    return null;
  }
  const [, year, month, day, hours, minutes, frequency, lazy] = match;
  const startMs = Date.parse(`${year}-${month}-${day}T00:00:00${hours}:${minutes}`);
  const milliseconds = Object.prototype.hasOwnProperty.call(FREQUENCY_MS, frequency.toLowerCase())
    ? FREQUENCY_MS[frequency.toLowerCase()]
    : NaN;
  return Number.isNaN(startMs + milliseconds)
    ? null
    : { milliseconds, isStrict: lazy === undefined, startMs };
}
