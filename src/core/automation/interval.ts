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
