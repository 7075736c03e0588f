import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ScriptBench, isAlive, type TestScript } from '../../../../testing/executorContract';
import {
  describeWithGateway,
  startGateway,
  type GatewayName,
  type ITestGateway
} from '../../../../testing/gateways';
import { until } from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import type { PlaceFiles } from '../../place';
import { createRemoteEngine, type IOwnedEngine } from '../remoteEngine';

const log = createLog('silent');

/** Also works where the automation's folder is called strangely. */
async function writeNotebook(bench: ScriptBench, source: string): Promise<TestScript> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3' } },
    cells: source
      .split('---\n')
      .map(text => ({ cell_type: 'code', metadata: {}, source: text, outputs: [] }))
  };
  await mkdir(path.join(bench.folder, 'work'), { recursive: true });
  await writeFile(path.join(bench.folder, 'work', 'run.ipynb'), JSON.stringify(notebook));
  return { kind: 'notebook', path: 'run.ipynb', kernel: null, folder: 'work' };
}

const SOURCE = `
import os, beside
print(beside.WORD, os.environ["GREETING"], os.path.exists("${__filename}"))
---
with open(os.environ["CROSSCOMPUTE_OUTPUT_FOLDER"] + "/folder.txt", "w") as file:
    file.write(os.getcwd())
`;

describe.each(['kernel', 'enterprise'] as const)('a %s gateway', (name: GatewayName) => {
  describeWithGateway('executes runs', name, () => {
    let gateway: ITestGateway;
    let benches: ScriptBench[];
    let engine: IOwnedEngine;

    beforeAll(async () => {
      gateway = await startGateway(name, 1);
    }, 90_000);

    afterAll(async () => {
      await gateway.close();
    });

    beforeEach(() => {
      benches = [];
    });

    afterEach(async () => {
      await engine.close();
      await until('no kernel is left', () => gateway.kernels().length === 0);
      await Promise.all(benches.map(bench => bench.remove()));
    });

    const open = (files: PlaceFiles, token = gateway.token) => {
      engine = createRemoteEngine(
        {
          id: 'far',
          url: gateway.url,
          token,
          files,
          kernels: null,
          maximumConcurrentRuns: 2
        },
        log
      );
      return engine.executors[0];
    };

    const createBench = async () => {
      const bench = await ScriptBench.create("an “automation” of' ü $HOME");
      benches.push(bench);
      await mkdir(path.join(bench.folder, 'work'));
      await writeFile(path.join(bench.folder, 'work', 'beside.py'), 'WORD = "ü"\n');
      return bench;
    };

    const environmentOf = (bench: ScriptBench) => ({
      GREETING: 'he said: "$HOME `x`"\n',
      CROSSCOMPUTE_OUTPUT_FOLDER: path.join(bench.folder, 'batch/output')
    });

    it.each(['auto', 'kernel'] as const)('with files: %s', async files => {
      const bench = await createBench();
      const script = await writeNotebook(bench, SOURCE);
      const result = await bench.execute(open(files), script, {
        environment: environmentOf(bench)
      });
      expect([result.error, bench.text('stderr')]).toEqual([null, '']);
      expect(bench.text()).toBe('ü he said: "$HOME `x`"\n True\n');
      const folder = await readFile(path.join(bench.folder, 'batch/output/folder.txt'), 'utf8');
      // It sees our files, so that nothing travels unless it has to.
      expect(folder === path.join(bench.folder, 'work')).toBe(files === 'auto');
    });

    it('one after the other when it takes no more, without failing', async () => {
      const executor = open('auto');
      const [first, second] = [await createBench(), await createBench()];
      const wait = 'import os, time\nprint("started", flush=True)\n' + WAIT;
      const running = first.execute(executor, await writeNotebook(first, wait), {
        environment: environmentOf(first)
      });
      await until('the first runs', () => first.text().includes('started'));
      const waiting = second.execute(executor, await writeNotebook(second, 'print("second")'), {
        environment: environmentOf(second)
      });
      // It is refused at least once before there is room.
      await until('the second asked', () => gateway.kernels().length === 1);
      await writeFile(path.join(first.folder, 'batch/output/go'), '');
      expect([await running, await waiting].map(({ error }) => error)).toEqual([null, null]);
      expect(second.text()).toBe('second\n');
    });

    it('and says when it does not let us in', async () => {
      const bench = await createBench();
      const script = await writeNotebook(bench, 'print(1)');
      const result = await bench.execute(open('auto', 'wrong'), script);
      expect(result.error).toMatchObject({
        code: 'engine-unavailable',
        message: expect.stringContaining('did not accept our credentials')
      });
    });

    // The last one: there is no gateway any more.
    it('and fails what runs when it is killed', async () => {
      const bench = await createBench();
      const hang = 'import time\nprint("started", flush=True)\ntime.sleep(1000)\n';
      const running = bench.execute(open('auto'), await writeNotebook(bench, hang));
      await until('it runs', () => bench.text().includes('started'));
      const kernels = gateway.kernels();
      process.kill(gateway.pid, 'SIGKILL');
      // Its kernel, which is one of this host, ends soon after it.
      const { error } = await running;
      expect(['engine-unavailable', 'kernel-died']).toContain(error?.code);
      await until('its kernel is gone', () => !kernels.some(isAlive));
    });
  });
});

const WAIT =
  'while not os.path.exists(os.environ["CROSSCOMPUTE_OUTPUT_FOLDER"] + "/go"):\n    time.sleep(0.02)\n';
