import { readFile, stat } from 'node:fs/promises';
import type { Script } from '../../core/automation/automation';
import { joinPath } from '../../core/path';
import type { IScriptContext, IScriptResult } from '../../core/run/execution';
import { pythonFileCode, pythonFunctionCode } from '../../core/run/languages/pythonScript';
import { NotebookError, allowsError, isExecuted, parseNotebook } from '../../core/run/notebook';
import type { IScriptRequest } from './requestFailure';
import { failure } from './scriptFailure';
import { errorCode } from '../files';

/** What a kernel has to do for a script. */
export interface IScriptPlan {
  /** For timelines: the path, or `module.function`. */
  title: string;
  /** Kernel spec name; '' when any kernel of the language will do. */
  kernel: string;
  /** Language that the kernel must have or probably has; '' when unknown. */
  language: string;
  /** True when the kernel must be a Python one. */
  needsPython: boolean;
  /** Absolute working folder, where the kernel is. */
  folder: string;
  /** The author's code, in order. */
  requests: IScriptRequest[];
  /** Number of code cells to run; undefined for scripts without cells. */
  cells?: number;
}

/** What a plan depends on. */
export type IPlanContext = Pick<IScriptContext, 'automation' | 'folders' | 'index'>;

/** A script that a kernel executes. */
export type KernelScript = Exclude<Script, { kind: 'command' }>;

/**
 * Read a script and plan what a kernel has to do.
 *
 * @param toPlace - where an absolute path of ours is for the kernel; the same when left out
 * @returns a result when the script cannot be executed
 */
export async function planScript(
  context: IPlanContext,
  script: KernelScript,
  toPlace: (path: string) => string = path => path
): Promise<IScriptPlan | IScriptResult> {
  const folder = joinPath(context.automation.folder, script.folder);
  if (!(await isFolder(folder))) {
    return invalid(context, `The working folder ${script.folder} does not exist.`);
  }
  const python = { kernel: script.kernel ?? 'python3', language: 'python', needsPython: true };
  switch (script.kind) {
    case 'notebook':
      return planNotebook(context, script, folder, toPlace);
    case 'python': {
      const path = joinPath(folder, script.path);
      if (!(await isFile(path))) {
        return invalid(context, `The script ${script.path} does not exist.`);
      }
      const requests = [request(pythonFileCode(toPlace(path)))];
      return { ...python, title: script.path, folder: toPlace(folder), requests };
    }
    case 'function': {
      const { module, name } = script;
      const folders = Object.fromEntries(
        Object.entries(context.folders).map(([step, path]) => [
          `${step}_folder`,
          toPlace(String(path))
        ])
      );
      const there = toPlace(folder);
      const code = pythonFunctionCode({ module, name, folder: there, folders });
      return { ...python, title: `${module}.${name}`, folder: there, requests: [request(code)] };
    }
  }
}

async function planNotebook(
  context: IPlanContext,
  { path, kernel }: { path: string; kernel: string | null },
  folder: string,
  toPlace: (path: string) => string
): Promise<IScriptPlan | IScriptResult> {
  try {
    const notebook = parseNotebook(await readFile(joinPath(folder, path), 'utf8'));
    const cells = notebook.cells.filter(isExecuted);
    return {
      title: path,
      kernel: kernel ?? notebook.kernel,
      language: kernel === null ? notebook.language : '',
      needsPython: false,
      folder: toPlace(folder),
      cells: cells.length,
      requests: cells.map(({ index, number, name, source, tags }) => ({
        code: source,
        role: 'author',
        cell: { index, number, name },
        allowsError: allowsError({ index, number, name, source, tags })
      }))
    };
  } catch (error) {
    if (error instanceof NotebookError) {
      return invalid(context, `${path}: ${error.message}.`);
    }
    const code = errorCode(error);
    if (!code) {
      throw error;
    }
    return invalid(
      context,
      code === 'ENOENT'
        ? `The notebook ${path} does not exist.`
        : `The notebook ${path} could not be read (${code}).`
    );
  }
}

function request(code: string): IScriptRequest {
  return { code, role: 'author', cell: null, allowsError: false };
}

function invalid(context: IPlanContext, message: string): IScriptResult {
  return failure({ code: 'configuration-invalid', message, script: context.index });
}

/** Tell whether there is a folder at a path. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    status => status.isDirectory(),
    () => false
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    status => status.isFile(),
    () => false
  );
}
