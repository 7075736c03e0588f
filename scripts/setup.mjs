// npm run setup: prepare everything that running and testing need.
import { VENV_FOLDER } from './steps/paths.mjs';
import { runMain } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';

await runMain(async () => {
  await setUp();
  process.stdout.write(`\nAll is ready in ${VENV_FOLDER}. Start with: npm start\n`);
});
