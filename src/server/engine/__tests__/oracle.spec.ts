import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { JsonObject } from '../../../core/json';
import type { IExecutor, IScriptResult } from '../../../core/run/execution';
import { ScriptBench } from '../../../testing/executorContract';
import { PROJECT_FOLDER, describeWithJupyter } from '../../../testing/jupyterServer';
import { createLog } from '../../log';
import { notebookDocument } from '../fork/__tests__/notebooks';
import { createForkExecutor } from '../fork/forkExecutor';
import { createKernelExecutor } from '../kernelExecutor';
import { startPrivateServer } from '../privateServer';
import { CORPUS } from './corpus/corpus';
import { executeByNbclient, installedModules } from './corpus/nbclient';
import { documentExecution, foldedExecution, normalize, saidEntries } from './corpus/normalized';

const log = createLog('silent');
const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' };
/** All, or those that the variable names with commas between them. */
const CHOSEN = process.env.CORPUS?.split(',') ?? Object.keys(CORPUS);
/** As many as a small machine has cores; nbclient works at the same time. */
const JOBS = 2;
const LIMIT_MS = 180_000;

/** A notebook as one way executed it. */
interface IExecuted {
  bench: ScriptBench;
  result: IScriptResult;
}

describeWithJupyter('Executing the corpus of notebooks', python => {
  const needed = [...new Set(CHOSEN.flatMap(name => CORPUS[name].needs ?? []))];
  const installed = installedModules(python, needed);
  const missing = (name: string) => CORPUS[name].needs?.find(each => !installed.has(each));
  const names = CHOSEN.filter(name => !missing(name));
  const skipped = CHOSEN.filter(missing).map(name => `${name} needs ${String(missing(name))}`);
  const kernel = new Map<string, IExecuted>();
  const fork = new Map<string, IExecuted>();
  const oracle = new Map<string, { folder: string; error: string | null }>();
  const benches: ScriptBench[] = [];

  const prepare = async (name: string): Promise<ScriptBench> => {
    const bench = await ScriptBench.create();
    benches.push(bench);
    const text = JSON.stringify(notebookDocument(CORPUS[name].cells));
    await writeFile(path.join(bench.folder, 'run.ipynb'), text);
    return bench;
  };

  const executeAll = async (executor: IExecutor, into: Map<string, IExecuted>) => {
    const waiting = [...names];
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const bench = await prepare(name);
        const script = { kind: 'notebook', path: 'run.ipynb', kernel: null } as const;
        into.set(name, { bench, result: await bench.execute(executor, script, { environment }) });
      }
    };
    await Promise.all(Array.from({ length: JOBS }, work));
  };

  const askOracle = async () => {
    const folders = await Promise.all(names.map(async name => (await prepare(name)).folder));
    const notebooks = folders.map(folder => path.join(folder, 'run.ipynb'));
    const errors = await executeByNbclient(python, { notebooks, jobs: JOBS }, environment);
    names.forEach((name, index) => {
      const error = errors.get(notebooks[index]) ?? null;
      oracle.set(name, { folder: folders[index], error });
    });
  };

  beforeAll(async () => {
    const server = await startPrivateServer({ python, rootFolder: '/', log });
    const kernels = createKernelExecutor({ places: async () => server, log });
    const forks = createForkExecutor({
      script: path.join(PROJECT_FOLDER, 'jupyterlab_crosscompute', 'fork_server.py'),
      findPython: async () => python,
      environment,
      log
    });
    await Promise.all([
      executeAll(kernels, kernel).then(() => executeAll(forks, fork)),
      askOracle()
    ]);
    await Promise.all([kernels.close(), forks.close()]);
    await server.close();
  }, LIMIT_MS);

  afterAll(async () => {
    await Promise.all(benches.map(bench => bench.remove()));
  });

  const executed = (from: Map<string, IExecuted>, name: string): IExecuted => {
    const found = from.get(name);
    if (!found) {
      throw new Error(`"${name}" was not executed`);
    }
    return found;
  };

  it.each(names)('leaves in the notebook what nbclient leaves: %s', async name => {
    const { hasLooseStreams = false, differs } = CORPUS[name];
    const { bench, result } = executed(kernel, name);
    const document = notebookDocument(CORPUS[name].cells);
    const ours = foldedExecution(document, bench.entries, result, bench.folder, hasLooseStreams);
    const { folder, error } = oracle.get(name) ?? { folder: '', error: '' };
    const text = await readFile(path.join(folder, 'run.ipynb'), 'utf8');
    const theirs = documentExecution(
      JSON.parse(text) as JsonObject,
      error,
      folder,
      hasLooseStreams
    );
    expect(ours).toEqual(differs ? differs.ours(theirs) : theirs);
    if (differs) {
      // A difference that is gone is to be forgotten.
      expect(ours).not.toEqual(theirs);
    }
  });

  it.each(names)('says in a fork what it says in a kernel: %s', name => {
    const { hasLooseStreams = false } = CORPUS[name];
    const [inKernel, inFork] = [kernel, fork].map(from => {
      const { bench, result } = executed(from, name);
      return {
        said: saidEntries(bench.entries, bench.folder, hasLooseStreams),
        result: normalize(result, bench.folder)
      };
    });
    expect(inFork).toEqual(inKernel);
  });

  if (skipped.length) {
    it.skip.each(skipped)('is left out: %s', () => undefined);
  }
});
