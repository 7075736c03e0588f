import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { findTestPython } from '../../../testing/jupyterServer';

/** The folder of the repository. */
export const ROOT = path.join(__dirname, '../../../..');

const BUNDLE = path.join(ROOT, 'jupyterlab_crosscompute/server/crosscompute.cjs');

/** `describe` for the built bundle, as the command `crosscompute` starts it; skipped where it is not built. */
export const describeWithBundle = existsSync(BUNDLE) ? describe : describe.skip;

/** How a command ended. */
export interface IEnd {
  /** Null when a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A command that was started. */
export type BuiltCommand = ChildProcess & {
  /** Resolves once it is over and its streams are read. */
  ended: Promise<IEnd>;
  /** The first line of its standard output: the address of `serve`. Rejects when it ends without one. */
  firstLine: Promise<string>;
};

/**
 * Start the bundle.
 *
 * @param folder - working folder, one without `node_modules`
 * @param environment - variables in addition to those of this process
 * @param descriptors - as many files, sockets and pipes as it may have open; as this process when left out
 */
export function startCommand(
  folder: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  descriptors?: number
): BuiltCommand {
  const command = [process.execPath, BUNDLE, ...words];
  const [program, ...parameters] = descriptors
    ? ['sh', '-c', 'ulimit -n "$0" && exec "$@"', String(descriptors), ...command]
    : command;
  const child = spawn(program, parameters, {
    cwd: folder,
    env: {
      ...process.env,
      CROSSCOMPUTE_PYTHON: findTestPython() ?? 'python3',
      PYTHONPATH: ROOT,
      ...environment
    }
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += chunk));
  child.stderr.on('data', chunk => (stderr += chunk));
  const ended = new Promise<IEnd>(resolve => {
    child.once('close', status => resolve({ status, stdout, stderr }));
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', status => reject(new Error(`ended with ${status}: ${stderr}`)));
  });
  // Who does not ask for the line is not told that there was none.
  firstLine.catch(() => undefined);
  return Object.assign(child, { ended, firstLine });
}
