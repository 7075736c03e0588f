import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ScriptBench, isAlive } from '../../../../testing/executorContract';
import { describeWithJupyter, startJupyterServer, until } from '../../../../testing/jupyterServer';
import type { ITestServer } from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import { CORPUS } from '../../__tests__/corpus/corpus';
import { normalize, saidEntries } from '../../__tests__/corpus/normalized';
import { writeNotebook } from '../../fork/__tests__/notebooks';
import { JupyterClient } from '../../jupyterClient';
import { createKernelExecutor } from '../../kernelExecutor';
import type { IOwnedExecutor } from '../../kernelExecutor';
import { WarmKernels } from '../warmKernels';

const lines: string[] = [];
const log = createLog('debug', line => lines.push(line));
const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' };
const HOUR_MS = 3_600_000;

/** A session as Jupyter lists it. */
interface ISessionModel {
  name: string;
  kernel: { id: string };
}

describeWithJupyter('WarmKernels', python => {
  let server: ITestServer;
  let executor: IOwnedExecutor;
  let warm: WarmKernels;
  let bench: ScriptBench;

  beforeAll(async () => {
    server = await startJupyterServer(python, '/');
  });

  afterAll(async () => {
    await server.close();
  });

  const create = (idleMs = HOUR_MS, answerMs = 20_000) => {
    warm = new WarmKernels({ log, idleMs, answerMs });
    return createKernelExecutor({ places: async () => server, log, warm });
  };

  beforeEach(async () => {
    lines.length = 0;
    executor = create();
    bench = await ScriptBench.create();
  });

  afterEach(async () => {
    await executor.close();
    expect(await server.kernels()).toEqual([]);
    await bench.remove();
  });

  const sessions = async (): Promise<ISessionModel[]> => {
    const headers = { Authorization: `token ${server.token}` };
    return (await (await fetch(`${server.baseUrl}api/sessions`, { headers })).json()) as [];
  };
  /** Ids of the kernels that are kept, oldest first, once they are ready. */
  const kept = async (count = 1): Promise<string[]> => {
    await until(`${count} are ready`, () => warm.size === count);
    await until('no other is left', async () => (await server.kernels()).length === count);
    return (await sessions()).map(({ kernel }) => kernel.id);
  };
  const run = async (
    cells: Parameters<typeof writeNotebook>[1],
    more: { environment?: Record<string, string>; kernel?: string } = {}
  ) => {
    bench.entries.length = 0;
    const script = await writeNotebook(bench, cells, more.kernel);
    return bench.execute(executor, script, { environment, ...more });
  };
  const isUsed = (id: string) => bench.kernels.includes(id);

  it('keeps a kernel with the imports of the notebook after its first use, for one run', async () => {
    const cells = ['import sys\nprint("json.tool" in sys.modules)\nimport json.tool'];
    await run(cells);
    expect(bench.text()).toBe('False\n');
    const [id] = await kept();
    expect((await sessions())[0].name).toBe('CrossCompute (kept ready for the next run)');
    await run(cells);
    expect(isUsed(id)).toBe(true);
    expect(bench.text()).toBe('True\n');
    const [next] = await kept();
    expect(next).not.toBe(id);
  });

  it('says the same as in a kernel that was not kept', async () => {
    for (const name of ['figures', 'pandas', 'surroundings']) {
      const { cells } = CORPUS[name];
      const said = () => normalize(saidEntries(bench.entries, bench.folder, false), bench.folder);
      await run(cells);
      const cold = said();
      const ids = await kept(name === 'figures' ? 1 : 2);
      await run(cells);
      expect(isUsed(ids[ids.length - 1])).toBe(true);
      expect(said()).toEqual(cold);
    }
  });

  it('keeps kernels of other languages', async () => {
    await run(['echo $NAME'], { kernel: 'bash', environment: { ...environment, NAME: 'one' } });
    const [id] = await kept();
    await run(['echo $NAME'], { kernel: 'bash', environment: { ...environment, NAME: 'two' } });
    expect(isUsed(id)).toBe(true);
    expect(bench.text()).toBe('two\n');
  });

  it('imports nothing where the environment or a file of the folder could change it', async () => {
    const cells = ['import sys\nprint("json.tool" in sys.modules)\nimport json.tool'];
    const declared = { environment: { ...environment, TOKEN: 'secret' } };
    await run(cells, declared);
    const [id] = await kept();
    await run(cells, declared);
    expect(isUsed(id)).toBe(true);
    expect(bench.text()).toBe('False\n');
  });

  it('never imports a file of the automation, nor lets one be hidden', async () => {
    await writeFile(path.join(bench.folder, 'mine.py'), 'import os\nprint("loaded", os.getpid())');
    const cells = ['import mine, json.tool, os\nprint("loaded", os.getpid())'];
    await run(cells);
    const [id] = await kept();
    // Its name is that of a module that the one before has loaded.
    await mkdir(path.join(bench.folder, 'argparse'));
    await writeFile(path.join(bench.folder, 'argparse', '__init__.py'), 'MINE = True');
    await run(['import mine, json.decoder, argparse\nprint(hasattr(argparse, "MINE"))']);
    expect(isUsed(id)).toBe(false);
  });

  it('uses none that does not answer, or died', async () => {
    await executor.close();
    executor = create(HOUR_MS, 200);
    await run(['1']);
    const [id] = await kept();
    const pid = Number(execFileSync('pgrep', ['-f', `kernel-${id}.json`], { encoding: 'utf8' }));
    process.kill(pid, 'SIGSTOP');
    const result = await run(['print("well")']);
    expect(result.error).toBeNull();
    expect(bench.text()).toBe('well\n');
    process.kill(pid, 'SIGKILL');
    await until('it is gone', () => !isAlive(pid));
  });

  it('deletes a kernel that nobody wants', async () => {
    const other = create(1);
    await bench.execute(other, await writeNotebook(bench, ['1']), { environment });
    await until('it was kept and deleted', async () => (await server.kernels()).length === 0);
    await other.close();
    expect(await server.kernels()).toEqual([]);
  });

  it('keeps none when told so', async () => {
    const other = create(0);
    await bench.execute(other, await writeNotebook(bench, ['1']), { environment });
    await other.close();
    expect(await sessions()).toEqual([]);
  });

  it('removes what a server that was killed left', async () => {
    const client = new JupyterClient(server, log);
    await client.startKept('python3', 'left');
    await client.removeKept();
    expect(await server.kernels()).toEqual([]);
  });
});
