import { isText, type JournalEvent } from './journal';
import { utf8Length } from './utf8';

/** Text of one stream, as it arrived. Carriage returns and terminal colours are kept. */
export interface ILogChunk {
  stream: 'stdout' | 'stderr';
  text: string;
  /** Where the text begins in its stream (`debug/stdout.txt`, `stderr.txt`), in bytes of UTF-8. */
  offset: number;
  bytes: number;
}

/** How much of a log is kept. */
export interface ILogLimits {
  /** Bytes kept from the beginning. */
  headBytes: number;
  /** Bytes kept from the end, at least. */
  tailBytes: number;
}

/** The text that a run wrote on both streams in the order of its arrival, without the middle when it is long. */
export interface ILogText {
  /** The beginning. */
  head: readonly ILogChunk[];
  /** What follows, or the end when something was dropped between. */
  tail: readonly ILogChunk[];
  /** Bytes left out between head and tail. */
  droppedBytes: number;
  /** Bytes of each stream so far, dropped ones included. */
  totalBytes: Readonly<Record<'stdout' | 'stderr', number>>;
  readonly headBytes: number;
  readonly tailBytes: number;
  readonly limits: ILogLimits;
}

/** Limits for a browser's view of a log. */
export const DEFAULT_LOG_LIMITS: ILogLimits = { headBytes: 128 * 1024, tailBytes: 512 * 1024 };

/** Texts are joined up to this size, so that a flood of short lines costs few objects. */
const CHUNK_BYTES = 4 * 1024;

/** A bound for streams that take turns letter by letter. */
const MAX_TAIL_CHUNKS = 2_000;

/** An empty log. */
export function initialLog(limits: ILogLimits = DEFAULT_LOG_LIMITS): ILogText {
  return {
    head: [],
    tail: [],
    droppedBytes: 0,
    totalBytes: { stdout: 0, stderr: 0 },
    headBytes: 0,
    tailBytes: 0,
    limits
  };
}

/**
 * Fold an event into the log. Whatever is dropped is dropped in whole chunks, oldest first, and counted.
 */
export function foldLog(log: ILogText, event: JournalEvent): ILogText {
  if (event.kind !== 'output' || !isText(event) || event.text === '') {
    return log;
  }
  const { stream, text } = event;
  const bytes = utf8Length(text);
  const chunk: ILogChunk = { stream, text, offset: log.totalBytes[stream], bytes };
  const totalBytes = { ...log.totalBytes, [stream]: log.totalBytes[stream] + bytes };
  const isHead =
    !log.tail.length && !log.droppedBytes && log.headBytes + bytes <= log.limits.headBytes;
  if (isHead) {
    return { ...log, totalBytes, head: append(log.head, chunk), headBytes: log.headBytes + bytes };
  }
  return shorten({
    ...log,
    totalBytes,
    tail: append(log.tail, chunk),
    tailBytes: log.tailBytes + bytes
  });
}

/** The text that is kept, with a line in place of what was dropped. */
export function logText(log: ILogText): string {
  const join = (chunks: readonly ILogChunk[]) => chunks.map(({ text }) => text).join('');
  const gap = log.droppedBytes ? `\n[… ${log.droppedBytes} bytes left out …]\n` : '';
  return join(log.head) + gap + join(log.tail);
}

function append(chunks: readonly ILogChunk[], chunk: ILogChunk): ILogChunk[] {
  const last = chunks[chunks.length - 1];
  if (!last || last.stream !== chunk.stream || last.bytes + chunk.bytes > CHUNK_BYTES) {
    return [...chunks, chunk];
  }
  const joined = { ...last, text: last.text + chunk.text, bytes: last.bytes + chunk.bytes };
  return [...chunks.slice(0, -1), joined];
}

function shorten(log: ILogText): ILogText {
  let { tailBytes, droppedBytes } = log;
  let first = 0;
  // The newest chunk always stays, however long it is.
  while (
    first < log.tail.length - 1 &&
    (tailBytes - log.tail[first].bytes >= log.limits.tailBytes ||
      log.tail.length - first > MAX_TAIL_CHUNKS)
  ) {
    tailBytes -= log.tail[first].bytes;
    droppedBytes += log.tail[first].bytes;
    first += 1;
  }
  return first ? { ...log, tail: log.tail.slice(first), tailBytes, droppedBytes } : log;
}
