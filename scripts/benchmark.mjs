// npm run benchmark: one table, measured in one run. Arguments go to benchmarks/run.mjs.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createEnvironment, requireNode } from './steps/node.mjs';
import { ROOT } from './steps/paths.mjs';
import { runMain, runStatus, StepError } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';

await runMain(async words => {
  const file = path.join(ROOT, 'benchmarks', 'run.mjs');
  if (!existsSync(file)) {
    throw new StepError(`There is nothing to measure with: ${file} is missing.`);
  }
  await setUp();
  return runStatus(requireNode(), [file, ...words], { env: createEnvironment() });
});
