import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { ILog } from '../log';
import { makeTemporaryFolder, removeTemporaryFolder } from '../store/temporaryFolder';
import { endKernelsOf } from './kernelProcess';
import { findKernelPython } from './kernelPython';
import type { IOwnedPlace } from './place';

/** What a private server needs. */
export interface IPrivateServerOptions {
  /** Python that has Jupyter Server and this package. */
  python: string;
  /** Absolute folder that paths of kernels start from. */
  rootFolder: string;
  log: ILog;
  /** Environment of the server and, until they are prepared, of its kernels; ours when left out. */
  environment?: NodeJS.ProcessEnv;
}

/** A private server that runs. */
export interface IPrivateServer extends IOwnedPlace {
  /** Resolves when its process is gone, whatever ended it, and its folder with it. */
  ended: Promise<void>;
}

const START_MS = 60_000;
const END_MS = 10_000;

/**
 * Start a headless Jupyter server of our own for kernels: without extensions, on a free local port,
 * with a token that nobody else knows. It ends when this process does, however that happens.
 *
 * Its kernel `python3` is the first `python3` on PATH that has ipykernel, else the server's own.
 *
 * @throws {Error} when it does not start; nothing is left behind then
 */
export async function startPrivateServer(options: IPrivateServerOptions): Promise<IPrivateServer> {
  const { log, rootFolder } = options;
  const token = randomBytes(24).toString('hex');
  const folder = await makeTemporaryFolder('jupyter');
  const environment = serverEnvironment(options.environment ?? process.env, folder);
  const child = spawn(options.python, ['-m', 'jupyterlab_crosscompute.private_server'], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a group of its own, Ctrl-C in the terminal is left to us.
    detached: true
  });
  const exited = exitOf(child);
  const specs = writeKernelSpec(options, environment, folder).then(
    () => null,
    (error: unknown) => error
  );
  try {
    // The other end may be gone already; `awaitPort` says so better than a broken pipe does.
    child.stdin.on('error', error => log.debug(`private Jupyter server: ${error.message}`));
    child.stdin.write(`${JSON.stringify({ token, rootFolder, runtimeFolder: folder })}\n`);
    const port = await awaitPort(child, exited, log);
    const problem = await specs;
    if (problem) {
      throw problem;
    }
    log.debug(`private Jupyter server listens on port ${port}`);
    return {
      id: 'private',
      baseUrl: `http://127.0.0.1:${port}/`,
      token,
      rootFolder,
      // What a server that was killed left is removed now, not when somebody closes it.
      ended: exited.then(() => removeWithKernels(folder)),
      close: () => end(child, exited, folder)
    };
  } catch (error) {
    // It would write into the folder after that is gone.
    await specs;
    await end(child, exited, folder);
    throw error;
  }
}

/** The server reads none of the user's configuration, and keeps its files in a folder of its own. */
function serverEnvironment(base: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const runtime = path.join(folder, 'runtime');
  return {
    ...base,
    JUPYTER_RUNTIME_DIR: runtime,
    JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_PATH: [path.join(folder, 'share'), base.JUPYTER_PATH]
      .filter(part => part)
      .join(path.delimiter)
  };
}

/** Let `python3` be the Python that a person gets by typing it. */
async function writeKernelSpec(
  options: IPrivateServerOptions,
  environment: NodeJS.ProcessEnv,
  folder: string
): Promise<void> {
  const found = await findKernelPython(environment);
  if (found === null) {
    options.log.warn(
      'no python3 on PATH has ipykernel: notebooks run in the Python that CrossCompute is installed in; ' +
        'run `python3 -m pip install ipykernel` to run them in yours'
    );
    return;
  }
  const kernels = path.join(folder, 'share', 'kernels', 'python3');
  const spec = {
    argv: [found, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    display_name: 'Python 3 (ipykernel)',
    language: 'python',
    metadata: { debugger: true }
  };
  await mkdir(kernels, { recursive: true });
  await writeFile(path.join(kernels, 'kernel.json'), JSON.stringify(spec));
}

/** Wait for the line that says on which port the server listens. */
function awaitPort(
  child: ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream },
  exited: Promise<string>,
  log: ILog
): Promise<number> {
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => {
    log.debug(`private Jupyter server: ${line}`);
    said.push(line);
    said.splice(0, said.length - 10);
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      const words = [`The private Jupyter server did not start: ${reason}.`, ...said];
      reject(new Error(words.join('\n')));
    };
    const timer = setTimeout(() => fail(`no answer in ${START_MS / 1000} seconds`), START_MS);
    void exited.then(reason => {
      clearTimeout(timer);
      fail(reason);
    });
    createInterface({ input: child.stdout }).on('line', line => {
      const port = readPort(line);
      if (port !== null) {
        clearTimeout(timer);
        resolve(port);
      }
    });
  });
}

function readPort(line: string): number | null {
  try {
    const answer: unknown = JSON.parse(line);
    return typeof answer === 'object' &&
      answer !== null &&
      'port' in answer &&
      typeof answer.port === 'number'
      ? answer.port
      : null;
  } catch {
    // Something else that a site-wide start-up file printed.
    return null;
  }
}

/** Resolves with the reason when the process ended or could not be started; never rejects. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
}

/** Close its standard input, which ends the server and its kernels; kill it when that takes too long. */
async function end(
  child: ChildProcess & { stdin: NodeJS.WritableStream },
  exited: Promise<string>,
  folder: string
): Promise<void> {
  child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await exited;
  clearTimeout(timer);
  await removeWithKernels(folder);
}

/** Kernels that outlive a killed server for a moment would write into its folder again. */
async function removeWithKernels(folder: string): Promise<void> {
  await endKernelsOf(folder);
  await removeTemporaryFolder(folder);
}
