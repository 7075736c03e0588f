import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IVariable, StepName } from '../../../core/automation/automation';
import { ScriptBench, isAlive } from '../../../testing/executorContract';
import { until } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { createCommandExecutor } from '../commandExecutor';

const executor = createCommandExecutor({ log: createLog('silent'), patienceMs: 300 });

function variable(step: StepName, id: string, more: Partial<IVariable>): IVariable {
  return {
    ...{ step, id, view: 'string', path: 'variables.dictionary', label: id, configuration: {} },
    ...{ mode: null, isRequired: false, isRequiredExplicit: false, level: null },
    position: { file: '', line: 1, column: 1 },
    ...more
  };
}

describe('a program of the progress protocol', () => {
  let bench: ScriptBench;

  /** Run a shell script with inputs `host`, `n`, `none` and `photo`, and `report.txt` as its result. */
  const run = async (code: string, result: string | null = 'report') => {
    await writeFile(path.join(bench.folder, 'process.sh'), code);
    const inputs = [
      variable('input', 'host', {}),
      variable('input', 'n', { view: 'number' }),
      variable('input', 'none', {}),
      variable('input', 'photo', { view: 'file', path: 'photo{suffix}' })
    ];
    const outputs = [variable('output', 'report', { path: 'deep/report.txt' })];
    return bench.execute(
      executor,
      {
        kind: 'command',
        command: 'sh process.sh first',
        protocol: 'progress',
        parameters: { inputs: ['n', 'host', 'none', 'photo'], result }
      },
      {
        steps: {
          input: { name: 'input', variables: inputs, templates: [] },
          output: { name: 'output', variables: outputs, templates: [] }
        }
      }
    );
  };
  const outputs = () => readdir(path.join(bench.folder, 'batch/output'), { recursive: true });

  beforeEach(async () => {
    bench = await ScriptBench.create();
    const input = path.join(bench.folder, 'batch', 'input');
    await writeFile(
      path.join(input, 'variables.dictionary'),
      JSON.stringify({ host: "https://h/?a=1&b='ü '", n: 1234 })
    );
    await writeFile(path.join(input, 'photo.png'), 'png');
  });

  afterEach(() => bench.remove());

  it('gets values as arguments, then an empty file that becomes the result', async () => {
    const result = await run(
      'printf "0.5\\thalf\\n"\nfor last; do :; done\ntest -f "$last" && test ! -s "$last" || exit 9\n' +
        'printf "%s|" "$@" > "$last.new"; mv "$last.new" "$last"\n'
    );
    expect(result).toEqual({ returnCode: 0, error: null });
    const words = (
      await readFile(path.join(bench.folder, 'batch/output/deep/report.txt'), 'utf8')
    ).split('|');
    expect(words.slice(0, -2)).toEqual([
      'first',
      '1234',
      "https://h/?a=1&b='ü '",
      '',
      path.join(bench.folder, 'batch/input/photo.png')
    ]);
    expect(bench.progress()).toEqual([[0.5, 'half']]);
    expect(bench.text()).toBe('');
    expect((await outputs()).sort()).toEqual(['deep', 'deep/report.txt']);
  });

  it('gets no file when it has no result', async () => {
    expect((await run('echo "0.$#" ', null)).returnCode).toBe(0);
    expect(bench.progress()).toEqual([[0.5, null]]);
  });

  it('says in its error how it ended, and the end of stderr', async () => {
    const result = await run('printf "0.3\\thi\\n"; printf boom >&2; exit 3');
    expect(result.returnCode).toBe(3);
    expect(result.error?.message).toBe('Exited with code 3\nstderr:\nboom');
    expect(result.error?.tail).toEqual(['boom']);
    expect(await outputs()).toEqual([]);
  });

  it('keeps 64 KiB of stderr, whole characters', async () => {
    const result = await run(
      'i=0; while [ $i -lt 1000 ]; do printf "%099dü" 0 >&2; i=$((i+1)); done; printf end >&2; exit 1'
    );
    const text = result.error?.message.replace('Exited with code 1\nstderr:\n', '') ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(64 * 1024 - 4);
    expect(text).not.toContain('\ufffd');
    expect(text.endsWith('üend')).toBe(true);
  });

  it('fails with -999 when it left the file empty, or removed it', async () => {
    const message = 'invalid program: it should have written to its output file';
    const error = { code: 'output-missing', message };
    expect(await run('echo 1')).toMatchObject({ returnCode: -999, error });
    expect(await run('for last; do :; done; rm "$last"')).toMatchObject({
      returnCode: -999,
      error
    });
    expect(await outputs()).toEqual([]);
  });

  it('fails with -999 when its result cannot be published', async () => {
    await mkdir(path.join(bench.folder, 'batch/output/deep/report.txt/x'), { recursive: true });
    const result = await run('for last; do :; done; echo x > "$last"');
    expect(result.returnCode).toBe(-999);
    expect(result.error?.message).toMatch(/^Failed to link destination file: /);
  });

  it('goes on after lines that say nothing, with a warning for each', async () => {
    expect((await run('echo junk; echo 0.25; echo', null)).returnCode).toBe(0);
    expect(bench.progress()).toEqual([[0.25, null]]);
    expect(bench.text('stderr')).toBe(
      "invalid program: stdout must look like '0.25\\tmessage'; got 'junk'\n" +
        "invalid program: stdout must look like '0.25\\tmessage'; got ''\n"
    );
  });

  it('warns once of half a line that is too long', async () => {
    await run('head -c 300000 /dev/zero | tr "\\0" x; echo; echo 0.5', null);
    expect(bench.progress()).toEqual([[0.5, null]]);
    expect(bench.text('stderr').match(/invalid program/g)).toHaveLength(1);
  });

  it('does not count our warnings as its stderr', async () => {
    const result = await run('echo junk; printf boom >&2; exit 1', null);
    expect(result.error?.message).toBe('Exited with code 1\nstderr:\nboom');
  });

  it('has no stdin', async () => {
    expect((await run('read line && exit 5; exit 0', null)).returnCode).toBe(0);
  });

  it('that is missing ends at once', async () => {
    const result = await bench.execute(executor, {
      kind: 'command',
      command: './no-such-program',
      protocol: 'progress',
      parameters: { inputs: [], result: null }
    });
    expect(result).toMatchObject({ returnCode: -10, error: { code: 'command-not-found' } });
  });

  it('leaves nothing when it is stopped', async () => {
    const running = run('echo 0.1; sleep 1000 & echo $! > log; wait');
    await until('it says how far it is', () => bench.progress().length > 0);
    await until('its child runs', () =>
      readFile(path.join(bench.folder, 'log'), 'utf8').then(
        text => text !== '',
        () => false
      )
    );
    bench.abort.abort('stopped');
    expect((await running).error?.code).toBe('stopped');
    const pid = Number(await readFile(path.join(bench.folder, 'log'), 'utf8'));
    await until('its child is gone', () => !isAlive(pid));
    expect(await outputs()).toEqual([]);
  });
});
