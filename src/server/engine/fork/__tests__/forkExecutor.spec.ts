import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IScriptResult } from '../../../../core/run/execution';
import {
  ScriptBench,
  executorContract,
  expectBalancedSpans,
  isAlive
} from '../../../../testing/executorContract';
import { PROJECT_FOLDER, describeWithJupyter, until } from '../../../../testing/jupyterServer';
import { createLog } from '../../../log';
import { createForkExecutor } from '../forkExecutor';
import type { IForkExecutor } from '../forkExecutor';
import { writeNotebook } from './notebooks';

const log = createLog('silent');

describeWithJupyter('createForkExecutor()', python => {
  let executor: IForkExecutor;
  let bench: ScriptBench;
  const create = () =>
    createForkExecutor({
      script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
      findPython: async () => python,
      environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' },
      log
    });

  let folder: string;
  const temporary = process.env.TMPDIR;

  beforeAll(async () => {
    // Of its own, to see what is left there.
    folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-test-'));
    process.env.TMPDIR = folder;
    executor = create();
  });

  afterAll(async () => {
    await executor.close();
    expect(readdirSync(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    if (temporary === undefined) {
      delete process.env.TMPDIR;
    } else {
      process.env.TMPDIR = temporary;
    }
  });

  beforeEach(async () => {
    bench = await ScriptBench.create("an “automation” of' ü $HOME");
  });

  afterEach(async () => {
    await bench.remove();
  });

  const run = async (
    cells: Parameters<typeof writeNotebook>[1],
    more: { environment?: Record<string, string>; in?: ScriptBench } = {}
  ): Promise<IScriptResult> => {
    const it = more.in ?? bench;
    return it.execute(executor, await writeNotebook(it, cells), more);
  };

  executorContract('the fork executor with notebooks', () => executor, {
    counts: (it, n) =>
      writeNotebook(it, [`for i in range(1, ${n} + 1):\n    print(i, flush=True)`]),
    fails: it => writeNotebook(it, ['print("before")', '1 / 0', 'print("never")']),
    hangs: it =>
      writeNotebook(it, ['import os, time\nprint("started", os.getpid())\ntime.sleep(1000)'])
  });

  executorContract('the fork executor with Python files', () => executor, {
    counts: (it, n) => writePython(it, `for i in range(${n}):\n    print(i + 1, flush=True)`),
    fails: it => writePython(it, 'print("before")\n1 / 0'),
    hangs: it => writePython(it, 'import os, time\nprint("started", os.getpid())\ntime.sleep(1000)')
  });

  executorContract('the fork executor with what ignores interrupts', () => executor, {
    counts: (it, n) => writePython(it, `for i in range(${n}):\n    print(i + 1)`),
    fails: it => writePython(it, 'print("before")\nraise SystemExit(3)'),
    hangs: it =>
      writePython(
        it,
        'import os, signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint("started", os.getpid())\ntime.sleep(1000)'
      )
  });

  it('calls a function', async () => {
    await writeFile(
      path.join(bench.folder, 'tip.py'),
      'def calculate(input_folder):\n    print(input_folder.name)'
    );
    const script = { kind: 'function', module: 'tip', name: 'calculate', kernel: null } as const;
    expect(await bench.execute(executor, script)).toEqual({ returnCode: 0, error: null });
    expect(bench.text()).toBe('input\n');
    expect(existsSync(path.join(bench.folder, '__pycache__'))).toBe(false);
  });

  it('delivers 5,000 flushed lines completely and in order', async () => {
    await run(['for i in range(5000):\n    print(i, "ü€😀", flush=True)']);
    expect(bench.text()).toBe(Array.from({ length: 5000 }, (_, i) => `${i} ü€😀\n`).join(''));
  });

  it('delivers what native code and other processes write, whatever its size', async () => {
    const result = await run([
      'import os, subprocess\nos.write(1, b"x" * 3_000_000)\nos.write(2, "é".encode()[:1])\nos.write(2, "é".encode()[1:])',
      'subprocess.run("echo from the shell; echo wrong >&2", shell=True)\nprint("after")'
    ]);
    expect(result.returnCode).toBe(0);
    expect(bench.text()).toBe(`${'x'.repeat(3_000_000)}from the shell\nafter\n`);
    expect(bench.text('stderr')).toBe('éwrong\n');
  });

  it('shows a line that is not finished while the cell goes on', async () => {
    const running = run(['import time\nprint("half", end="")\ntime.sleep(1000)']);
    await until('it is shown', () => bench.text() === 'half');
    bench.abort.abort('stopped');
    expect((await running).error?.code).toBe('stopped');
  });

  it('keeps the state of runs apart', async () => {
    const others = await Promise.all([1, 2, 3].map(() => ScriptBench.create()));
    const cells = [
      'import os, random, sys, time\nimport numpy.random\nassert "mine" not in globals() and not hasattr(numpy, "mine")\nmine = numpy.mine = 1\nos.environ["MINE"] = "1"\ntime.sleep(0.1)',
      'print(os.getcwd(), os.environ["NAME"], "OTHER" in os.environ, random.random(), numpy.random.rand())'
    ];
    const results = await Promise.all(
      others.map((each, index) =>
        run(cells, {
          in: each,
          environment: {
            PATH: process.env.PATH ?? '',
            HOME: process.env.HOME ?? '/',
            NAME: `run ${index}`
          }
        })
      )
    );
    const lines = others.map(each => each.text().trim().split(' '));
    expect(results.map(({ error }) => error)).toEqual([null, null, null]);
    others.forEach((each, index) => {
      expect(each.text()).toContain(`${each.folder} run ${index} False `);
    });
    expect(new Set(lines.map(words => words[words.length - 1])).size).toBe(3);
    expect(new Set(lines.map(words => words[words.length - 2])).size).toBe(3);
    await Promise.all(others.map(each => each.remove()));
  });

  it('says at once that a fork was killed, and in which cell', async () => {
    const running = run([
      'x = 1',
      'import os, subprocess\nother = subprocess.Popen(["sleep", "1000"])\nprint(os.getpid(), other.pid)\nother.wait()'
    ]);
    await until('it runs', () => bench.text().endsWith('\n'));
    const [pid, other] = bench.text().split(' ').map(Number);
    process.kill(pid, 'SIGKILL');
    const result = await running;
    expect(result).toMatchObject({ returnCode: -30, error: { code: 'kernel-died', cell: 2 } });
    await until('nothing is left', () => !isAlive(pid) && !isAlive(other));
    expectBalancedSpans(bench);
  });

  it('survives the death of its fork server: the run fails, the next one works', async () => {
    const running = run([
      'import os, subprocess\nother = subprocess.Popen(["sleep", "1000"])\nprint(os.getpid(), other.pid, os.getppid())\nother.wait()'
    ]);
    await until('it runs', () => bench.text().endsWith('\n'));
    const [pid, other, parent] = bench.text().split(' ').map(Number);
    process.kill(parent, 'SIGKILL');
    expect(await running).toMatchObject({ returnCode: -30, error: { code: 'kernel-died' } });
    await until('nothing is left', () => !isAlive(pid) && !isAlive(other) && !isAlive(parent));
    expect((await run(['import os, subprocess'])).returnCode).toBe(0);
  });

  it('leaves nothing of what a run started in the background', async () => {
    await run(['import subprocess\nother = subprocess.Popen(["sleep", "1000"])\nprint(other.pid)']);
    await until('it is gone', () => !isAlive(Number(bench.text())));
  });

  it('goes on after a welcome error, and refuses to ask for input', async () => {
    const result = await run([
      { code: '1 / 0', tags: ['raises-exception'] },
      'print("went on")\ninput("who?")'
    ]);
    expect(result.error).toMatchObject({ code: 'input-requested', cell: 2 });
    expect(bench.text()).toBe('went on\n');
  });

  it('ends with the author: exit(), sys.exit() and a code', async () => {
    expect(await run(['exit()', 'print("never")'])).toEqual({ returnCode: 0, error: null });
    expect(await run(['import sys\nsys.exit()', 'print("never")'])).toMatchObject({ error: null });
    expect(await run(['import sys\nsys.exit(3)'])).toMatchObject({ returnCode: 3 });
    expect(await run(['import os\nos._exit(0)'])).toMatchObject({ returnCode: -30 });
    expect(bench.text()).toBe('');
  });

  it('ends all processes when it is closed', async () => {
    const other = create();
    await bench.execute(other, await writeNotebook(bench, ['import os\nprint(os.getppid())']));
    const parent = Number(bench.text());
    await until('a spare child waits', () => childrenOf(parent).length === 1);
    const [spare] = childrenOf(parent);
    await other.close();
    expect(isAlive(parent)).toBe(false);
    await until('the spare child is gone', () => !isAlive(spare));
  });

  it('runs the next script in the spare child, or in another when that was killed', async () => {
    const cells = ['import os\nprint(os.getpid(), os.getppid(), [_, Out, len(In)])'];
    await run(cells);
    const parent = Number(bench.text().split(' ')[1]);
    for (const isKilled of [false, true]) {
      await until('a spare child waits', () => childrenOf(parent).length === 1);
      const [spare] = childrenOf(parent);
      if (isKilled) {
        process.kill(spare, 'SIGKILL');
        await until('it is buried', () => !childrenOf(parent).includes(spare));
      }
      bench.entries.length = 0;
      expect(await run(cells)).toEqual({ returnCode: 0, error: null });
      expect(Number(bench.text().split(' ')[0]) === spare).toBe(!isKilled);
      // Nothing of what it did to be warm is to be seen.
      expect(bench.text()).toContain("['', {}, 2]");
    }
  });

  it('ends a fork server that nobody wants', async () => {
    const other = createForkExecutor({
      script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
      findPython: async () => python,
      environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' },
      log,
      idleMs: 1
    });
    await bench.execute(other, await writeNotebook(bench, ['import os\nprint(os.getppid())']));
    await until('it is gone', () => !isAlive(Number(bench.text())));
    await other.close();
  });

  it('has one warm parent with one thread, and forks with the imports of the notebook', async () => {
    await run(['import sys, os\nprint("pandas" in sys.modules, os.getppid())\nimport pandas']);
    const parent = Number(bench.text().split(' ')[1]);
    expect(bench.text()).toContain('True');
    expect(readFileSync(`/proc/${parent}/status`, 'utf8')).toMatch(/Threads:\s+1\n/);
  });
});

/** Ids of the processes that a process has started, and that are not buried. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(text => text !== '')
    .map(Number);
}

async function writePython(
  bench: ScriptBench,
  source: string
): Promise<{ kind: 'python'; path: string; kernel: null }> {
  await writeFile(path.join(bench.folder, 'run.py'), source);
  return { kind: 'python', path: 'run.py', kernel: null };
}
