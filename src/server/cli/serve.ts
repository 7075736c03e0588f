import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from '../http/server';
import { errorCode } from '../files';
import type { Services } from '../services';
import { EXIT, UsageError, type IArguments } from './arguments';
import type { IOutput } from './output';

/** First port that is tried when none is given. */
const FIRST_PORT = 7000;

/** Ports that are tried before any free one is taken. */
const PORT_COUNT = 100;

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * `crosscompute serve PATH`: the automation's pages on a listener of our own, until interrupted.
 *
 * @param signal - aborted when the person interrupts
 */
export async function serve(
  services: Services,
  options: IArguments & { version: string },
  output: IOutput,
  signal: AbortSignal
): Promise<number> {
  const { host, rootUri, origins, version } = options;
  const isOpen = host === '0.0.0.0' || host === '::';
  const app = await createServer(services, {
    proxySecret: null,
    rootUri,
    hosts: isOpen ? null : [...LOOPBACK_HOSTS, host.toLowerCase()],
    origins,
    hasSites: false,
    version
  });
  try {
    await listen(app, host, options.port);
    await services.queue.start();
    const { port } = app.server.address() as AddressInfo;
    const uri = `http://${isOpen ? 'localhost' : host}:${port}${rootUri}/`;
    output.result(uri);
    if (isOpen) {
      output.say('warning: everyone who reaches this machine can see and run this automation');
    }
    output.say('Press Ctrl+C to stop.');
    if (options.hasBrowser) {
      openBrowser(uri);
    }
    await new Promise<void>(resolve => {
      if (signal.aborted) {
        resolve();
      }
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return EXIT.interrupted;
  } finally {
    await app.close();
  }
}

type Listener = Awaited<ReturnType<typeof createServer>>;

async function listen(app: Listener, host: string, port: number | null): Promise<void> {
  const candidates =
    port === null
      ? [...Array.from({ length: PORT_COUNT }, (_, index) => FIRST_PORT + index), 0]
      : [port];
  for (const candidate of candidates) {
    try {
      await app.listen({ host, port: candidate });
      return;
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') {
        throw error;
      }
    }
  }
  throw new UsageError(`port ${port} is in use; choose another or leave --port out`);
}

function openBrowser(uri: string): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', uri]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', uri]
        : ['xdg-open', uri];
  const child = spawn(command, words, { stdio: 'ignore', detached: true });
  // A machine without a browser is no failure: the address is on the screen.
  child.on('error', () => undefined);
  child.unref();
}
