import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { JupyterClient, JupyterError } from '../jupyterClient';
import { findKernelPython } from '../kernelPython';
import type { IJupyterPlace } from '../place';
import type { ILog } from '../../log';

/** Finds the Python of a kernel spec; null when the spec is no plain one of ipykernel, or not of this machine. */
export type PythonFinder = (kernel: string) => Promise<string | null>;

/**
 * Find Python as our private Jupyter server does, without starting it: `python3` is the first one on PATH that has
 * ipykernel, else the one that we came with.
 */
export function createPrivatePythonFinder(environment: NodeJS.ProcessEnv): PythonFinder {
  let finding: Promise<string | null> | null = null;
  return async kernel => {
    if (kernel !== 'python3') {
      return null;
    }
    finding ??= findKernelPython(environment).then(
      found => found ?? environment.CROSSCOMPUTE_PYTHON ?? null
    );
    return finding;
  };
}

/**
 * Find Python by the kernel specs of the Jupyter server that started us.
 *
 * @param jupyterPython - Python of that server, which `python` in a spec means; null when unknown
 */
export function createJupyterPythonFinder(
  place: () => Promise<IJupyterPlace>,
  jupyterPython: string | null,
  log: ILog
): PythonFinder {
  return async kernel => {
    try {
      const specs = await new JupyterClient(await place(), log).specs();
      const spec = specs?.find(({ name }) => name === kernel);
      if (!spec || spec.variables.length || !isPlain(spec.argv)) {
        return null;
      }
      const [program] = spec.argv;
      return path.isAbsolute(program) ? program : jupyterPython;
    } catch (error) {
      if (error instanceof JupyterError) {
        // The kernel that is tried instead says so better.
        return null;
      }
      throw error;
    }
  };
}

/** A command without options of Python, which a fork server would not have. */
function isPlain(argv: readonly string[]): boolean {
  const [program, ...words] = argv.filter(word => word !== '-Xfrozen_modules=off');
  return (
    (path.isAbsolute(program ?? '') || /^python(3(\.\d+)?)?$/.test(program ?? '')) &&
    words[0] === '-m' &&
    words[1] === 'ipykernel_launcher'
  );
}

/**
 * Find `fork_server.py`: above the folder of the bundle, or, in a working copy, where Python would find our package.
 *
 * @param assetsFolder - folder beside the bundle
 */
export function findForkScript(
  assetsFolder: string,
  environment: NodeJS.ProcessEnv
): string | null {
  const folders = [
    path.join(assetsFolder, '..', '..'),
    ...(environment.PYTHONPATH ?? '')
      .split(path.delimiter)
      .filter(path.isAbsolute)
      .map(folder => path.join(folder, 'jupyterlab_crosscompute'))
  ];
  return folders.map(folder => path.join(folder, 'fork_server.py')).find(existsSync) ?? null;
}
