/** A time of the clock on a wall somewhere, without saying where. */
export interface IWallTime {
  /** `YYYY-MM-DD`. */
  date: string;
  /** `HH:MM:SS`, with `.fff` where there are milliseconds. */
  time: string;
}

/** A moment as it is written: what the clock says, and how far it is from UTC. */
export interface IMoment extends IWallTime {
  /** Minutes east of UTC; null when the text does not say. */
  offset: number | null;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;
const MOMENT =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?([Zz]|[+-]\d\d:?\d\d)?$/;

/** Read a date as ISO 8601 writes it, blanks around; null for one that the calendar does not have. */
export function readDate(text: string): string | null {
  const match = DATE.exec(text.trim());
  if (!match) {
    return null;
  }
  const [year, month, day] = match.slice(1).map(Number);
  const date = new Date(0);
  // Unlike `Date.UTC` it takes years below 100 as they are.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0
    ? match[0]
    : null;
}

/** Read `HH:MM` or `HH:MM:SS`, perhaps with a fraction; null for what no clock shows. */
export function readTime(text: string): string | null {
  const match = TIME.exec(text.trim());
  const [hour, minute, second] = (match?.slice(1, 4) ?? []).map(part => Number(part ?? 0));
  return match && hour < 24 && minute < 60 && second < 60 ? match[0] : null;
}

/** Read a date with a time, and the offset where it has one; null for what is none. */
export function readMoment(text: string): IMoment | null {
  const match = MOMENT.exec(text.trim());
  const date = match && readDate(match[1]);
  const time = match && readTime(match[2]);
  if (!match || !date || !time) {
    return null;
  }
  const offset = readOffset(match[3]);
  return offset !== null && Math.abs(offset) > 14 * 60
    ? null
    : { date, time: withSeconds(time), offset };
}

/** Milliseconds since 1970 in UTC of a moment; that of its wall time in UTC when it has no offset. */
export function epochOf({ date, time, offset }: IMoment): number {
  return Date.parse(`${date}T${time.slice(0, 12)}Z`) - (offset ?? 0) * 60_000;
}

/** Write a moment after ISO 8601, such as `2026-01-31T08:30:00+01:00`. */
export function writeMoment({ date, time, offset }: IMoment): string {
  return `${date}T${time}${offset === null ? '' : writeOffset(offset)}`;
}

/** Tell whether a name such as `Europe/Oslo` or `UTC` is a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

/** What the clocks of a time zone show at a moment. */
export function inTimeZone(epoch: number, timeZone: string): IMoment {
  const wall = wallEpoch(epoch, timeZone);
  const [date, time] = new Date(wall).toISOString().replace('Z', '').split('T');
  const offset = Math.round((wall - epoch) / 60_000);
  return { date, time: time.replace(/\.000$/, ''), offset };
}

/**
 * Find the moment at which the clocks of a time zone show a time. Where they show it twice the first counts;
 * a time that they leave out is that of the clock before it was put forward.
 */
export function fromTimeZone({ date, time }: IWallTime, timeZone: string): IMoment {
  const wall = Date.parse(`${date}T${time.slice(0, 12)}Z`);
  const day = 24 * 60 * 60_000;
  const before = wallEpoch(wall - day, timeZone) - (wall - day);
  const after = wallEpoch(wall + day, timeZone) - (wall + day);
  const isBefore = wallEpoch(wall - before, timeZone) === wall;
  const isAfter = wallEpoch(wall - after, timeZone) === wall;
  const offset = !isBefore && isAfter ? after : before;
  return { date, time, offset: Math.round(offset / 60_000) };
}

/** The wall time of a zone, as if it were UTC. */
function wallEpoch(epoch: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit'
  });
  const parts = new Map(format.formatToParts(epoch).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const wall = new Date(0);
  wall.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  wall.setUTCHours(part('hour'), part('minute'), part('second'), 0);
  return wall.getTime() + (((epoch % 1000) + 1000) % 1000);
}

function readOffset(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const sign = text.startsWith('-') ? -1 : 1;
  const [hours, minutes] = [text.slice(1, 3), text.slice(-2)].map(Number);
  return /z/i.test(text) ? 0 : sign * (hours * 60 + minutes);
}

function writeOffset(offset: number): string {
  const two = (amount: number) => String(amount).padStart(2, '0');
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function withSeconds(time: string): string {
  return time.length === 5 ? `${time}:00` : time;
}
