import { promises as fs } from 'node:fs';
import { isJsonObject } from '../../core/json';
import type { JournalEvent } from '../../core/run/journal';
import { RUN_STATES } from '../../core/run/run';
import { isAbsent } from '../files';
import { whenDescriptorsAreFree } from '../systemError';

/** Most journals are short, and thousands may be read at once. */
const FIRST_READ_BYTES = 8 * 1024;
const READ_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** A line of a journal, with where the next one begins. */
export interface IJournalLine {
  event: JournalEvent;
  /** Bytes from the start of the file to the next line. */
  nextOffset: number;
}

/** Where a journal ends. */
export interface IJournalEnd {
  /** Number of the last event; 0 when there is none. */
  seq: number;
  /** Bytes up to the end of the last whole line. */
  bytes: number;
  last: JournalEvent | null;
}

/**
 * Read the events of a journal from a line's beginning to the last whole line. A missing file has no
 * events. Lines that are no events are passed over.
 */
export async function* readJournal(file: string, offset = 0): AsyncGenerator<IJournalLine> {
  let handle: fs.FileHandle;
  try {
    handle = await whenDescriptorsAreFree(() => fs.open(file, 'r'));
  } catch (error) {
    if (isAbsent(error)) {
      return;
    }
    throw error;
  }
  try {
    let rest = Buffer.alloc(0);
    let position = offset;
    let length = FIRST_READ_BYTES;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(
        Buffer.allocUnsafe(length),
        0,
        length,
        position + rest.length
      );
      const isEnd = bytesRead < length;
      length = READ_BYTES;
      let bytes: Buffer = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED)) {
        const event = parseEvent(bytes.toString('utf-8', 0, end));
        position += end + 1;
        bytes = bytes.subarray(end + 1);
        if (event) {
          yield { event, nextOffset: position };
        }
      }
      if (isEnd) {
        return;
      }
      rest = Buffer.from(bytes);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Find where a line begins: the first whose event has at least a number. Only few places of a long journal are read.
 *
 * @returns bytes from the start of the file, at most its size; 0 for a missing file
 */
export async function findLine(file: string, seq: number): Promise<number> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(file, 'r');
  } catch (error) {
    if (isAbsent(error)) {
      return 0;
    }
    throw error;
  }
  let from = 0;
  try {
    let to = (await handle.stat()).size;
    const buffer = Buffer.allocUnsafe(2 * READ_BYTES);
    while (to - from > buffer.length) {
      const middle = from + Math.floor((to - from) / 2);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, middle);
      const start = buffer.subarray(0, bytesRead).indexOf(LINE_FEED) + 1;
      const found = /^\{"seq":(\d+),/.exec(buffer.toString('latin1', start, start + 30));
      if (start > 0 && found && Number(found[1]) < seq && middle + start < to) {
        from = middle + start;
      } else {
        to = middle;
      }
    }
  } finally {
    await handle.close();
  }
  for await (const { event, nextOffset } of readJournal(file, from)) {
    if (event.seq >= seq) {
      break;
    }
    from = nextOffset;
  }
  return from;
}

/** What is wanted of a journal. */
export interface IJournalRange {
  /** Number of the first event. */
  from?: number;
  /** Number of the last event. */
  to?: number;
  /** About so many bytes of its end; at least one event. */
  bytes?: number;
}

/** Read the events of a part of a journal, in order; memory does not grow with it. */
export async function* readRange(file: string, range: IJournalRange): AsyncGenerator<JournalEvent> {
  const { from = 1, to = Number.MAX_SAFE_INTEGER, bytes = Number.MAX_SAFE_INTEGER } = range;
  let offset = from > 1 ? await findLine(file, from) : 0;
  if (bytes < Number.MAX_SAFE_INTEGER) {
    const end = await findLine(file, to + 1);
    // What is read from the middle of a line is no event, and a line is shorter than that.
    offset = Math.max(offset, end - Math.max(bytes, 2 * READ_BYTES));
  }
  for await (const { event } of readJournal(file, offset)) {
    if (event.seq > to) {
      return;
    }
    if (event.seq >= from) {
      yield event;
    }
  }
}

/**
 * Find the end of a journal, and cut off a last line that was not written whole when its server died.
 */
export async function recoverJournal(file: string): Promise<IJournalEnd> {
  const end: IJournalEnd = { seq: 0, bytes: 0, last: null };
  for await (const { event, nextOffset } of readJournal(file)) {
    end.seq = event.seq;
    end.bytes = nextOffset;
    end.last = event;
  }
  try {
    if ((await fs.stat(file)).size > end.bytes) {
      await fs.truncate(file, end.bytes);
    }
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
  }
  return end;
}

/** Write an event as a line of a journal. */
export function formatEvent(event: JournalEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function parseEvent(line: string): JournalEvent | null {
  try {
    const event: unknown = JSON.parse(line);
    return isEvent(event) ? event : null;
  } catch {
    return null;
  }
}

/**
 * Check the members that folds rely on: a project from elsewhere may bring a journal of its own. Kinds
 * of newer versions pass, folds do not look at them.
 */
function isEvent(value: unknown): value is JournalEvent {
  if (
    !isJsonObject(value) ||
    !Number.isSafeInteger(value.seq) ||
    typeof value.time !== 'string' ||
    typeof value.kind !== 'string'
  ) {
    return false;
  }
  switch (value.kind) {
    case 'state':
      return (RUN_STATES as readonly unknown[]).includes(value.state);
    case 'progress':
      return value.fraction === null || typeof value.fraction === 'number';
    case 'output':
      return typeof value.text === 'string'
        ? value.stream === 'stdout' || value.stream === 'stderr'
        : isJsonObject(value.message) && isJsonObject(value.message.content);
    case 'timing':
      return Array.isArray(value.entries) && value.entries.every(isJsonObject);
    default:
      return true;
  }
}
