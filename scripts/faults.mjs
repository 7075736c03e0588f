// npm run test:faults: whole sweeps whose processes are killed at random. `-- 5 17` takes 5 seeds from 17 on.
import { createEnvironment, requireNode } from './steps/node.mjs';
import { TOOLS } from './steps/paths.mjs';
import { runMain, runStatus } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';

await runMain(async ([count = '50', first = '1']) => {
  await setUp();
  return runStatus(
    requireNode(),
    [TOOLS.jest, 'src/server/cli/__tests__/faults.spec.ts', '--selectProjects', 'node'],
    {
      env: createEnvironment({
        CROSSCOMPUTE_FAULT_SEEDS: count,
        CROSSCOMPUTE_FAULT_SEED: first
      })
    }
  );
});
