import { spawn } from 'node:child_process';
import * as os from 'node:os';
import type { AddressInfo } from 'node:net';
import { hostsOf, isEverywhere } from '../http/hosts';
import { createServer } from '../http/server';
import { TrustedProxies } from '../http/trustedProxies';
import { errorCode } from '../files';
import type { Services } from '../services';
import { CommandError, EXIT, UsageError, type IArguments } from './arguments';
import { drainRuns } from './drain';
import type { Interrupts } from './interrupts';
import type { IOutput } from './output';

/** First port that is tried when none is given. */
const FIRST_PORT = 7000;

/** Ports that are tried in order before others are taken. */
const PORT_COUNT = 100;

/** Ports that are tried by chance after these. */
const OTHER_COUNT = 50;

/**
 * `crosscompute serve PATH`: the automation's pages on a listener of our own, until interrupted. Runs that execute then
 * have 10 seconds to end, while their pages are still there.
 */
export async function serve(
  services: Services,
  options: IArguments & { version: string },
  output: IOutput,
  interrupts: Interrupts
): Promise<number> {
  const { signal } = interrupts;
  const { host, rootUri, origins, version } = options;
  const isOpen = isEverywhere(host);
  const app = await createServer(services, {
    proxySecret: null,
    rootUri,
    hosts: hostsOf(host, os.hostname()),
    origins,
    trustedProxies: trustedProxiesOf(options.trustedProxies),
    hasSites: false,
    version
  });
  try {
    await listen(app, host, options.port, process.env);
    await services.queue.start();
    services.intervals.start();
    void services.sweeps.resume();
    const { port } = app.server.address() as AddressInfo;
    const uri = `http://${isOpen ? 'localhost' : host}:${port}${rootUri}/`;
    output.result(uri);
    if (isOpen && !services.access.isGuarded) {
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
    await drainRuns(services.queue, interrupts, {
      say: line => output.say(`${line}; press Ctrl+C again to stop at once.`)
    });
    return EXIT.interrupted;
  } finally {
    await app.close();
  }
}

function trustedProxiesOf(addresses: readonly string[]): TrustedProxies | null {
  try {
    return addresses.length ? new TrustedProxies(addresses) : null;
  } catch (error) {
    throw new UsageError(`--trusted-proxy: ${error instanceof Error ? error.message : ''}`);
  }
}

type Listener = Awaited<ReturnType<typeof createServer>>;

/** The first free port from 7000, else one between the least and the most that the environment allows. */
async function listen(
  app: Listener,
  host: string,
  port: number | null,
  environment: NodeJS.ProcessEnv
): Promise<void> {
  const least = portOf(environment, 'CROSSCOMPUTE_MINIMUM_PORT', 1024);
  const most = portOf(environment, 'CROSSCOMPUTE_MAXIMUM_PORT', 65535);
  if (least > most) {
    throw new UsageError('CROSSCOMPUTE_MINIMUM_PORT is larger than CROSSCOMPUTE_MAXIMUM_PORT');
  }
  const first = Array.from({ length: PORT_COUNT }, (_, index) => FIRST_PORT + index);
  const others = Array.from(
    { length: OTHER_COUNT },
    () => least + Math.floor(Math.random() * (most - least + 1))
  );
  const candidates = port === null ? [...first, ...others] : [port];
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
  throw new CommandError(
    port === null
      ? `no port is free, neither from ${FIRST_PORT} nor between ${least} and ${most}; name one with --port`
      : `port ${port} is in use; choose another or leave --port out`
  );
}

function portOf(environment: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = environment[name];
  const value = text ? Number(text) : otherwise;
  if (!Number.isInteger(value) || value < 1 || value > 65535) {
    throw new UsageError(`${name} is a whole number from 1 to 65535, not "${text}"`);
  }
  return value;
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
