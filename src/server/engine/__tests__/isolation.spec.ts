import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ScriptBench } from '../../../testing/executorContract';
import type { TestScript } from '../../../testing/executorContract';
import { PROJECT_FOLDER, describeWithJupyter } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { writeNotebook } from '../fork/__tests__/notebooks';
import { createForkExecutor } from '../fork/forkExecutor';
import type { IForkExecutor } from '../fork/forkExecutor';
import { createIsolatingExecutor } from '../isolation';
import { SUCCESS } from '../scriptFailure';

const lines: string[] = [];
const log = createLog('debug', line => lines.push(line));
const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' };

describeWithJupyter('createIsolatingExecutor()', python => {
  let forks: IForkExecutor;
  let bench: ScriptBench;
  let kernelRuns: number;

  beforeAll(() => {
    forks = createForkExecutor({
      script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
      findPython: async kernel => (kernel === 'python3' ? python : null),
      environment,
      log
    });
  });

  afterAll(async () => {
    await forks.close();
  });

  beforeEach(async () => {
    kernelRuns = 0;
    lines.length = 0;
    bench = await ScriptBench.create();
  });

  afterEach(async () => {
    await bench.remove();
  });

  const kernels = {
    kinds: ['notebook', 'python', 'function'] as const,
    execute: async () => {
      kernelRuns += 1;
      return SUCCESS;
    }
  };

  type More = Parameters<ScriptBench['execute']>[2];
  /** Where a script of a sweep runs. */
  const place = async (script: TestScript, more: More = {}): Promise<string> => {
    const executor = createIsolatingExecutor({ kernels, forks, log, showsKernels: true });
    const result = await bench.execute(executor, script, { isSweep: true, ...more });
    return kernelRuns ? 'kernel' : (result.error?.message ?? 'fork');
  };

  it('runs a batch of a sweep in a fork, and what a person asks for in a kernel', async () => {
    const script = await writeNotebook(bench, ['print("here")']);
    expect(await place(script)).toBe('fork');
    expect(bench.text()).toBe('here\n');
    expect(await place(script, { isSweep: false })).toBe('kernel');
  });

  it('runs what readers ask for in a fork where nobody sees kernels', async () => {
    const executor = createIsolatingExecutor({ kernels, forks, log, showsKernels: false });
    const script = await writeNotebook(bench, ['print("here")']);
    await bench.execute(executor, script, { isSweep: false });
    expect(bench.text()).toBe('here\n');
    await bench.execute(executor, script, { isSweep: false, isolation: 'kernel' });
    expect(kernelRuns).toBe(1);
  });

  it('does what the configuration says', async () => {
    const script = await writeNotebook(bench, ['1']);
    expect(await place(script, { isolation: 'fork', isSweep: false })).toBe('fork');
    expect(await place(script, { isolation: 'kernel' })).toBe('kernel');
  });

  it.each([
    ['import ipyparallel', /imports ipyparallel/],
    ['from torch import nn', /imports torch, which uses a GPU/],
    ['import os\nos.environ["OMP_NUM_THREADS"] = "1"\nimport json', /sets OMP_NUM_THREADS/],
    ["import os\nos.environ.setdefault('CUDA_VISIBLE_DEVICES', '')", /CUDA_VISIBLE_DEVICES/],
    ['%env MKL_NUM_THREADS=2', /sets MKL_NUM_THREADS/],
    ['%matplotlib widget', /%matplotlib widget/],
    ['  %pylab', /%pylab/]
  ])('runs a notebook with %j in a kernel', async (code, reason) => {
    expect(await place(await writeNotebook(bench, [code]))).toBe('kernel');
    expect(lines.join('')).toMatch(reason);
  });

  it.each([
    'OMP_NUM_THREADS',
    'CUDA_VISIBLE_DEVICES',
    'PYTHONPATH',
    'PYTHONHASHSEED',
    'MPLCONFIGDIR',
    'LC_ALL',
    'TMPDIR'
  ])('runs in a kernel what %s changes at the start of Python', async name => {
    const script = await writeNotebook(bench, ['1']);
    expect(await place(script, { environment: { ...environment, [name]: '/1' } })).toBe('kernel');
    expect(lines.join('')).toContain(`${name} is read when Python starts`);
  });

  it('runs in a fork what reads variables, or sets others', async () => {
    const code = 'import os\nos.environ["MINE"] = os.environ["HOME"]\nos.environ.get("LANG")';
    expect(await place(await writeNotebook(bench, [code]))).toBe('fork');
  });

  it('runs a notebook of another kernel in that kernel', async () => {
    expect(await place(await writeNotebook(bench, ['ls'], 'bash'))).toBe('kernel');
    expect(await place(await writeNotebook(bench, ['1'], 'mine'))).toBe('kernel');
  });

  it.each(['matplotlibrc', '.numba_config.yaml'])(
    'runs in a kernel what reads a %s',
    async name => {
      await writeFile(path.join(bench.folder, name), '');
      expect(await place(await writeNotebook(bench, ['1']))).toBe('kernel');
      expect(lines.join('')).toContain(`its folder has a ${name}`);
    }
  );

  it('runs in a kernel where the system is not Linux', async () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform');
    Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
    try {
      expect(await place(await writeNotebook(bench, ['1']))).toBe('kernel');
      expect(lines.join('')).toContain('forks work on Linux only');
    } finally {
      Object.defineProperty(process, 'platform', platform ?? {});
    }
  });

  it('runs in a kernel what has a module of its own with the name of a loaded one', async () => {
    const script = await writeNotebook(bench, ['import json']);
    await mkdir(path.join(bench.folder, 'pandas'));
    expect(await place(script)).toBe('fork');
    await writeFile(path.join(bench.folder, 'traitlets.py'), '');
    expect(await place(script)).toBe('kernel');
    expect(lines.join('')).toContain('traitlets');
  });

  it('never loads a module of the automation before it forks', async () => {
    await writeFile(path.join(bench.folder, 'mine.py'), 'import os\nprint("loaded", os.getpid())');
    const script = await writeNotebook(bench, ['import mine, os\nprint("loaded", os.getpid())']);
    expect(await place(script)).toBe('fork');
    const [first, second] = bench.text().trim().split('\n');
    expect(first).toBe(second);
  });

  it('says why what is to run in a fork cannot', async () => {
    const script = await writeNotebook(bench, ['import ipyparallel']);
    expect(await place(script, { isolation: 'fork' })).toMatch(/imports ipyparallel.*auto/);
  });

  it('leaves it to the execution to say that a notebook is missing', async () => {
    const script = { kind: 'notebook', path: 'none.ipynb', kernel: null } as const;
    expect(await place(script)).toMatch(/does not exist/);
  });

  it.each([
    [
      'starts a thread',
      'import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()',
      /starts threads/
    ],
    ['prints', 'print("hello from far")', /hello from far/],
    ['fails', '1 / 0', /ZeroDivisionError/],
    ['opens a connection', 'import socket\nkept = socket.socket()', /opens a connection/],
    ['loads what needs a GPU', 'import sys\nsys.modules["torch"] = sys', /needs torch/]
  ])(
    'runs in a kernel when an installed package %s as it is imported',
    async (_, source, reason) => {
      const installed = path.join(path.dirname(bench.folder), 'lib', 'site-packages');
      await mkdir(installed, { recursive: true });
      await writeFile(path.join(installed, 'faraway.py'), source);
      const own = { ...environment, PYTHONPATH: installed };
      const cautious = createForkExecutor({
        script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
        findPython: async () => python,
        environment: own,
        log
      });
      const executor = createIsolatingExecutor({
        kernels,
        forks: cautious,
        log,
        showsKernels: true
      });
      const script = await writeNotebook(bench, ['import faraway']);
      await bench.execute(executor, script, { isSweep: true, environment: own });
      await cautious.close();
      expect(kernelRuns).toBe(1);
      expect(lines.join('')).toMatch(reason);
    }
  );

  it('runs in a kernel where Python is not one of ipykernel', async () => {
    const broken = createForkExecutor({
      script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
      findPython: async () => '/nowhere/python',
      environment,
      log
    });
    const executor = createIsolatingExecutor({ kernels, forks: broken, log, showsKernels: true });
    await bench.execute(executor, await writeNotebook(bench, ['1']), { isSweep: true });
    expect(kernelRuns).toBe(1);
    expect(lines.join('')).toMatch(/ENOENT/);
    await broken.close();
  });
});
