import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import * as path from 'node:path';

/** Says where Python is, if it has ipykernel. */
const PROBE =
  'import importlib.util, sys; print(sys.executable if importlib.util.find_spec("ipykernel") else "")';

const PROBE_MS = 10_000;

/**
 * Find the Python that runs notebooks: the first `python3` on PATH that has ipykernel.
 *
 * @returns absolute path of the interpreter, or null when there is none
 */
export async function findKernelPython(environment: NodeJS.ProcessEnv): Promise<string | null> {
  const folders = (environment.PATH ?? '').split(path.delimiter).filter(path.isAbsolute);
  for (const folder of new Set(folders)) {
    const python = path.join(folder, 'python3');
    if (await isExecutable(python)) {
      const found = await probe(python, environment);
      if (found) {
        return found;
      }
    }
  }
  return null;
}

/** @returns '' when it has no ipykernel, or does not run */
function probe(python: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise(resolve => {
    // From the root, so that no file of the present folder is taken for a module.
    const options = { cwd: '/', env, timeout: PROBE_MS };
    execFile(python, ['-c', PROBE], options, (error, output) =>
      resolve(error ? '' : output.trim())
    );
  });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false
  );
}
