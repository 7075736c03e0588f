// npm run package: the wheel that people install.
import { runMain } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';
import { buildWheel } from './steps/wheel.mjs';

await runMain(async () => {
  await setUp();
  process.stdout.write(`\n${await buildWheel()}\n`);
});
