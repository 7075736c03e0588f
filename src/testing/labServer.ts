import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as http from 'node:http';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { IJupyterPlace } from '../server/engine/place';
import { BUNDLE } from './faultSweep';

const SECRET = 'secret of the proxy';

/** The bundled server as a Jupyter server starts it, in a process of its own that can be killed. */
export interface ILabServer {
  /** @throws {Error} for an answer other than 2xx */
  request<T>(method: 'GET' | 'POST', uri: string, body?: object): Promise<T>;
  /** Kill it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ask it to end with SIGTERM. */
  terminate(): void;
  /** Tell what it wrote to its log until now. */
  log(): string;
  /** End it as Jupyter does; resolves when it is gone. */
  close(): Promise<void>;
  /** Resolves when it is gone. */
  ended: Promise<unknown>;
}

/** How a server differs from the usual one. */
export interface ILabServerOptions {
  readyMinutes?: number;
  environment?: NodeJS.ProcessEnv;
}

/**
 * Start the built server beside a Jupyter server; it has to be built before.
 *
 * @param folder - absolute root folder, which also holds its state
 */
export async function startLabServer(
  folder: string,
  jupyter: IJupyterPlace,
  { readyMinutes = 0, environment = {} }: ILabServerOptions = {}
): Promise<ILabServer> {
  const socket = path.join(folder, '.lab.sock');
  const child = spawn(process.execPath, [BUNDLE, 'lab'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...environment }
  });
  let log = '';
  child.stderr.on('data', chunk => {
    log += chunk;
    process.stderr.write(chunk);
  });
  const exited = once(child, 'exit');
  const { baseUrl, token } = jupyter;
  const handOver = {
    socket,
    secret: SECRET,
    jupyter: { baseUrl, token },
    rootFolder: folder,
    stateFolder: path.join(folder, '.state'),
    settings: { maximumConcurrentRuns: 4, readyMinutes }
  };
  child.stdin.write(`${JSON.stringify(handOver)}\n`);
  const isListening = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(() => true),
    exited.then(() => false)
  ]);
  if (!isListening) {
    throw new Error('the server ended before it listened');
  }
  return {
    request: (method, uri, body) => send(socket, method, uri, body),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    terminate: () => child.kill('SIGTERM'),
    log: () => log,
    close: async () => {
      child.stdin.end();
      await exited;
    },
    ended: exited
  };
}

async function send<T>(socketPath: string, method: string, uri: string, body?: object): Promise<T> {
  const headers = {
    'x-crosscompute-secret': SECRET,
    ...(body ? { 'content-type': 'application/json' } : {})
  };
  const request = http.request({ socketPath, method, path: uri, headers });
  request.end(body && JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
  }
  if ((response.statusCode ?? 500) >= 300) {
    throw new Error(`${method} ${uri}: ${response.statusCode} ${text}`);
  }
  return JSON.parse(text) as T;
}
