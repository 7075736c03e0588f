import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { LanguageRegistry, createLanguages } from '../../../core/run/languages/languages';
import type { IFileCode } from '../../../core/run/languages/language';
import { ScriptBench } from '../../../testing/executorContract';
import { fileCodeContract } from '../../../testing/fileCodeContract';
import { describeWithJupyter, startJupyterServer } from '../../../testing/jupyterServer';
import type { ITestServer } from '../../../testing/jupyterServer';
import { findDenoKernel, findRKernel } from '../../../testing/kernels';
import type { ITestKernel } from '../../../testing/kernels';
import { BASH_CODE, DENO_CODE, PYTHON_CODE, R_CODE } from '../../../testing/languageCodes';
import { UNDECLARED, languageContract } from '../../../testing/languageContract';
import type { IContractLanguage, ILanguageEngines } from '../../../testing/languageContract';
import { createLog } from '../../log';
import { JupyterClient } from '../jupyterClient';
import { createKernelExecutor } from '../kernelExecutor';
import type { IOwnedExecutor } from '../kernelExecutor';
import { KernelSession } from '../kernelSession';
import { KernelCalls } from '../places/kernelCalls';

const log = createLog('silent');

/** A kernel of a language that nobody knows. */
const UNKNOWN: ITestKernel = {
  name: 'unknown',
  language: 'Volapük',
  argv: ['python3', '-m', 'bash_kernel', '-f', '{connection_file}']
};

const PYTHON_NAMES = ['MPLBACKEND', 'TERM', 'CLICOLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE'];
const PAGERS = ['PAGER', 'GIT_PAGER'];

const LANGUAGES: IContractLanguage[] = [
  {
    language: 'python',
    kernel: 'python3',
    code: PYTHON_CODE,
    ownNames: [...PYTHON_NAMES, ...PAGERS]
  },
  {
    language: 'bash',
    kernel: 'bash',
    code: BASH_CODE,
    ownNames: ['PWD', 'OLDPWD', 'SHLVL', '_', 'TERM', 'PAGER', 'PS1', 'PS2', 'PROMPT_COMMAND']
  }
];

describeWithJupyter('languages of kernels', python => {
  const r = findRKernel();
  const deno = findDenoKernel();
  const unknown = { ...UNKNOWN, argv: [python, ...UNKNOWN.argv.slice(1)] };
  let server: ITestServer;
  let root: string;
  const engines = new Map<keyof ILanguageEngines, IOwnedExecutor>();

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'crosscompute-languages-'));
    const more = [r, deno, unknown].flatMap(kernel => kernel ?? []);
    server = await startJupyterServer(python, '/', { [UNDECLARED]: 'x' }, more);
    const places = async () => server;
    const far = { ...server, rootFolder: null, files: 'kernel' as const };
    engines.set('executor', createKernelExecutor({ places, log }));
    engines.set('plain', createKernelExecutor({ places, log, languages: new LanguageRegistry() }));
    engines.set('elsewhere', createKernelExecutor({ places: async () => far, log }));
  });

  afterAll(async () => {
    await Promise.all([...engines.values()].map(engine => engine.close()));
    expect(await server.kernels()).toEqual([]);
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  const getEngine = (name: keyof ILanguageEngines): IOwnedExecutor => {
    const engine = engines.get(name);
    if (!engine) {
      throw new Error(`there is no engine "${name}" yet`);
    }
    return engine;
  };
  const get = (): ILanguageEngines => ({
    executor: getEngine('executor'),
    plain: getEngine('plain'),
    elsewhere: getEngine('elsewhere')
  });

  const tryLanguage = (language: IContractLanguage) => {
    languageContract(language, get);
    describe(`a ${language.language} kernel`, () => {
      const { files, prelude } = createLanguages().get(language.language);
      let session: KernelSession;

      beforeAll(async () => {
        const client = new JupyterClient(server, log);
        const id = await client.start(language.kernel, '');
        session = new KernelSession(client, id, language.kernel, log);
        await session.ready;
      });

      afterAll(() => session.remove());

      fileCodeContract(language.language, () => ({
        code: files as IFileCode,
        kernel: new KernelCalls(session)
      }));

      it('keeps the variables of another host', async () => {
        const folder = await mkdtemp(path.join(root, 'elsewhere '));
        const setting = { folder, sourceFolder: folder, keep: [], isElsewhere: true };
        const calls = new KernelCalls(session);
        await calls.run(prelude({ ...setting, environment: { DECLARED: 'ü' } }) ?? '');
        await calls.run(language.code.names);
        const names = (await readFile(path.join(folder, 'names.txt'), 'utf8')).split(/\r?\n/);
        expect(names).toEqual(expect.arrayContaining(['DECLARED', 'PATH', UNDECLARED]));
      });
    });
  };

  LANGUAGES.forEach(tryLanguage);

  if (r) {
    const ownNames = ['LD_LIBRARY_PATH', 'PAGER', 'EDITOR'];
    tryLanguage({ language: 'R', kernel: r.name, code: R_CODE, ownNames });
  } else {
    it.skip('R (Debian: r-cran-irkernel; npm test installs it for root)', () => undefined);
  }

  if (deno) {
    const ownNames = Object.keys(deno.variables ?? {});
    tryLanguage({ language: deno.language, kernel: deno.name, code: DENO_CODE, ownNames });
  } else {
    it.skip('JavaScript (npm test installs Deno)', () => undefined);
  }

  it('runs cells of a language that it does not know, and says what cannot be set', async () => {
    const bench = await ScriptBench.create();
    const cells = ['pwd > folder.txt', `echo "$${UNDECLARED}|$A"`].map(source => ({
      ...{ cell_type: 'code', metadata: {}, source },
      ...{ outputs: [], execution_count: null }
    }));
    const notebook = { nbformat: 4, metadata: { kernelspec: { name: unknown.name } }, cells };
    await writeFile(path.join(bench.folder, 'run.ipynb'), JSON.stringify(notebook));
    const script = { kind: 'notebook', path: 'run.ipynb', kernel: null } as const;
    const result = await bench.execute(get().executor, script, { environment: { A: 'a' } });
    expect(result).toEqual({ returnCode: 0, error: null });
    expect(await readFile(path.join(bench.folder, 'folder.txt'), 'utf8')).toBe(`${bench.folder}\n`);
    expect(bench.text().trim()).toBe('x|');
    expect(bench.text('stderr')).toBe(
      'Environment variables cannot be set for Volapük kernels; the code sees those of Jupyter.\n'
    );
    await bench.remove();
  });
});
