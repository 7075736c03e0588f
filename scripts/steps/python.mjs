import { existsSync, rmSync } from 'node:fs';
import { findExecutable, PYTHON, VENV_FOLDER } from './paths.mjs';
import { announce, capture, runStatus, StepError } from './run.mjs';

const MINIMUM = [3, 10];
const NAMES = [
  'python3',
  'python',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10'
];
const ASK_VERSION = 'import sys; print(*sys.version_info[:2])';

/**
 * Make the Python environment where it is missing or its Python has gone.
 *
 * @throws {StepError} when the machine has no Python that is new enough
 */
export async function createVenv() {
  if (existsSync(PYTHON) && (await capture(PYTHON, ['-c', ASK_VERSION])) !== null) {
    return;
  }
  const python = await findPython();
  announce(`Making .venv with ${python}`);
  rmSync(VENV_FOLDER, { recursive: true, force: true });
  if ((await runStatus(python, ['-m', 'venv', VENV_FOLDER])) !== 0) {
    rmSync(VENV_FOLDER, { recursive: true, force: true });
    throw new StepError(
      `${python} cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv`
    );
  }
}

/** Find a Python that is new enough; the variable PYTHON names another one. */
export async function findPython() {
  const names = process.env.PYTHON ? [process.env.PYTHON] : NAMES;
  for (const name of names) {
    const file = existsSync(name) ? name : findExecutable(name);
    const version = file && (await capture(file, ['-c', ASK_VERSION]));
    if (version && isNewEnough(version)) {
      return file;
    }
  }
  throw new StepError(
    `Python ${MINIMUM.join('.')} or newer is needed; none of ${names.join(', ')} is. ` +
      'Install one, or name it: PYTHON=/path/to/python npm start'
  );
}

function isNewEnough(version) {
  const [major, minor] = version.split(' ').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}
