import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isAbsent } from '../files';
import type { BlobStore } from './blobs';
import { journalPathOf, listHistory, readRecord } from './history';

/** Milliseconds that a content stays at least, so that one which is about to be named is not taken away. */
const MINIMUM_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Remove the contents of an automation's store that no record and no journal of its history names, once they are a day
 * old. A history that cannot be read keeps everything.
 *
 * @param automationFolder - absolute
 * @returns how many were removed
 */
export async function collectBlobs(
  automationFolder: string,
  blobs: BlobStore,
  nowMs: number
): Promise<number> {
  const old: string[] = [];
  for await (const { digest, storedMs } of blobs.list()) {
    if (storedMs < nowMs - MINIMUM_AGE_MS) {
      old.push(digest);
    }
  }
  if (!old.length) {
    return 0;
  }
  const named = await namedDigests(automationFolder);
  let removed = 0;
  for (const digest of named === null ? [] : old) {
    if (!named?.has(digest) && (await blobs.removeOlder(digest, nowMs - MINIMUM_AGE_MS))) {
      removed += 1;
    }
  }
  return removed;
}

/** @returns null when a record cannot be read, so that nobody knows what it names */
async function namedDigests(automationFolder: string): Promise<Set<string> | null> {
  const named = new Set<string>();
  for (const id of await listHistory(automationFolder)) {
    const record = await readRecord(automationFolder, id);
    if (!record) {
      return null;
    }
    Object.values(record.outputs).forEach(digest => named.add(digest));
    for await (const digest of digestsIn(journalPathOf(automationFolder, id))) {
      named.add(digest);
    }
  }
  return named;
}

/** Contents that a journal refers to in place of large outputs. */
async function* digestsIn(journal: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(journal), crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      for (const [, digest] of line.matchAll(/"blob":"(sha256:[0-9a-f]{64})"/g)) {
        yield digest;
      }
    }
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
  }
}
