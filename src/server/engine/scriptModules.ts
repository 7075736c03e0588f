import { readdir, readFile, stat } from 'node:fs/promises';
import { joinPath } from '../../core/path';
import type { IScriptContext } from '../../core/run/execution';
import type { IScriptPlan } from './scriptPlan';

/** Beginnings of names of variables that Python or a library reads when it starts. */
const START_VARIABLES =
  'PYTHON|LD_|LC_|OMP_|KMP_|GOMP_|MKL_|OPENBLAS_|GOTO_|BLIS_|VECLIB_|NUMEXPR_|NUMBA_|CUDA_|NVIDIA_|ROCR_|HIP_|TF_|XLA_|JAX_|' +
  'TORCH_|PYTORCH_|MPL|MATPLOTLIB|NPY_|POLARS_|ARROW_|MALLOC_|XDG_|IPYTHON|JUPYTER_|QT_|' +
  '(?:LANG|LANGUAGE|HOME|TMPDIR|TEMP|TMP|DISPLAY)$';

const IS_START_VARIABLE = new RegExp(`^(?:${START_VARIABLES})`);

/** A name in quotes, or after a magic; a word of a text that looks like one counts, too, which does no harm. */
const MENTION = /(?:["']|%(?:set_)?env[ \t]+)([A-Z][A-Z0-9_]*)(?=["'=\s])/g;

/** Tell whether Python or a library reads a variable when it starts, so that a change comes too late afterwards. */
export function isReadAtStart(name: string): boolean {
  return IS_START_VARIABLE.test(name);
}

/** Find a variable in Python source that has to be set before a library is imported; null when there is none. */
export function findStartVariable(source: string): string | null {
  for (const [, name] of source.matchAll(MENTION)) {
    if (isReadAtStart(name) && !READ_ONLY.has(name)) {
      return name;
    }
  }
  return null;
}

/** Variables that code mentions to read them. */
const READ_ONLY = new Set(['HOME', 'LANG', 'TMPDIR', 'TEMP', 'TMP']);

/** All code of a script that can be read before it runs. */
export async function readSource(
  { script }: Pick<IScriptContext, 'script'>,
  plan: IScriptPlan
): Promise<string> {
  switch (script.kind) {
    case 'python':
      return readText(joinPath(plan.folder, script.path));
    case 'function':
      return readText(joinPath(plan.folder, `${script.module.split('.').join('/')}.py`));
    default:
      return plan.requests.map(({ code }) => code).join('\n');
  }
}

async function readText(path: string): Promise<string> {
  // What is missing is said by the execution.
  return readFile(path, 'utf8').catch(() => '');
}

/** What a folder has that changes what is imported from anywhere. */
export interface IModuleFolder {
  /** Names of its modules, which come before installed ones. */
  own: string[];
  /** A file that a library reads from its folder when it is imported; null when there is none. */
  settings: string | null;
}

/** Files that matplotlib and Numba read from the working folder. */
const SETTINGS = ['matplotlibrc', '.numba_config.yaml'];

/** Look at the working folder of a script; one that cannot be read has nothing. */
export async function readModuleFolder(folder: string): Promise<IModuleFolder> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries.map(async entry => {
      if (!entry.isDirectory()) {
        const name = /^([\p{L}\p{N}_]+)\.(?:py|pyc|(?:[\w-]+\.)?so)$/u.exec(entry.name)?.[1];
        return name ? [name] : [];
      }
      // A folder without it comes last, after all modules.
      const initial = joinPath(folder, entry.name, '__init__.py');
      return stat(initial).then(
        () => [entry.name],
        () => []
      );
    })
  );
  const settings = SETTINGS.find(name => entries.some(entry => entry.name === name)) ?? null;
  return { own: names.flat(), settings };
}
