import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ScriptBench, type TestScript } from '../../../../testing/executorContract';
import { describeWithJupyter, startJupyterServer } from '../../../../testing/jupyterServer';
import type { ITestServer } from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import { createKernelExecutor } from '../../kernelExecutor';
import type { IOwnedExecutor } from '../../kernelExecutor';
import type { PlaceFiles } from '../../place';

const log = createLog('silent');

/** Uses a module and an input, and tells where it is. */
const PYTHON = `
import json, os
from beside import double
with open(os.environ["CROSSCOMPUTE_INPUT_FOLDER"] + "/variables.dictionary") as file:
    value = json.load(file)["value"]
folder = os.environ["CROSSCOMPUTE_OUTPUT_FOLDER"]
os.makedirs(folder + "/deep/“er”")
with open(folder + "/deep/“er”/result ü.txt", "w") as file:
    file.write(str(double(value)))
with open(folder + "/large.bin", "wb") as file:
    file.write(bytes(range(256)) * 40000)
open(folder + "/empty", "w").close()
os.symlink("/etc/passwd", folder + "/link")
print("in", os.getcwd(), "with", os.environ.get("GREETING"), os.environ["HOME"])
`;

const BASH = `
cp "$CROSSCOMPUTE_INPUT_FOLDER/variables.dictionary" "$CROSSCOMPUTE_OUTPUT_FOLDER/copy ü"
mkdir "$CROSSCOMPUTE_OUTPUT_FOLDER/deep"; sed 's/a/b/g' < beside.py > "$CROSSCOMPUTE_OUTPUT_FOLDER/deep/b"
echo "in $PWD with $GREETING"
`;

async function prepare(bench: ScriptBench): Promise<void> {
  await mkdir(path.join(bench.folder, 'work'));
  await writeFile(path.join(bench.folder, 'work', 'beside.py'), 'def double(a): return a + a\n');
  await writeFile(path.join(bench.folder, 'batch/input/variables.dictionary'), '{"value": "ü"}');
  await writeFile(path.join(bench.folder, 'large.csv'), 'x'.repeat(2 * 1024 * 1024));
  await writeFile(path.join(bench.folder, '.hidden'), 'hidden');
  await symlink('/etc/hostname', path.join(bench.folder, 'work', 'outside'));
}

async function writeNotebook(
  bench: ScriptBench,
  source: string,
  kernel = 'python3'
): Promise<TestScript> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel } },
    cells: [{ cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }]
  };
  await writeFile(path.join(bench.folder, 'work', 'run.ipynb'), JSON.stringify(notebook));
  return { kind: 'notebook', path: 'run.ipynb', kernel: null, folder: 'work' };
}

describeWithJupyter('files of a kernel that shares none with us', python => {
  let server: ITestServer;
  let root: string;
  let bench: ScriptBench;
  let executor: IOwnedExecutor;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'crosscompute-remote-'));
    server = await startJupyterServer(python, root);
  });

  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  beforeEach(async () => {
    bench = await ScriptBench.create("an “automation” of' ü $HOME");
    await prepare(bench);
  });

  afterEach(async () => {
    await executor.close();
    expect(await server.kernels()).toEqual([]);
    // Nothing of a run is left there; Jupyter keeps a folder for checkpoints.
    const left = await readdir(path.join(root, 'crosscompute-runs')).catch(() => []);
    expect(left.filter(name => !name.startsWith('.'))).toEqual([]);
    await bench.remove();
  });

  const open = (files: PlaceFiles) => {
    executor = createKernelExecutor({
      places: async () => ({ ...server, rootFolder: null, files }),
      log
    });
    return executor;
  };
  const environment = { GREETING: 'hello', HOME: '/nowhere', PATH: '/nowhere' };
  const output = (name: string) => path.join(bench.folder, 'batch/output', name);

  it.each(['kernel', 'contents'] as const)(
    'travel with a Python notebook by %s, and come back',
    async files => {
      const script = await writeNotebook(bench, PYTHON);
      const result = await bench.execute(open(files), script, { environment: folders(bench) });
      expect([bench.text('stderr'), result]).toEqual([
        'Too large to travel with the script, unless they are declared as datasets: large.csv\n',
        { returnCode: 0, error: null }
      ]);
      expect(await readFile(output('deep/“er”/result ü.txt'), 'utf8')).toBe('üü');
      const large = await readFile(output('large.bin'));
      expect(large.equals(Buffer.alloc(256 * 40000, Buffer.from([...Array(256).keys()])))).toBe(
        true
      );
      expect((await readdir(output(''))).sort()).toEqual(['deep', 'empty', 'large.bin']);
      // It worked in a folder of its own, with the environment of its host.
      const said = /^in (.*)\/work with hello (.*)\n$/.exec(bench.text());
      expect(said?.[1]).not.toContain(bench.folder);
      expect(said?.[2]).not.toBe('/nowhere');
    }
  );

  it('travel with a bash notebook, as far as they are small', async () => {
    const script = await writeNotebook(bench, BASH, 'bash');
    const result = await bench.execute(open('kernel'), script, { environment: folders(bench) });
    expect(result.error).toBeNull();
    expect(await readFile(output('copy ü'), 'utf8')).toBe('{"value": "ü"}');
    expect(await readFile(output('deep/b'), 'utf8')).toBe('def double(b): return b + b\n');
  });

  it('are not moved where the kernel sees ours', async () => {
    const script = await writeNotebook(bench, 'import os; print(os.getcwd())');
    const result = await bench.execute(open('auto'), script, { environment });
    expect([result.error, bench.text()]).toEqual([null, `${bench.folder}/work\n`]);
    expect((await readdir(path.join(bench.folder, 'batch/debug'))).sort()).toEqual([]);
  });

  it('come back from a Python file and a function, and from a script that failed', async () => {
    await writeFile(
      path.join(bench.folder, 'work', 'run.py'),
      'import pathlib, sys\ndef run(output_folder):\n  (output_folder / "f").write_text(__file__)\n  sys.exit(3)\n' +
        'if __name__ == "__main__":\n  print(sys.argv)\n'
    );
    const file: TestScript = { kind: 'python', path: 'run.py', kernel: null, folder: 'work' };
    expect((await bench.execute(open('kernel'), file, { environment })).error).toBeNull();
    expect(bench.text()).toMatch(/^\['\/.*\/work\/run\.py'\]\n$/);
    expect(bench.text()).not.toContain(bench.folder);
    const call: TestScript = {
      kind: 'function',
      module: 'run',
      name: 'run',
      kernel: null,
      folder: 'work'
    };
    const result = await bench.execute(executor, call, { environment });
    expect(result).toMatchObject({ returnCode: 3, error: { code: 'command-failed' } });
    expect(await readFile(output('f'), 'utf8')).toMatch(/\/work\/run\.py$/);
  });

  it('are refused by a language that cannot take them, before it runs', async () => {
    const languages = { get: () => ({ ...GENERIC }) };
    executor = createKernelExecutor({
      places: async () => ({ ...server, rootFolder: null, files: 'kernel' }),
      languages: languages as never,
      log
    });
    const script = await writeNotebook(bench, 'print(1)');
    const result = await bench.execute(executor, script, { environment });
    expect(result.error).toMatchObject({
      code: 'engine-unavailable',
      message: expect.stringContaining('can only run where they see our files')
    });
    expect(bench.text()).toBe('');
  });

  it('stop travelling when the run is stopped', async () => {
    const script = await writeNotebook(
      bench,
      'import time\nprint("started", flush=True)\ntime.sleep(60)'
    );
    const running = bench.execute(open('kernel'), script, { environment });
    await bench.abortAfter('started', 'stopped');
    expect((await running).error?.code).toBe('stopped');
  });
});

const GENERIC = { names: [''], isPipelined: false, epilogue: null, prelude: () => null };

function folders(bench: ScriptBench): Record<string, string> {
  const folder = (step: string) => path.join(bench.folder, 'batch', step);
  return {
    GREETING: 'hello',
    HOME: '/nowhere',
    PATH: '/nowhere',
    CROSSCOMPUTE_INPUT_FOLDER: folder('input'),
    CROSSCOMPUTE_OUTPUT_FOLDER: folder('output')
  };
}
