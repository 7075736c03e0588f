// npm run watch: build at each change, with JupyterLab beside it. Reload the page to see changes of the extension;
// the bundled server starts anew by itself. Arguments go to `jupyter lab`.
import { once } from 'node:events';
import path from 'node:path';
import { forgetBuilds } from './steps/build.mjs';
import { startJupyterLab, waitForPage } from './steps/jupyter.mjs';
import { createEnvironment, requireNode } from './steps/node.mjs';
import { LABEXTENSION_ARGUMENTS, ROOT, TOOLS } from './steps/paths.mjs';
import { runMain, start } from './steps/run.mjs';
import { setUp } from './steps/setUp.mjs';

await runMain(async words => {
  await setUp();
  // From here on the outputs are those of development; the next `npm start` builds them as they are shipped.
  forgetBuilds();
  const env = createEnvironment();
  const node = requireNode();
  const watchers = [
    [TOOLS.typescript, '--build', 'tsconfig.json', '--watch', '--preserveWatchOutput'],
    [path.join(ROOT, 'scripts', 'bundle.mjs'), '--watch'],
    [TOOLS.labextension, '--development', '--watch', ...LABEXTENSION_ARGUMENTS]
  ].map(line => start(node, line, { env }));
  const jupyter = startJupyterLab(['--CrossCompute.reload=True', ...words]);
  const children = [...watchers, jupyter];
  const first = Promise.race(children.map(child => once(child, 'exit')));
  void waitForPage(jupyter).then(address => {
    if (address) {
      process.stdout.write(`\n› Watching. JupyterLab: ${address}\n\n`);
    }
  });
  const [status] = await first;
  const running = children.filter(child => child.exitCode === null && child.signalCode === null);
  running.forEach(child => child.kill('SIGTERM'));
  await Promise.all(running.map(child => once(child, 'exit')));
  return status ?? 0;
});
