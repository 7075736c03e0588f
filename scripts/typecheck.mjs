// npm run typecheck
import { runChecks, TYPE_CHECKS } from './steps/checks.mjs';
import { runMain } from './steps/run.mjs';

await runMain(async () => ((await runChecks(TYPE_CHECKS)).length ? 1 : 0));
