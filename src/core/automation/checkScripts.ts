import type { IFiles } from '../files';
import { FileError } from '../files';
import { isJsonObject } from '../json';
import { joinPath } from '../path';
import type { IPosition } from '../problem';
import type { IAutomation } from './automation';
import type { ProblemWeight } from './problemCodes';
import type { ProblemList } from './problemList';
import { didYouMean } from './suggest';

/** A Python module that a function script names. */
export interface IModuleCheck {
  /** Dotted. */
  module: string;
  /** Absolute folder that the module is looked for in. */
  folder: string;
  position: IPosition;
  weight: ProblemWeight;
}

/**
 * Check that the modules of functions lie in their folders.
 */
export async function checkModules(
  files: IFiles,
  checks: readonly IModuleCheck[],
  problems: ProblemList
): Promise<void> {
  for (const { module, folder, position, weight } of checks) {
    const path = module.split('.').join('/');
    const candidates = [`${path}.py`, `${path}/__init__.py`];
    const found = await Promise.all(
      candidates.map(candidate => files.status(joinPath(folder, candidate)))
    );
    if (!found.some(status => status?.kind === 'file')) {
      const names = (await files.list(folder)).filter(name => name.endsWith('.py'));
      const message = `module "${module}" was not found as "${path}.py"`;
      const hint = didYouMean(`${path}.py`, names, 'it works only if it is installed');
      problems.add('file-not-found', position, message, hint, weight);
    }
  }
}

/**
 * Check that the notebooks of an automation are notebooks; missing ones were reported before.
 */
export async function checkNotebooks(
  files: IFiles,
  automation: IAutomation,
  problems: ProblemList
): Promise<void> {
  for (const script of automation.scripts) {
    if (script.kind !== 'notebook') {
      continue;
    }
    const path = joinPath(automation.folder, script.folder, script.path);
    const status = await files.status(path);
    const reason = status?.kind === 'file' ? await findNotebookFault(files, path) : null;
    if (reason !== null) {
      const message = `"${script.path}" is not a notebook: ${reason}`;
      const hint = 'open it in JupyterLab and save it again';
      problems.add('notebook-invalid', script.position, message, hint);
    }
  }
}

/** @returns why a file is no notebook of format 4 or later; null when it is one */
async function findNotebookFault(files: IFiles, path: string): Promise<string | null> {
  let notebook: unknown;
  try {
    notebook = JSON.parse(await files.readText(path));
  } catch (error) {
    if (error instanceof FileError) {
      return error.reason;
    }
    if (error instanceof SyntaxError) {
      return 'it is not JSON';
    }
    throw error;
  }
  if (!isJsonObject(notebook) || !Array.isArray(notebook.cells)) {
    const isOlder = isJsonObject(notebook) && Number(notebook.nbformat) < 4;
    return isOlder ? 'its format is older than 4' : 'it has no cells';
  }
  const format = notebook.nbformat;
  return typeof format === 'number' && format >= 4 ? null : 'its format is older than 4';
}
