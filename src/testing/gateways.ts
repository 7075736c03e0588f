import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { PROJECT_FOLDER, until } from './jupyterServer';

/** A gateway for specs. */
export interface ITestGateway {
  /** With trailing slash. */
  url: string;
  token: string;
  pid: number;
  /** Process ids of its kernels. */
  kernels(): number[];
  close(): Promise<void>;
}

const GATEWAYS = {
  kernel: { program: 'jupyter-kernelgateway', application: 'KernelGatewayApp' },
  enterprise: { program: 'jupyter-enterprisegateway', application: 'EnterpriseGatewayApp' }
} as const;

/** The gateways that specs know. */
export type GatewayName = keyof typeof GATEWAYS;

/** Like `describe` for a gateway; skips where it is not installed, and says so in its name. */
export function describeWithGateway(name: string, gateway: GatewayName, body: () => void): void {
  if (existsSync(programOf(gateway))) {
    describe(name, body);
  } else {
    describe.skip(`${name} (the ${gateway} gateway could not be installed)`, () => {
      it('is skipped', () => undefined);
    });
  }
}

function programOf(gateway: GatewayName): string {
  return path.join(PROJECT_FOLDER, '.setup/gateways', gateway, 'bin', GATEWAYS[gateway].program);
}

/**
 * Start a gateway with the defaults of its makers and a token.
 *
 * @param maximumKernels - as many kernels as it allows at once
 */
export async function startGateway(
  gateway: GatewayName,
  maximumKernels: number
): Promise<ITestGateway> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crosscompute-test-gateway-'));
  const port = await findPort();
  const token = 'gateway-token';
  const { application } = GATEWAYS[gateway];
  const words = [
    `--${application}.ip=127.0.0.1`,
    `--${application}.port=${port}`,
    `--${application}.auth_token=${token}`,
    `--${application}.max_kernels=${maximumKernels}`
  ];
  const child = spawn(programOf(gateway), words, {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...process.env,
      // It refuses kernels for root, whom specs may run as.
      EG_UNAUTHORIZED_USERS: 'nobody-of-this-name',
      JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
      JUPYTER_CONFIG_DIR: path.join(folder, 'config')
    }
  });
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}/`;
  const headers = { Authorization: `token ${token}` };
  await until(
    'the gateway answers',
    async () => (await fetch(`${url}api/kernelspecs`, { headers }).catch(() => null))?.ok === true,
    60_000
  );
  return {
    url,
    token,
    pid: child.pid ?? 0,
    kernels: () => childrenOf(child.pid ?? 0),
    close: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Processes that a process started and that still run. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        // `pid (name) state ppid …`; a name may hold blanks and brackets.
        const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(parent) === pid && state !== 'Z';
      } catch {
        return false;
      }
    })
    .map(Number);
}
