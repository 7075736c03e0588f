import * as path from 'node:path';
import { errorCode } from './files';

/** Errors of a process or a machine that has as many descriptors in use as it may. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE']);

/** How long descriptors are waited for at least and at most, and how often they are tried. */
const PATIENCE_MS = { least: 1_000, most: 5_000 };
const PERIOD_MS = 50;

/** Said when no descriptor came free. */
export const EXHAUSTED_REASON =
  'too many files are open; try again when less is going on, or raise the limit of the server (ulimit -n)';

/** Tell whether an error means that no further file, socket or pipe can be opened for now. */
export function isExhausted(error: unknown): boolean {
  return EXHAUSTED.has(errorCode(error));
}

/**
 * Open something that must not fail only because too much is open at this moment: tried again for a few
 * seconds. How many is left to chance: of runs that hold what the others wait for, one gives up first.
 *
 * @param open - does nothing when it throws for want of descriptors
 */
export async function whenDescriptorsAreFree<T>(open: () => Promise<T>): Promise<T> {
  const { least, most } = PATIENCE_MS;
  const endMs = performance.now() + least + (most - least) * Math.random();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isExhausted(error) || performance.now() > endMs) {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, PERIOD_MS));
  }
}

/**
 * Say what is wrong with the files of this machine, and what to do; in words that a person may read who does not run it.
 *
 * @param show - gives the form in which the reader may see an absolute path
 * @returns null for an error that nobody but us can mend
 */
export function explainSystemError(
  error: unknown,
  show: (absolute: string) => string
): string | null {
  const code = errorCode(error);
  if (EXHAUSTED.has(code)) {
    return EXHAUSTED_REASON;
  }
  const named = pathOf(error);
  if (named === null) {
    return null;
  }
  const name = `"${show(named)}"`;
  switch (code) {
    case 'EROFS':
      return `${name} cannot be written: it lies on a disk that can only be read; make that writable, or work on a copy`;
    case 'EACCES':
    case 'EPERM':
      return `${name} cannot be used: the user that the server runs as is not permitted; change its permissions`;
    case 'EIO':
      return `${name} cannot be used: the disk reports an error`;
    case 'ENOENT':
      // What Node says of several folders in a row when the first cannot be made.
      return isOfMkdir(error)
        ? `the folder ${name} cannot be made: it would lie on a disk that can only be read, or the folder around it is gone`
        : null;
    default:
      return null;
  }
}

/** The form of an absolute path for readers of a folder: relative to it; of what lies elsewhere the name alone. */
export function shownWithin(folder: string, absolute: string): string {
  const relative = path.relative(folder, absolute);
  return relative && !relative.startsWith('..') && !path.isAbsolute(relative)
    ? relative.split(path.sep).join('/')
    : path.basename(absolute);
}

function pathOf(error: unknown): string | null {
  return typeof error === 'object' &&
    error !== null &&
    'path' in error &&
    typeof error.path === 'string'
    ? error.path
    : null;
}

function isOfMkdir(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'mkdir'
  );
}
