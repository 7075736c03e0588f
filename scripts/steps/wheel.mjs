import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createEnvironment } from './node.mjs';
import { PYTHON, ROOT } from './paths.mjs';
import { announce, run, StepError } from './run.mjs';

const DIST = path.join(ROOT, 'dist');

/**
 * Package what is built as a wheel in `dist/`, in place of earlier ones.
 *
 * @returns path of the wheel
 */
export async function buildWheel() {
  announce('Building the wheel');
  rmSync(DIST, { recursive: true, force: true });
  await run(PYTHON, ['-m', 'hatchling', 'build', '--target', 'wheel', '--directory', DIST], {
    env: createEnvironment()
  });
  const [name] = readdirSync(DIST).filter(file => file.endsWith('.whl'));
  if (!name) {
    throw new StepError(`hatchling wrote no wheel to ${DIST}.`);
  }
  return path.join(DIST, name);
}
