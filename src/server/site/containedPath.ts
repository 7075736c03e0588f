import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { staysInside } from '../../core/path';
import { HttpError } from '../httpError';
import { isAbsent } from '../files';

/**
 * Resolve a path given from outside, so that neither `..` nor a symbolic link leaves a folder.
 *
 * @param folder - absolute folder that must contain the result
 * @param relative - POSIX path from outside
 * @returns absolute path; the file itself need not exist, but nothing on the way leads outside
 * @throws {HttpError} 400 `path-outside`
 */
export async function resolveInside(folder: string, relative: string): Promise<string> {
  if (!staysInside(relative)) {
    throw outside(relative);
  }
  const wanted = path.join(folder, relative);
  const [real, found] = await Promise.all([fs.realpath(folder), realPathOf(wanted)]);
  // The nearest ancestor that exists decides: below it there are no links yet.
  let [existing, resolved] = [wanted, found];
  while (resolved === null) {
    existing = path.dirname(existing);
    resolved = await realPathOf(existing);
  }
  if (resolved !== real && !resolved.startsWith(real === '/' ? '/' : `${real}/`)) {
    throw outside(relative);
  }
  return wanted;
}

/** @returns null where there is nothing */
async function realPathOf(file: string): Promise<string | null> {
  try {
    return await fs.realpath(file);
  } catch (error) {
    if (isAbsent(error) && path.dirname(file) !== file) {
      return null;
    }
    throw error;
  }
}

function outside(relative: string): HttpError {
  return new HttpError(400, 'path-outside', `path "${relative}" must stay inside its folder`);
}
