import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IExecutor, IScriptResult } from '../core/run/execution';
import { ScriptBench, expectBalancedSpans, isAlive } from './executorContract';
import { until } from './jupyterServer';

/** Code of an author in a language, with the values that the contract looks for. */
export interface ILanguageCode {
  /** Writes the working folder into `folder.txt`. */
  folder: string;
  /** Writes what the variables `A`, `B` and `EMPTY` hold into the files `A.txt`, `B.txt` and `EMPTY.txt`. */
  values: string;
  /** Writes the names of all environment variables into `names.txt`, one a line. */
  names: string;
  /** Copies `data.bin` from `$CROSSCOMPUTE_INPUT_FOLDER` to `copy.bin` in `$CROSSCOMPUTE_OUTPUT_FOLDER`. */
  copy: string;
  /** Prints `ü` and a line feed. */
  prints: string;
  /** Prints `warning` and a line feed to standard error, when the kernel tells it apart. */
  warns: string | null;
  /** Shows `<b>rich</b>` as HTML; null where the kernel knows none. */
  rich: string | null;
  /** Fails; how the kernel calls it, and what it says of it. */
  fails: { code: string; name: string; value: string };
  /** Prints `started` and the id of its process. */
  process: string;
  /** Never ends. */
  loops: string;
  /** Writes what an author finds defined into `defined.txt`, one name a line. */
  defined: string;
}

/** A language with a kernel to try it in. */
export interface IContractLanguage {
  /** As kernel specs write it. */
  language: string;
  /** Name of its kernel spec. */
  kernel: string;
  code: ILanguageCode;
  /** Variables that the kernel itself sets. */
  ownNames: readonly string[];
}

/** What executors the contract needs; all of one Jupyter server. */
export interface ILanguageEngines {
  executor: IExecutor;
  /** Prepares kernels in no way. */
  plain: IExecutor;
  /** Its kernels count as those of another host. */
  elsewhere: IExecutor;
}

/** The variable that the Jupyter server of the contract has and that nobody declares. */
export const UNDECLARED = 'CROSSCOMPUTE_TEST_UNDECLARED';

const VALUES = { A: ' ü\'"\\ $HOME `id` 😀 !x %s {}', B: 'x\n\ny\n', EMPTY: '' };
const BYTES = Buffer.from([0x1f, 0x8b, ...Array(256).keys()]);

/** What the executor of kernels must do for a language that it can prepare kernels for. */
export function languageContract(
  { language, kernel, code, ownNames }: IContractLanguage,
  get: () => ILanguageEngines
): void {
  describe(`${language} as a language of kernels`, () => {
    let bench: ScriptBench;

    beforeEach(async () => {
      bench = await ScriptBench.create("an “automation” of' ü $HOME `id`");
      await writeFile(path.join(bench.folder, 'batch/input/data.bin'), BYTES);
    });

    afterEach(async () => {
      bench.abort.abort('stopped');
      await bench.remove();
    });

    const run = (
      cells: string[],
      more: { executor?: IExecutor; kernelspec?: object; environment?: Record<string, string> } = {}
    ): Promise<IScriptResult> =>
      execute(bench, more.executor ?? get().executor, {
        cells,
        kernelspec: more.kernelspec ?? { name: kernel },
        environment: more.environment
      });
    const read = (name: string) => readFile(path.join(bench.folder, 'work', name));
    const lines = async (name: string) => (await read(name)).toString().trim().split(/\r?\n/);

    it('works in its folder with exactly the declared environment', async () => {
      const environment = { ...environmentOf(bench), ...VALUES };
      const result = await run([code.folder, code.values, code.names, code.copy], { environment });
      expect([bench.text('stderr'), result]).toEqual(['', { returnCode: 0, error: null }]);
      expect((await read('folder.txt')).toString()).toBe(path.join(bench.folder, 'work'));
      for (const [name, value] of Object.entries(VALUES)) {
        expect((await read(`${name}.txt`)).toString()).toBe(value);
      }
      const names = new Set(await lines('names.txt'));
      ownNames.forEach(name => names.delete(name));
      expect([...names].filter(name => !/^R_/.test(name)).sort()).toEqual(
        Object.keys(environment).sort()
      );
      const copy = await readFile(path.join(bench.folder, 'batch/output/copy.bin'));
      expect(copy.equals(BYTES)).toBe(true);
    });

    it('leaves to an author what a kernel without preparation has', async () => {
      expect((await run([code.folder, code.defined])).error).toBeNull();
      const prepared = await lines('defined.txt');
      expect((await run([code.folder, code.defined], { executor: get().plain })).error).toBeNull();
      expect(prepared.sort()).toEqual((await lines('defined.txt')).sort());
    });

    it('shows in order what is printed and displayed, in a notebook that names its language alone', async () => {
      const cells = [code.prints, code.warns, code.rich, code.prints].flatMap(each => each ?? []);
      const result = await run(cells, { kernelspec: { language } });
      expect(result).toEqual({ returnCode: 0, error: null });
      const shown = bench.entries.flatMap(entry =>
        entry.kind !== 'output'
          ? []
          : 'stream' in entry
            ? [`${entry.stream}: ${entry.text.trim()}`]
            : [JSON.stringify(entry.message.content)]
      );
      expect(shown).toEqual([
        'stdout: ü',
        ...(code.warns === null ? [] : ['stderr: warning']),
        ...(code.rich === null ? [] : [expect.stringContaining('"text/html":"<b>rich</b>')]),
        'stdout: ü'
      ]);
    });

    it('stops at the cell that fails', async () => {
      const { name, value } = code.fails;
      const result = await run([code.prints, code.fails.code, code.prints]);
      expect(result).toMatchObject({ returnCode: 1, error: { code: 'cell-error', cell: 2 } });
      expect(result.error?.name).toBe(name);
      expect(result.error?.value).toContain(value);
      expect(bench.text()).toMatch(/^ü\r?\n$/);
      expectBalancedSpans(bench);
    });

    it('is stopped in an endless loop', async () => {
      const running = run([code.process, code.loops, code.prints]);
      await until('its process is known', () => /started \d+/.test(bench.text()));
      await until('the loop is entered', () => bench.spans().some(({ cell }) => cell === 1));
      bench.abort.abort('stopped');
      expect((await running).error?.code).toBe('stopped');
      const pid = Number(/started (\d+)/.exec(bench.text())?.[1]);
      await until('its process is gone', () => !isAlive(pid));
      expect(bench.text()).not.toContain('ü');
      expectBalancedSpans(bench);
    });

    it('gets its inputs and gives its outputs where it shares no folder with us', async () => {
      const result = await run([code.copy], { executor: get().elsewhere });
      expect([bench.text('stderr'), result]).toEqual(['', { returnCode: 0, error: null }]);
      const copy = await readFile(path.join(bench.folder, 'batch/output/copy.bin'));
      expect(copy.equals(BYTES)).toBe(true);
    });
  });
}

function environmentOf(bench: ScriptBench): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    CROSSCOMPUTE_INPUT_FOLDER: path.join(bench.folder, 'batch/input'),
    CROSSCOMPUTE_OUTPUT_FOLDER: path.join(bench.folder, 'batch/output')
  };
}

async function execute(
  bench: ScriptBench,
  executor: IExecutor,
  notebook: { cells: string[]; kernelspec: object; environment?: Record<string, string> }
): Promise<IScriptResult> {
  const { cells, kernelspec, environment = environmentOf(bench) } = notebook;
  const content = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec },
    cells: cells.map(source => ({
      ...{ cell_type: 'code', metadata: {}, source },
      ...{ outputs: [], execution_count: null }
    }))
  };
  await mkdir(path.join(bench.folder, 'work'), { recursive: true });
  await writeFile(path.join(bench.folder, 'work', 'run.ipynb'), JSON.stringify(content));
  const script = { kind: 'notebook', path: 'run.ipynb', kernel: null, folder: 'work' } as const;
  return bench.execute(executor, script, { environment });
}
