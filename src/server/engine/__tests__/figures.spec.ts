import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { ScriptBench } from '../../../testing/executorContract';
import {
  PROJECT_FOLDER,
  describeWithJupyter,
  startJupyterServer
} from '../../../testing/jupyterServer';
import type { ITestServer } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { writeNotebook } from '../fork/__tests__/notebooks';
import { createForkExecutor } from '../fork/forkExecutor';
import { createKernelExecutor } from '../kernelExecutor';
import type { IOwnedExecutor } from '../kernelExecutor';

const log = createLog('silent');

/** Tell whether a Python can draw: set-up does not bring matplotlib. */
function hasMatplotlib(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import matplotlib_inline, matplotlib'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describeWithJupyter('environment.figures', python => {
  const whenPossible = hasMatplotlib(python) ? it : it.skip;
  let server: ITestServer;
  let executors: { kernel: IOwnedExecutor; fork: IOwnedExecutor };
  let bench: ScriptBench;

  beforeAll(async () => {
    server = await startJupyterServer(python, '/');
    executors = {
      kernel: createKernelExecutor({ places: async () => server, log }),
      fork: createForkExecutor({
        script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
        findPython: async () => python,
        environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' },
        log
      })
    };
  });

  afterAll(async () => {
    await executors.kernel.close();
    await executors.fork.close();
    await server.close();
  });

  beforeEach(async () => {
    bench = await ScriptBench.create();
  });

  afterEach(() => bench.remove());

  const run = async (place: 'kernel' | 'fork', cells: string[], hasFigures: boolean) => {
    bench.environment = { hasFigures };
    const script = await writeNotebook(bench, cells);
    const result = await bench.execute(executors[place], script);
    expect(result).toMatchObject({ returnCode: 0, error: null });
  };

  const CELLS = [
    'import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)).savefig("first.png")',
    'print(plt.get_fignums())\nplt.plot([1, 2])\nplt.figure(figsize=(1, 1))\nNone',
    'print(plt.get_fignums())\nplt.savefig("second.png")\nplt.close()'
  ];

  describe.each(['kernel', 'fork'] as const)('in a %s', place => {
    whenPossible('shows figures at the end of cells when left alone', async () => {
      await run(place, CELLS, true);
      expect(bench.messages().filter(type => type === 'display_data')).toHaveLength(3);
    });

    whenPossible('shows none when false, and closes and saves them all the same', async () => {
      await run(place, CELLS, false);
      expect(bench.messages()).toEqual([]);
      expect(bench.text()).toBe('[]\n[]\n');
      for (const name of ['first.png', 'second.png']) {
        expect(existsSync(path.join(bench.folder, name))).toBe(true);
      }
    });

    whenPossible('leaves alone what the author shows or keeps open', async () => {
      await run(
        place,
        [
          'import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1))\nplt.show()',
          'from IPython.display import display\ndisplay(plt.figure(figsize=(1, 1)))',
          '%config InlineBackend.close_figures = False\nplt.figure(figsize=(1, 1))\nNone',
          'print(plt.get_fignums())'
        ],
        false
      );
      expect(bench.messages().filter(type => type === 'display_data')).toHaveLength(2);
      expect(bench.text()).toBe('[1]\n');
    });
  });
});
