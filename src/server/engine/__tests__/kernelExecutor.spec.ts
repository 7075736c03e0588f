import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IScriptResult } from '../../../core/run/execution';
import {
  ScriptBench,
  executorContract,
  expectBalancedSpans,
  isAlive
} from '../../../testing/executorContract';
import { describeWithJupyter, startJupyterServer, until } from '../../../testing/jupyterServer';
import type { ITestServer } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { createKernelExecutor } from '../kernelExecutor';
import type { IOwnedExecutor } from '../kernelExecutor';

const log = createLog('silent');

/** What tells a kernel that it is not the first of its kind. */
const MARK = path.join(tmpdir(), `crosscompute-test-unsteady-${process.pid}`);
/** A kernel of which the first dies before it is ready, though not before somebody may have seen it. */
const DIES_FIRST = [
  'import os, sys, time',
  'if not os.path.exists(sys.argv[1]): open(sys.argv[1], "x"); time.sleep(1); sys.exit(1)',
  'os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", sys.argv[2]])'
].join('\n');

/** A cell of a notebook: code, or with tags, or Markdown. */
type TestCell = string | { code: string; tags: string[] } | { markdown: string };

async function writeNotebook(
  bench: ScriptBench,
  cells: TestCell[],
  kernel = 'python3',
  name = 'run.ipynb'
): Promise<{ kind: 'notebook'; path: string; kernel: null }> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel } },
    cells: cells.map(cell =>
      typeof cell === 'string' || 'code' in cell
        ? {
            cell_type: 'code',
            metadata: typeof cell === 'string' ? {} : { tags: cell.tags },
            source: typeof cell === 'string' ? cell : cell.code,
            outputs: [],
            execution_count: null
          }
        : { cell_type: 'markdown', metadata: {}, source: cell.markdown }
    )
  };
  await writeFile(path.join(bench.folder, name), JSON.stringify(notebook));
  return { kind: 'notebook', path: name, kernel: null };
}

describeWithJupyter('createKernelExecutor() with a real Jupyter server', python => {
  let server: ITestServer;
  let executor: IOwnedExecutor;
  let bench: ScriptBench;

  beforeAll(async () => {
    const unsteady = {
      name: 'unsteady',
      language: 'python',
      argv: [python, '-c', DIES_FIRST, MARK, '{connection_file}']
    };
    server = await startJupyterServer(python, '/', { CROSSCOMPUTE_TEST_SECRET: 'secret' }, [
      unsteady
    ]);
  });

  afterAll(async () => {
    await server.close();
  });

  beforeEach(async () => {
    executor = createKernelExecutor({ places: async () => server, log });
    bench = await ScriptBench.create("an “automation” of' ü $HOME");
  });

  afterEach(async () => {
    await executor.close();
    expect(await server.kernels()).toEqual([]);
    expect(bench.kernels.length === 0 || bench.kernels[bench.kernels.length - 1] === null).toBe(
      true
    );
    await bench.remove();
  });

  const run = async (
    cells: TestCell[],
    more: { kernel?: string; environment?: Record<string, string> } = {}
  ): Promise<IScriptResult> =>
    bench.execute(executor, await writeNotebook(bench, cells, more.kernel), more);

  executorContract('the kernel executor with notebooks', () => executor, {
    counts: (it, n) =>
      writeNotebook(it, [`for i in range(1, ${n} + 1):\n    print(i, flush=True)`]),
    fails: it => writeNotebook(it, ['print("before")', '1 / 0', 'print("never")']),
    hangs: it =>
      writeNotebook(it, ['import os, time\nprint("started", os.getpid())\ntime.sleep(1000)'])
  });

  describe('notebooks', () => {
    it('writes text, rich outputs and errors in their order', async () => {
      const result = await run([
        { markdown: '# Show\nand tell' },
        'from IPython.display import display, clear_output, HTML\nprint("a")\nhandle = display(HTML("<b>1</b>"), display_id=True)\nprint("b")\n42',
        'handle.update(HTML("<b>2</b>"))\nclear_output()',
        { code: 'raise ValueError("welcome")', tags: ['raises-exception'] },
        'import sys\nprint("ü €", file=sys.stderr)'
      ]);
      expect(result).toEqual({ returnCode: 0, error: null });
      const outputs = bench.entries.flatMap(entry =>
        entry.kind !== 'output'
          ? []
          : 'stream' in entry
            ? [[entry.cell, entry.stream, entry.text]]
            : [[entry.cell, entry.message.type]]
      );
      expect(outputs).toEqual([
        [1, 'stdout', 'a\n'],
        [1, 'display_data'],
        [1, 'stdout', 'b\n'],
        [1, 'execute_result'],
        [2, 'update_display_data'],
        [2, 'clear_output'],
        [3, 'error'],
        [4, 'stderr', 'ü €\n']
      ]);
    });

    it('takes its progress from rich outputs, and from stdout where that is said', async () => {
      const mime = 'application/vnd.crosscompute.progress+json';
      const show = `from IPython.display import display\ndisplay({"${mime}": {"fraction": 0.25, "message": "Größe"}}, raw=True)`;
      const script = await writeNotebook(bench, [show, 'print("0.5\\thalf")\nprint("junk")', '1']);
      const result = await bench.execute(executor, { ...script, protocol: 'progress' });
      expect(result).toEqual({ returnCode: 0, error: null });
      expect(bench.progress()).toEqual([
        [0.25, 'Größe'],
        [0.5, 'half']
      ]);
      expect(bench.messages()).toEqual(['execute_result']);
      expect(bench.text()).toBe('');
      expect(bench.text('stderr')).toMatch(/^invalid program: .*got 'junk'\n$/);
    });

    it('writes spans for script, kernel start and cells', async () => {
      await run([
        { markdown: '# Load *it*' },
        '1',
        '',
        { code: '2', tags: ['skip-execution'] },
        '# last\n3'
      ]);
      const spans = bench.spans().filter(span => span.ph === 'B');
      expect(spans.map(({ name, script, cell, cells }) => [name, script, cell, cells])).toEqual([
        ['run.ipynb', 0, undefined, 2],
        ['kernel start', undefined, undefined, undefined],
        ['cell 1 “Load it”', 0, 1, undefined],
        ['cell 4 “last”', 0, 4, undefined]
      ]);
      const counts = bench
        .spans()
        .flatMap(span => (span.ph === 'E' && span.cell ? [span.execution_count] : []));
      expect(counts).toEqual([1, 2]);
      expectBalancedSpans(bench);
    });

    it('succeeds without any cell', async () => {
      expect(await run([])).toEqual({ returnCode: 0, error: null });
    });

    it('names cell, error and traceback, and runs nothing after it', async () => {
      // So large that many arrive only after the kernel dropped all that it had.
      const size = '#'.repeat(300_000);
      const later = Array.from({ length: 60 }, (_, i) => `open("after-${i}", "w").close()${size}`);
      const result = await run([
        { markdown: 'text' },
        'print("1")',
        'raise KeyError("x")',
        ...later
      ]);
      expect(result.returnCode).toBe(1);
      expect(result.error).toMatchObject({
        code: 'cell-error',
        script: 0,
        cell: 2,
        name: 'KeyError',
        value: "'x'",
        tail: ['1']
      });
      expect(result.error?.message).toBe("KeyError: 'x' (cell 2)");
      expect(result.error?.traceback?.join('\n')).toContain('KeyError');
      await executor.close();
      expect((await readdir(bench.folder)).filter(name => name.startsWith('after'))).toEqual([]);
      const failed = bench.spans().find(span => span.ph === 'E' && span.cell === 2);
      expect(failed).toMatchObject({ ok: false, error: { name: 'KeyError', message: "'x'" } });
    });

    it.each(['exit()', 'quit()', 'import sys; sys.exit()', 'import sys; sys.exit(0)'])(
      'ends well with %s, and runs no further cell',
      async code => {
        const result = await run(['print("first")', code, 'print("never")']);
        expect(result).toEqual({ returnCode: 0, error: null });
        expect(bench.text()).toBe('first\n');
        expect(bench.text('stderr')).toBe('');
        expect(bench.messages()).toEqual([]);
      }
    );

    it('takes over the exit status', async () => {
      const result = await run(['import sys; sys.exit(7)']);
      expect(result.returnCode).toBe(7);
      expect(result.error?.message).toBe('Exited with code 7 in cell 1');
    });

    it('fails at once when a cell asks for input', async () => {
      const result = await run(['name = input("who? ")']);
      expect(result.returnCode).toBe(1);
      expect(result.error).toMatchObject({ code: 'input-requested', cell: 1 });
    });

    it.each([
      [
        'is killed',
        'import os, signal, time\nprint("now", flush=True)\ntime.sleep(0.3)\nos.kill(os.getpid(), signal.SIGKILL)'
      ],
      ['leaves', 'import os, time\nprint("now", flush=True)\ntime.sleep(0.3)\nos._exit(0)']
    ])('says that the kernel died when it %s', async (_, code) => {
      const result = await run(['1', code, 'print("never")']);
      expect(result.returnCode).toBe(-30);
      expect(result.error).toMatchObject({ code: 'kernel-died', cell: 2, tail: ['now'] });
      expectBalancedSpans(bench);
    });

    it('starts another when a kernel dies before it is ready', async () => {
      await rm(MARK, { force: true });
      const result = await run(['print("here")'], { kernel: 'unsteady' });
      await rm(MARK);
      expect(result).toEqual({ returnCode: 0, error: null });
      expect(bench.text()).toBe('here\n');
      expectBalancedSpans(bench);
    });

    it('names the kernels there are when one is missing', async () => {
      const result = await run(['1'], { kernel: 'cobol' });
      expect(result.returnCode).toBe(-10);
      expect(result.error?.code).toBe('kernel-unknown');
      expect(result.error?.message).toBe(
        'Kernel "cobol" is not installed; available: bash, python3, unsteady.'
      );
      expect(bench.kernels).toEqual([]);
    });

    it.each([
      ['', 'empty'],
      ['{', 'not a notebook'],
      ['{"nbformat": 3, "worksheets": []}', 'format 3']
    ])('refuses what is no notebook: %s', async (text, words) => {
      await writeFile(path.join(bench.folder, 'run.ipynb'), text);
      const script = { kind: 'notebook', path: 'run.ipynb', kernel: null } as const;
      const result = await bench.execute(executor, script);
      expect(result.error).toMatchObject({ code: 'configuration-invalid' });
      expect(result.error?.message).toContain(words);
    });

    it('refuses a notebook that does not exist', async () => {
      const script = { kind: 'notebook', path: 'none.ipynb', kernel: null } as const;
      const result = await bench.execute(executor, script);
      expect(result.error?.message).toBe('The notebook none.ipynb does not exist.');
    });

    it('works in its folder and writes nothing but what the author writes', async () => {
      await mkdir(path.join(bench.folder, 'code'));
      await writeFile(path.join(bench.folder, 'code', 'own.py'), 'VALUE = "own"');
      const script = await writeNotebook(
        bench,
        ['import os, own\nprint(os.getcwd(), own.VALUE)'],
        'python3',
        'code/n.ipynb'
      );
      await bench.execute(executor, { ...script, path: 'n.ipynb', folder: 'code' });
      expect(bench.text()).toBe(`${path.join(bench.folder, 'code')} own\n`);
      expect((await readdir(path.join(bench.folder, 'code'))).sort()).toEqual([
        'n.ipynb',
        'own.py'
      ]);
    });

    it('shows exactly the declared environment', async () => {
      const environment = {
        PATH: process.env.PATH ?? '',
        'A-B': ' ü\'"\\ $HOME\n`id` 😀 ',
        EMPTY: ''
      };
      await run(['import os, json\nprint(json.dumps(dict(os.environ)))'], { environment });
      const seen: unknown = JSON.parse(bench.text());
      const own = [
        'MPLBACKEND',
        'TERM',
        'CLICOLOR',
        'FORCE_COLOR',
        'CLICOLOR_FORCE',
        'PAGER',
        'GIT_PAGER'
      ];
      const others = Object.entries(seen as object).filter(([name]) => !own.includes(name));
      expect(Object.fromEntries(others)).toEqual(environment);
    });

    it('keeps the names of the author', async () => {
      await run(['print(sorted(name for name in globals() if "crosscompute" in name))']);
      expect(bench.text()).toBe('[]\n');
    });

    it('writes what child processes, C code and threads write', async () => {
      await run([
        'import os, subprocess, threading\nsubprocess.run(["echo", "child"])\nos.write(1, b"raw\\n")\nthread = threading.Thread(target=print, args=("thread\\n",), kwargs={"end": ""})\nthread.start()\nthread.join()'
      ]);
      expect(bench.text().trim().split('\n').sort()).toEqual(['child', 'raw', 'thread']);
    });

    it('brings to disk what the author forgot to close', async () => {
      await run(['file = open("out.txt", "w")\nn = file.write("text")']);
      expect(await readFile(path.join(bench.folder, 'out.txt'), 'utf8')).toBe('text');
    });

    it('ends a cell that catches the interrupt', async () => {
      const running = run([
        'import os, time\nprint(os.getpid(), flush=True)\nwhile True:\n    try:\n        time.sleep(1000)\n    except KeyboardInterrupt:\n        pass'
      ]);
      await bench.abortAfter('\n', 'stopped');
      expect(await running).toMatchObject({ returnCode: -1, error: { code: 'stopped' } });
      await until('the process is gone', () => !isAlive(Number(bench.text())));
    });

    it('runs two at once, each in its folder', async () => {
      const other = await ScriptBench.create('other');
      const cell = ['import os\nprint(os.path.basename(os.getcwd()))'];
      const results = await Promise.all([
        run(cell),
        other.execute(executor, await writeNotebook(other, cell))
      ]);
      expect(results.map(({ returnCode }) => returnCode)).toEqual([0, 0]);
      expect([bench.text(), other.text()]).toEqual([`${path.basename(bench.folder)}\n`, 'other\n']);
      await other.remove();
    });
  });

  describe('notebooks in bash', () => {
    it('sets folder and environment', async () => {
      const environment = {
        PATH: process.env.PATH ?? '',
        A: ' ü\'"\\ $HOME `id` 😀 !x',
        L: 'x\ny\n'
      };
      const result = await run(
        ['pwd', 'printf "%s|%s|" "$A" "$L"', 'echo "[$CROSSCOMPUTE_TEST_SECRET]"', 'compgen -e'],
        { kernel: 'bash', environment }
      );
      expect(result).toEqual({ returnCode: 0, error: null });
      const text = bench.text().replace(/\r\n/g, '\n');
      expect(text).toContain(`${bench.folder}\n`);
      expect(text).toContain(`${environment.A}|${environment.L}|`);
      expect(text).toContain('[]');
      expect(text).not.toMatch(/^(__crosscompute|JUPYTER|HOME)/m);
    });

    it('stops at a command that fails', async () => {
      const result = await run(['echo one', 'false', 'echo three'], { kernel: 'bash' });
      expect(result.error).toMatchObject({ code: 'cell-error', cell: 2, value: '1' });
      expect(bench.text()).toContain('one');
      expect(bench.text()).not.toContain('three');
    });

    it('refuses a Python file', async () => {
      await writeFile(path.join(bench.folder, 'run.py'), '');
      const result = await bench.execute(executor, {
        kind: 'python',
        path: 'run.py',
        kernel: 'bash'
      });
      expect(result.error?.code).toBe('kernel-unknown');
    });
  });

  describe('Python files', () => {
    const runFile = async (source: string) => {
      await writeFile(path.join(bench.folder, 'run it.py'), source);
      return bench.execute(executor, { kind: 'python', path: 'run it.py', kernel: null });
    };

    it('runs as a program', async () => {
      const result = await runFile(
        'import asyncio, sys\nasync def main():\n    await asyncio.sleep(0)\n    print(__name__, sys.argv, __file__)\nif __name__ == "__main__":\n    asyncio.run(main())\n    loop = asyncio.get_event_loop_policy().new_event_loop()\n    loop.run_until_complete(main())\n    loop.close()'
      );
      expect(result).toEqual({ returnCode: 0, error: null });
      const file = path.join(bench.folder, 'run it.py');
      const quoted = execFileSync(python, ['-c', 'import sys; print([sys.argv[1]])', file]);
      expect(bench.text()).toBe(`__main__ ${quoted.toString().trim()} ${file}\n`.repeat(2));
    });

    it('waits for its threads, and closes its files', async () => {
      await runFile(
        'import threading, time\ndef late():\n    time.sleep(0.3)\n    print("late")\nthreading.Thread(target=late).start()\nfile = open("out.txt", "w")\nfile.write("text")'
      );
      expect(bench.text()).toBe('late\n');
      expect(await readFile(path.join(bench.folder, 'out.txt'), 'utf8')).toBe('text');
    });

    it('shows the traceback from its own first line on', async () => {
      const result = await runFile('def f():\n    raise ValueError("bad ü")\n\nf()\n');
      expect(result.error).toMatchObject({
        code: 'cell-error',
        name: 'ValueError',
        value: 'bad ü'
      });
      expect(result.error?.message).toBe('ValueError: bad ü (run it.py, line 2)');
      const trace = (result.error?.traceback ?? []).join('\n');
      expect(trace).toContain('run it.py');
      expect(trace).not.toContain('crosscompute_run');
    });

    it('shows where its syntax is wrong', async () => {
      const result = await runFile('x = (\n');
      expect(result.error?.name).toBe('SyntaxError');
      const trace = (result.error?.traceback ?? []).join('\n');
      expect(trace).toContain('run it.py');
      expect(trace).not.toContain('crosscompute_run');
    });

    it.each([
      ['sys.exit()', 0],
      ['sys.exit(4)', 4],
      ['sys.exit("no")', 1]
    ])('takes over %s', async (code, status) => {
      const result = await runFile(`import sys\n${code}`);
      expect(result.returnCode).toBe(status);
      expect(bench.text('stderr')).toBe(code.includes('no') ? 'no\n' : '');
    });

    it('says that input cannot be given', async () => {
      expect((await runFile('input()')).error?.code).toBe('input-requested');
    });
  });

  describe('functions', () => {
    const call = async (source: string, name = 'go', module = 'own') => {
      const file = path.join(bench.folder, `${module.replace(/\./g, '/')}.py`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, source);
      return bench.execute(executor, { kind: 'function', module, name, kernel: null });
    };

    it('gives folders as paths, and leaves defaults', async () => {
      const result = await call(
        'def go(output_folder, /, input_folder, *more, factor=2, **rest):\n    (output_folder / "x").write_text(str(factor))\n    print(type(input_folder).__mro__[-2].__name__, input_folder)'
      );
      expect(result).toEqual({ returnCode: 0, error: null });
      expect(bench.text()).toBe(`PurePath ${bench.folder}/batch/input\n`);
      expect(await readFile(path.join(bench.folder, 'batch', 'output', 'x'), 'utf8')).toBe('2');
      expect(await readdir(bench.folder)).not.toContain('__pycache__');
    });

    it('awaits what is asynchronous, in a module of a package', async () => {
      await call(
        'import asyncio\nasync def go():\n    await asyncio.sleep(0)\n    print("done")',
        'go',
        'pack.own'
      );
      expect(bench.text()).toBe('done\n');
    });

    it('prefers its own module to one of Python', async () => {
      await call('def go():\n    print("mine")', 'go', 'code');
      expect(bench.text()).toBe('mine\n');
    });

    it('sees a module that was changed within the same second', async () => {
      await call('def go():\n    print(1)');
      await call('def go():\n    print(2)');
      expect(bench.text()).toBe('1\n2\n');
    });

    it.each([
      ['def stop(): pass', 'go', 'own', 'module "own" has no function "go"; it has stop'],
      ['def go(x): pass', 'go', 'own', 'parameter "x" of go() has no default'],
      ['import not_there', 'go', 'own', "No module named 'not_there'"]
    ])('says what is wrong with %s', async (source, name, module, words) => {
      const result = await call(source, name, module);
      expect(result.returnCode).toBe(1);
      expect(result.error?.message).toContain(words);
      expect((result.error?.traceback ?? []).join('\n')).not.toContain('crosscompute_run');
    });

    it('says where a module is missing', async () => {
      const script = { kind: 'function', module: 'none.there', name: 'go', kernel: null } as const;
      const result = await bench.execute(executor, script);
      expect(result.error?.message).toContain('there is no module "none.there" in');
    });
  });
});
