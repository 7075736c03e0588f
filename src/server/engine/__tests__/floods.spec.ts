import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ScriptBench } from '../../../testing/executorContract';
import { describeWithJupyter, startJupyterServer } from '../../../testing/jupyterServer';
import type { ITestServer } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { createKernelExecutor } from '../kernelExecutor';
import type { IOwnedExecutor } from '../kernelExecutor';

const log = createLog('silent');
const LINES = 50_000;

/** What C code and child processes write in the middle of a flood. */
const OTHERS = `
import ctypes, os, subprocess, sys
from multiprocessing import get_context
os.write(1, b"descriptor\\n")
c = ctypes.CDLL(None)
c.printf(b"printf\\n")
c.fflush(None)
def say():
    print("fork", flush=True)
`;

const FLOOD = `
import sys
for number in range(${LINES}):
    print(f"line {number}", flush=True)
print("warning", file=sys.stderr, flush=True)
process = get_context("fork").Process(target=say)
process.start()
process.join()
subprocess.run([sys.executable, "-c", "print('child')"], check=True)
`;

// The server of these tests is not ours: it has the limits that Jupyter comes with.
describeWithJupyter('a flood of text in a server with limits', python => {
  let server: ITestServer;
  let executor: IOwnedExecutor;
  let bench: ScriptBench;

  beforeAll(async () => {
    server = await startJupyterServer(python, '/');
  });

  afterAll(async () => {
    await server.close();
  });

  beforeEach(async () => {
    executor = createKernelExecutor({ places: async () => server, log });
    bench = await ScriptBench.create('flood');
  });

  afterEach(async () => {
    await executor.close();
    await bench.remove();
  });

  const execute = async (kernel: string, cells: string[]) => {
    const notebook = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: kernel, display_name: kernel } },
      cells: cells.map(source => ({
        ...{ cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }
      }))
    };
    await writeFile(path.join(bench.folder, 'run.ipynb'), JSON.stringify(notebook));
    return bench.execute(executor, { kind: 'notebook', path: 'run.ipynb', kernel: null });
  };

  it('is complete and in order from Python, whoever wrote it', async () => {
    const result = await execute('python3', [OTHERS, FLOOD, 'print("end")']);
    expect(result).toEqual({ returnCode: 0, error: null });
    const lines = bench.text().split('\n');
    const numbered = lines.filter(line => line.startsWith('line '));
    expect(numbered.length).toBe(LINES);
    expect(numbered.findIndex((line, number) => line !== `line ${number}`)).toBe(-1);
    const others = lines.filter(line => line && !line.startsWith('line '));
    expect(others.sort()).toEqual(['child', 'descriptor', 'end', 'fork', 'printf']);
    expect(bench.text('stderr')).toBe('warning\n');
    // What took one message each would be as many entries.
    expect(bench.entries.length).toBeLessThan(LINES / 50);
  }, 120_000);

  it('keeps its place before outputs, and what was said before an error', async () => {
    const cell = `
from IPython.display import display
for number in range(1000):
    print(number, flush=True)
display("figure")
for number in range(1000):
    print(number, flush=True)
1 / 0`;
    const result = await execute('python3', [cell, 'print("never")']);
    expect(result.error?.name).toBe('ZeroDivisionError');
    const kinds = bench.entries.flatMap(entry =>
      entry.kind === 'output' ? ['text' in entry ? 'text' : entry.message.type] : []
    );
    const places = kinds.filter((kind, index) => kind !== kinds[index - 1]);
    expect(places).toEqual(['text', 'display_data', 'text', 'error']);
    const numbers = Array.from({ length: 1000 }, (_, number) => `${number}\n`).join('');
    expect(bench.text()).toBe(numbers + numbers);
  });

  it('says where Jupyter left out text', async () => {
    // Its limit is 3 MB in 3 seconds.
    const result = await execute('python3', ['print("x" * 4_000_000)']);
    expect(result).toEqual({ returnCode: 0, error: null });
    expect(bench.text('stderr')).toContain('Jupyter left out a part of what was said');
    expect(bench.text('stderr')).not.toContain('IOPub');
  });
});
