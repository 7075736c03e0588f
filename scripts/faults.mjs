// npm run test:faults: whole sweeps whose processes are killed at random, and runs in JupyterLab whose server is. `-- 5 17` takes 5 seeds from 17 on.
import { createEnvironment, requireNode } from './steps/node.mjs';
import { TOOLS } from './steps/paths.mjs';
import { runMain, runStatus } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';

const SPECS = ['faults', 'attach'].map(name => `src/server/cli/__tests__/${name}.spec.ts`);

await runMain(async ([count = '50', first = '1']) => {
  await setUp();
  return runStatus(requireNode(), [TOOLS.jest, ...SPECS, '--selectProjects', 'node'], {
    env: createEnvironment({
      CROSSCOMPUTE_FAULT_SEEDS: count,
      CROSSCOMPUTE_FAULT_SEED: first
    })
  });
});
