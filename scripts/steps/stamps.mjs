import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, SETUP_FOLDER } from './paths.mjs';

/**
 * Do a piece of work unless it was done on the very same input.
 *
 * The stamp holds a digest of contents, as times say little after a checkout. It is taken away while the work
 * goes on, so that work which broke off is done again.
 *
 * @param stamp.name - file name of the stamp
 * @param stamp.inputs - files and folders relative to the repository, and other text that matters
 * @param stamp.outputs - absolute paths; the work is done again when one is missing
 * @param work - the work
 * @returns true when it was done now
 */
export async function doOnce({ name, inputs, text = '', outputs }, work) {
  const file = path.join(SETUP_FOLDER, `${name}.stamp`);
  const digest = digestOf(inputs, text);
  if (outputs.every(output => existsSync(output)) && readStamp(file) === digest) {
    return false;
  }
  rmSync(file, { force: true });
  await work();
  mkdirSync(SETUP_FOLDER, { recursive: true });
  writeFileSync(file, digest);
  return true;
}

/** Forget that a piece of work was done. */
export function forget(name) {
  rmSync(path.join(SETUP_FOLDER, `${name}.stamp`), { force: true });
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function digestOf(inputs, text) {
  const hash = createHash('sha256').update(text);
  for (const input of inputs) {
    for (const file of listFiles(path.join(ROOT, input))) {
      hash.update(`\0${path.relative(ROOT, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** Files below a path, sorted; tests are left out, as nothing that is built holds them. */
function listFiles(target) {
  if (!existsSync(target)) {
    return [];
  }
  let entries;
  try {
    entries = readdirSync(target, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') {
      return [target];
    }
    throw error;
  }
  return entries
    .filter(entry => entry.name !== '__tests__')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const file = path.join(target, entry.name);
      return entry.isDirectory() ? listFiles(file) : [file];
    });
}
