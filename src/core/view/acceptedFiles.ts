import type { JsonObject } from '../json';
import { suffixOf } from '../path';
import { mimeTypeOf } from './mimeType';
import { acceptedTypes } from './uploadControl';

/** Types of views whose files are of one kind, where the author lists none. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  audio: ['audio/*'],
  image: ['image/*'],
  video: ['video/*']
};

/** Types and suffixes that a variable with files takes; [] for any. */
export function acceptedBy(view: string, configuration: JsonObject): readonly string[] {
  const listed = acceptedTypes(configuration);
  return listed.length ? listed : (KINDS[view] ?? []);
}

/**
 * Find a file that is not among accepted types, by its name. A name whose suffix says no type passes for every type, but
 * for no suffix.
 *
 * @param accepted - types such as `text/csv`, `image/*`, and suffixes such as `.csv`; [] takes everything
 * @returns its name; null when all are accepted
 */
export function findRefusedFile(
  names: readonly string[],
  accepted: readonly string[]
): string | null {
  return names.find(name => accepted.length > 0 && !accepted.some(one => fits(name, one))) ?? null;
}

function fits(name: string, accepted: string): boolean {
  const wanted = accepted.toLowerCase();
  if (wanted.startsWith('.')) {
    return name.toLowerCase().endsWith(wanted);
  }
  const type = mimeTypeOf(name.toLowerCase());
  const isUnknown = type === 'application/octet-stream' && suffixOf(name) !== '.bin';
  const kind = wanted.endsWith('/*') ? wanted.slice(0, -1) : null;
  return isUnknown || (kind === null ? type === wanted : type.startsWith(kind));
}
