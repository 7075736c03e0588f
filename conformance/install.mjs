// npm run conformance:original: install the original framework into an environment of its own, .original/.
import path from 'node:path';
import { findPython } from '../scripts/steps/python.mjs';
import { run, runMain } from '../scripts/steps/run.mjs';
import { ORIGINAL_FOLDER } from './runner/systems.mjs';

/** The release that we are compared with, and what it was made for. */
const PACKAGES = ['crosscompute==0.9.4.13', 'fastapi==0.111.0', 'starlette==0.37.2'];

await runMain(async () => {
  await run(await findPython(), ['-m', 'venv', ORIGINAL_FOLDER]);
  const python = path.join(ORIGINAL_FOLDER, 'bin', 'python');
  await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
});
