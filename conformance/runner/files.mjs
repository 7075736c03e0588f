import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * Compare files with what is expected of them.
 *
 * @param folder - absolute folder that the paths start from
 * @param expected - path to its text, or to values that a dictionary must hold
 * @returns a line for each difference
 */
export function judgeFiles(folder, expected = {}) {
  return Object.entries(expected ?? {}).flatMap(([name, wanted]) => {
    const file = path.join(folder, name);
    if (!existsSync(file)) {
      return [`${name}: expected a file, found none`];
    }
    const text = readFileSync(file, 'utf8');
    if (typeof wanted === 'string') {
      return text === wanted
        ? []
        : [
            `${name}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(text.slice(0, 200))}`
          ];
    }
    const values = JSON.parse(text);
    return Object.entries(wanted)
      .filter(([key, value]) => !isDeepStrictEqual(values[key], value))
      .map(
        ([key, value]) =>
          `${name}: expected ${key} = ${JSON.stringify(value)}, found ${JSON.stringify(values[key])}`
      );
  });
}

/** @returns a line for each path that exists although it must not */
export function judgeAbsent(folder, paths = []) {
  return (paths ?? [])
    .filter(name => existsSync(path.join(folder, name)))
    .map(name => `${name}: expected no file, found one`);
}

/** The return code that a batch's folder tells, or null while it has none. */
export function readReturnCode(folder) {
  const file = path.join(folder, 'debug', 'variables.dictionary');
  try {
    return JSON.parse(readFileSync(file, 'utf8')).return_code ?? null;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
