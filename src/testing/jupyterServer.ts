import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { IOwnedPlace } from '../server/engine/place';
import type { ITestKernel } from './kernels';

/** Root of the repository. */
export const PROJECT_FOLDER = path.resolve(__dirname, '..', '..');

/** A Jupyter server for specs. */
export interface ITestServer extends IOwnedPlace {
  /** Ids of the kernels that it has. */
  kernels(): Promise<string[]>;
  /** Process id of the server. */
  pid: number;
}

/**
 * Find the Python of the development environment, which has Jupyter Server.
 *
 * @throws {Error} when there is none although there must be one (`CI` is set)
 */
export function findTestPython(): string | null {
  const python = path.join(PROJECT_FOLDER, '.venv', 'bin', 'python');
  if (existsSync(python)) {
    return python;
  }
  if (process.env.CI) {
    throw new Error(`${python} is missing; run npm run setup`);
  }
  return null;
}

/** Like `describe`; skips where there is no Jupyter server, and says so in its name. */
export function describeWithJupyter(name: string, body: (python: string) => void): void {
  const python = findTestPython();
  if (python) {
    describe(name, () => body(python));
  } else {
    describe.skip(`${name} (needs .venv: run npm run setup)`, () => {
      it('is skipped', () => undefined);
    });
  }
}

/** Wait until a condition holds, looking again every 20 ms; @throws {Error} after a time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 20_000
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`waited in vain: ${what}`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/**
 * Start a stock Jupyter server without extensions, with the kernels `python3` and `bash` and no other of this machine.
 *
 * @param rootFolder - absolute; '/' lets kernels start in any folder
 * @param kernels - more kernels
 */
export async function startJupyterServer(
  python: string,
  rootFolder: string,
  environment: NodeJS.ProcessEnv = {},
  kernels: readonly ITestKernel[] = []
): Promise<ITestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-test-jupyter-'));
  await installBashKernel(python, folder);
  await Promise.all(kernels.map(kernel => installKernel(kernel, folder)));
  const names = ['python3', 'bash', ...kernels.map(({ name }) => name)];
  const runtime = path.join(folder, 'runtime');
  const token = 'test-token';
  const child = spawn(
    python,
    [
      '-m',
      'jupyter_server',
      '--no-browser',
      '--allow-root',
      '--ip=127.0.0.1',
      '--port=0',
      '--log-level=ERROR',
      `--ServerApp.root_dir=${rootFolder}`,
      `--IdentityProvider.token=${token}`,
      '--ServerApp.jpserver_extensions={}',
      ...names.map(name => `--KernelSpecManager.allowed_kernelspecs=${name}`)
    ],
    {
      cwd: folder,
      stdio: 'ignore',
      env: {
        ...process.env,
        ...environment,
        JUPYTER_RUNTIME_DIR: runtime,
        JUPYTER_CONFIG_DIR: path.join(folder, 'config'),
        JUPYTER_NO_CONFIG: '1',
        JUPYTER_PATH: path.join(folder, 'share', 'jupyter')
      }
    }
  );
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const baseUrl = await awaitAddress(runtime);
  const ask = (address: string) =>
    fetch(`${baseUrl}${address}`, { headers: { Authorization: `token ${token}` } });
  await until(
    'Jupyter answers',
    async () => (await ask('api/status').catch(() => null))?.ok === true
  );
  return {
    id: 'jupyter',
    baseUrl,
    token,
    rootFolder,
    pid: child.pid ?? 0,
    kernels: async () => {
      const models = (await (await ask('api/kernels')).json()) as { id: string }[];
      return models.map(({ id }) => id);
    },
    close: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Install the kernel spec of bash below a folder. */
export async function installBashKernel(python: string, folder: string): Promise<void> {
  await promisify(execFile)(python, ['-m', 'bash_kernel.install', '--prefix', folder]);
}

async function installKernel(kernel: ITestKernel, folder: string): Promise<void> {
  const { name, language, argv, variables = {} } = kernel;
  const target = path.join(folder, 'share', 'jupyter', 'kernels', name);
  await mkdir(target, { recursive: true });
  const spec = { argv, display_name: name, language, env: variables };
  await writeFile(path.join(target, 'kernel.json'), JSON.stringify(spec));
}

async function awaitAddress(runtime: string): Promise<string> {
  let address = '';
  await until(
    'Jupyter wrote its address',
    async () => {
      const names = await readdir(runtime).catch(() => []);
      const name = names.find(each => /^jpserver-\d+\.json$/.test(each));
      const text = name ? await readFile(path.join(runtime, name), 'utf8') : '';
      const match = /"port": (\d+)/.exec(text);
      address = match ? `http://127.0.0.1:${match[1]}/` : '';
      return address !== '';
    },
    60_000
  );
  return address;
}
