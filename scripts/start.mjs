// npm start: prepare what is missing, then JupyterLab on the examples. Arguments go to `jupyter lab`.
import { once } from 'node:events';
import { startJupyterLab, waitForPage } from './steps/jupyter.mjs';
import { runMain } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';

await runMain(async words => {
  await setUp();
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => (isEnding = true));
  }
  const child = startJupyterLab(words);
  const ended = once(child, 'exit');
  const address = await waitForPage(child);
  if (address) {
    process.stdout.write(
      `\n› JupyterLab with CrossCompute is ready: ${address}\n  Ctrl-C ends it.\n\n`
    );
  }
  const [status] = await ended;
  return isEnding ? 0 : (status ?? 1);
});
