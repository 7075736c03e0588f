import { isJsonObject, type JsonObject } from '../../core/json';
import { isText, type JournalEntry, type JournalEvent } from '../../core/run/journal';
import type { BlobStore } from './blobs';

/** Limits of a line of a journal. */
export const JOURNAL_LIMITS = {
  /** Bytes of a line, its line feed included. */
  lineBytes: 256 * 1024,
  /** UTF-16 units of text in one event; even if each needs 6 bytes as JSON, the line stays within its limit. */
  textLength: 32 * 1024,
  /** Timing entries in one event. */
  timingEntries: 200,
  /** Letters of a progress message. */
  messageLength: 500,
  /** Bytes of a stored output that is put back into its event for readers. */
  expandedBytes: 8 * 1024 * 1024
} as const;

/**
 * Cut an entry into entries whose lines are short enough. Rich outputs stay whole: what is large in
 * them goes to the store, see `storeLarge`.
 */
export function splitEntry(entry: JournalEntry): JournalEntry[] {
  switch (entry.kind) {
    case 'output':
      return isText(entry) ? splitText(entry.text).map(text => ({ ...entry, text })) : [entry];
    case 'timing': {
      const parts: JournalEntry[] = [];
      for (let from = 0; from < entry.entries.length; from += JOURNAL_LIMITS.timingEntries) {
        const entries = entry.entries.slice(from, from + JOURNAL_LIMITS.timingEntries);
        parts.push({ ...entry, entries });
      }
      return parts;
    }
    case 'progress':
      return [{ ...entry, fraction: fractionOf(entry.fraction), message: cut(entry.message) }];
    default:
      return [entry];
  }
}

/**
 * Put the content of a rich output into the store when its line would be too long; what stays in the
 * journal is `{"blob": "sha256:…", "bytes": n}`.
 */
export async function storeLarge(event: JournalEvent, blobs: BlobStore): Promise<JournalEvent> {
  if (event.kind !== 'output' || isText(event)) {
    return event;
  }
  const { digest, bytes } = await blobs.put(JSON.stringify(event.message.content));
  return { ...event, message: { ...event.message, content: { blob: digest, bytes } } };
}

/**
 * Put a stored content back into its event, for readers of a journal. An event stays as it is when the
 * content is very large, or not there any more.
 */
export async function expandEvent(event: JournalEvent, blobs: BlobStore): Promise<JournalEvent> {
  if (event.kind !== 'output' || isText(event)) {
    return event;
  }
  const { blob, bytes } = event.message.content;
  if (
    typeof blob !== 'string' ||
    typeof bytes !== 'number' ||
    bytes > JOURNAL_LIMITS.expandedBytes
  ) {
    return event;
  }
  let content: JsonObject | null = null;
  try {
    const parsed: unknown = JSON.parse((await blobs.read(blob)).toString('utf-8'));
    content = isJsonObject(parsed) ? parsed : null;
  } catch {
    // Collected, or no digest of ours: readers see the reference.
  }
  return content ? { ...event, message: { ...event.message, content } } : event;
}

function splitText(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + JOURNAL_LIMITS.textLength);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last < 0xdc00) {
      // The two halves of a letter stay together.
      to -= 1;
    }
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

function fractionOf(fraction: number | null): number | null {
  return fraction === null || !Number.isFinite(fraction)
    ? null
    : Math.min(1, Math.max(0, fraction));
}

function cut(message: string | null): string | null {
  const { messageLength } = JOURNAL_LIMITS;
  return message !== null && message.length > messageLength
    ? `${message.slice(0, messageLength - 1)}…`
    : message;
}
