import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the benchmarks. */
export const BENCHMARKS_FOLDER = path.dirname(fileURLToPath(import.meta.url));

/** Folder of what benchmarks install and write; ignored by git, may be deleted. */
export const WORK_FOLDER = path.join(BENCHMARKS_FOLDER, '.work');

/** The environment that `npm run setup` makes, with JupyterLab and this package. */
export const OUR_ENVIRONMENT = path.join(BENCHMARKS_FOLDER, '..', '.venv');

/**
 * Find a program of a Python environment.
 *
 * @param {string} environment - folder of the environment
 * @param {string} name - without suffix
 * @returns {string} its path, on every system
 * @throws {Error} when it is not installed
 */
export function getProgram(environment, name) {
  const file =
    process.platform === 'win32'
      ? path.join(environment, 'Scripts', `${name}.exe`)
      : path.join(environment, 'bin', name);
  if (!existsSync(file)) {
    throw new Error(`${path.relative(process.cwd(), file)} is not there; run npm run setup`);
  }
  return file;
}

/**
 * Say in which environment variables a program of a Python environment runs as if activated.
 *
 * @param {string} environment - folder of the environment
 * @returns {NodeJS.ProcessEnv} our own variables, its programs first on the path
 */
export function activate(environment) {
  const bin = path.join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
  const variables = { ...process.env, VIRTUAL_ENV: environment };
  variables.PATH = bin + path.delimiter + (process.env.PATH ?? '');
  // Either would let a peer find kernels or modules of another environment.
  delete variables.PYTHONPATH;
  delete variables.JUPYTER_PATH;
  return variables;
}
