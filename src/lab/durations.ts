/**
 * Write a duration for people: `340 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, in the reader's language.
 *
 * @param seconds - negative ones, from clocks that differ, count as 0
 * @param locale - BCP 47; the browser's by default
 */
export function formatDuration(seconds: number, locale?: string): string {
  const total = Math.max(0, seconds);
  if (total < 0.9995) {
    return unit(Math.round(total * 1000), 'millisecond', locale);
  }
  if (total < 9.95) {
    return unit(total, 'second', locale, 1);
  }
  const whole = Math.round(total);
  if (whole < 60) {
    return unit(whole, 'second', locale);
  }
  if (whole < 3600) {
    return pair(Math.floor(whole / 60), 'minute', whole % 60, 'second', locale);
  }
  const minutes = Math.round(whole / 60);
  return pair(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute', locale);
}

/** Write a share of one as percent, rounded down so that 100 % means finished. */
export function formatPercent(fraction: number, locale?: string): string {
  const percent = Math.floor(fraction * 100 + 1e-9) / 100;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(
    percent
  );
}

/** Write the time of day of an RFC 3339 time; '' for one that cannot be read. */
export function formatTime(time: string, locale?: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? ''
    : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/**
 * Say how long ago something was: `now`, `5 minutes ago`, `1 day ago`; '' for a time that cannot be read.
 *
 * @param time - RFC 3339; one in the future, from a clock that differs, counts as now
 * @param nowMs - milliseconds since the epoch
 */
export function formatAgo(time: string, nowMs: number, locale?: string): string {
  const seconds = Math.max(0, (nowMs - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) {
    return '';
  }
  const found = AGO_UNITS.find(([least]) => seconds >= least);
  if (!found) {
    // Seconds would change all the time.
    return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'second');
  }
  const [size, name] = found;
  return new Intl.RelativeTimeFormat(locale).format(-Math.floor(seconds / size), name);
}

/** Units from the largest on, in seconds. */
const AGO_UNITS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [365 * 86_400, 'year'],
  [30 * 86_400, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute']
];

/** The unit in which times up to some seconds are told, and how it is written. */
export function timeUnitOf(
  seconds: number,
  locale?: string
): { size: number; format: Intl.NumberFormat } {
  if (seconds < 90) {
    return { size: 1, format: unitFormat('second', locale) };
  }
  return seconds < 5400
    ? { size: 60, format: unitFormat('minute', locale) }
    : { size: 3600, format: unitFormat('hour', locale) };
}

function pair(
  large: number,
  largeUnit: string,
  small: number,
  smallUnit: string,
  locale?: string
): string {
  const first = unit(large, largeUnit, locale);
  return small ? `${first} ${unit(small, smallUnit, locale)}` : first;
}

function unit(value: number, name: string, locale?: string, digits = 0): string {
  return unitFormat(name, locale, digits).format(value);
}

function unitFormat(name: string, locale?: string, digits = 0): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: digits
  });
}
