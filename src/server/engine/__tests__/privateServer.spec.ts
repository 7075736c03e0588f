import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ScriptBench, isAlive } from '../../../testing/executorContract';
import { PROJECT_FOLDER, describeWithJupyter, until } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { createKernelExecutor } from '../kernelExecutor';
import { findKernelPython } from '../kernelPython';
import { startPrivateServer } from '../privateServer';
import type { IOwnedPlace } from '../place';

describeWithJupyter('startPrivateServer()', python => {
  const lines: string[] = [];
  const log = createLog('debug', line => lines.push(line));
  const environment = {
    ...process.env,
    PYTHONPATH: PROJECT_FOLDER,
    PATH: `${path.dirname(python)}${path.delimiter}${process.env.PATH}`
  };
  let place: IOwnedPlace;
  let bench: ScriptBench;

  beforeAll(async () => {
    place = await startPrivateServer({ python, rootFolder: '/', log, environment });
  });

  afterAll(async () => {
    await place.close();
    await expect(fetch(`${place.baseUrl}api/status`)).rejects.toThrow();
  });

  beforeEach(async () => {
    bench = await ScriptBench.create();
  });

  afterEach(async () => {
    await bench.remove();
  });

  const run = async (source: string) => {
    const executor = createKernelExecutor({ places: async () => place, log });
    await writeFile(path.join(bench.folder, 'run.py'), source);
    const result = await bench.execute(executor, { kind: 'python', path: 'run.py', kernel: null });
    await executor.close();
    return result;
  };

  it('lets nobody in without the token, which no process shows', async () => {
    expect((await fetch(`${place.baseUrl}api/kernels`)).status).toBe(403);
    const authorization = { Authorization: `token ${place.token}` };
    const answer = await fetch(`${place.baseUrl}api/kernels`, { headers: authorization });
    expect(answer.status).toBe(200);
    await run('import os\nprint(open("/proc/%d/cmdline" % os.getppid()).read(), dict(os.environ))');
    expect(bench.text()).toContain('private_server');
    expect(bench.text()).not.toContain(place.token);
    expect(lines.join('')).not.toContain(place.token);
  });

  it('delivers more messages than Jupyter lets pass in its time', async () => {
    // Its limit is 3,000 in 3 seconds.
    const result = await run(
      'from IPython.display import display\nfor i in range(5000):\n    display(i)\nprint("end")'
    );
    expect(result).toEqual({ returnCode: 0, error: null });
    expect(bench.entries.filter(entry => 'message' in entry).length).toBe(5000);
    expect(bench.text()).toBe('end\n');
    expect(bench.text('stderr')).toBe('');
  });

  it('runs python3 with the first Python on PATH that has ipykernel', async () => {
    await run('import sys\nprint(sys.executable)');
    expect(bench.text().trim()).toBe(await findKernelPython(environment));
  });

  it('takes its kernels along when it is closed, whatever they do', async () => {
    const other = await startPrivateServer({ python, rootFolder: '/', log, environment });
    const executor = createKernelExecutor({ places: async () => other, log });
    const file = path.join(bench.folder, 'run.py');
    await writeFile(
      file,
      'import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(os.getpid(), flush=True)\ntime.sleep(1000)'
    );
    const running = bench.execute(executor, { kind: 'python', path: 'run.py', kernel: null });
    await until('it runs', () => bench.text().endsWith('\n'));
    await other.close();
    expect((await running).error?.code).toMatch(/kernel-died|engine-unavailable/);
    await until('the kernel is gone', () => !isAlive(Number(bench.text())));
    await executor.close();
  });

  it('says why it does not start, and leaves nothing', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-test-'));
    const broken = path.join(folder, 'python');
    await writeFile(broken, '#!/bin/sh\necho "no jupyter here" >&2\npwd > "$0.log"\nexit 3\n', {
      mode: 0o755
    });
    const folders = async () =>
      (await readdir(tmpdir())).filter(name => name.startsWith('crosscompute-jupyter-')).length;
    const before = await folders();
    const starting = startPrivateServer({ python: broken, rootFolder: '/', log, environment });
    await expect(starting).rejects.toThrow(/code 3[^]*no jupyter here/);
    expect(existsSync((await readFile(`${broken}.log`, 'utf8')).trim())).toBe(false);
    const none = path.join(folder, 'none');
    await expect(
      startPrivateServer({ python: none, rootFolder: '/', log, environment })
    ).rejects.toThrow(/ENOENT/);
    expect(await folders()).toBe(before);
    await rm(folder, { recursive: true });
  });
});

describe('findKernelPython()', () => {
  it('passes over a Python without ipykernel, and finds none where there is none', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-test-'));
    await writeFile(path.join(folder, 'python3'), '#!/bin/sh\necho\n', { mode: 0o755 });
    expect(await findKernelPython({ PATH: `${folder}:relative:/nowhere` })).toBeNull();
    expect(await findKernelPython({})).toBeNull();
    await rm(folder, { recursive: true });
  });
});
