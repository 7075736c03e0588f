import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { isAbsent } from '../files';
import { removeAbandonedDrafts, writeAtomically } from './atomicWrite';

const KEY_BYTES = 32;

/**
 * Read the key of this server from its state folder, or make one: 32 random bytes that only the
 * owner can read. Secrets in run keys are HMACs under it, and it marks the queued runs that are ours.
 *
 * @param stateFolder - absolute; null gives a key that lives as long as the process
 */
export async function loadServerKey(stateFolder: string | null): Promise<Buffer> {
  if (stateFolder === null) {
    return randomBytes(KEY_BYTES);
  }
  const file = path.join(stateFolder, 'server.key');
  try {
    const key = await fs.readFile(file);
    if (key.length === KEY_BYTES) {
      return key;
    }
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
  }
  const key = randomBytes(KEY_BYTES);
  await fs.mkdir(stateFolder, { recursive: true, mode: 0o700 });
  await writeAtomically(file, key, { mode: 0o600, isDurable: true });
  // Of a server that was killed while it made one.
  await removeAbandonedDrafts(stateFolder, false);
  return key;
}

/** Sign a text: hex HMAC-SHA256. */
export function sign(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Tell whether a signature of a text is ours, in constant time. */
export function isSigned(key: Uint8Array, text: string, signature: string): boolean {
  const expected = Buffer.from(sign(key, text));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
