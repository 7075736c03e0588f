import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import { createInterface } from 'node:readline';
import { createServices } from '../createServices';
import { readEngines } from '../engine/engines/readEngines';
import type { IJupyterPlace } from '../engine/place';
import { aborted } from '../engine/scriptFailure';
import { isJsonObject, type JsonObject } from '../../core/json';
import { createServer } from '../http/server';
import { createLog } from '../log';
import { EXIT, UsageError } from './arguments';
import { drainRuns } from './drain';
import type { Interrupts } from './interrupts';
import { openResults } from './openResults';

/** What Jupyter hands over by standard input, as one line of JSON: no secret is in argv or environment. */
interface IHandOver {
  /** Path of the Unix socket to listen on; null where there are none. */
  socket: string | null;
  /** Port on 127.0.0.1 to listen on when there is no socket. */
  port: number | null;
  /** Header secret of the proxy. */
  secret: string;
  jupyter: { baseUrl: string; token: string };
  rootFolder: string;
  stateFolder: string;
  maximumConcurrentRuns: number;
  /** Minutes that a kernel is kept ready; 0 for none. */
  readyMinutes: number;
}

/** So long a person may look at a result before the next run. */
export const DEFAULT_READY_MINUTES = 10;

/** How `lab` is started. */
export interface ILabOptions {
  version: string;
  isDebug: boolean;
  assetsFolder: string;
  interrupts: Interrupts;
}

/**
 * `crosscompute lab`: the bundled server behind Jupyter's proxy. Ends with Jupyter, which is noticed by the end of
 * standard input: runs are stopped then, as their kernels end too. Asked by a signal it ends alone: runs have
 * 10 seconds, and are left in their kernels after that, for the server that Jupyter starts next.
 */
export async function lab(options: ILabOptions): Promise<number> {
  const { interrupts } = options;
  const lines = createInterface({ input: process.stdin });
  const jupyterEnd = new AbortController();
  lines.on('close', () => jupyterEnd.abort());
  const ended = Promise.race([aborted(jupyterEnd.signal), aborted(interrupts.signal)]);
  const first = await Promise.race([
    new Promise<string>(resolve => lines.once('line', resolve)),
    ended.then(() => '')
  ]);
  const handOver = parseHandOver(first);
  const log = createLog(options.isDebug ? 'debug' : 'info');
  const place: IJupyterPlace = {
    id: 'jupyter',
    baseUrl: handOver.jupyter.baseUrl,
    token: handOver.jupyter.token,
    rootFolder: handOver.rootFolder
  };
  const file = process.env.CROSSCOMPUTE_ENGINES;
  const { maximumConcurrentRuns } = handOver;
  const engines = file ? await readEngines(file, process.env, maximumConcurrentRuns) : undefined;
  const results = openResults(process.env.CROSSCOMPUTE_RESULTS || null, process.env);
  await fs.mkdir(handOver.stateFolder, { recursive: true, mode: 0o700 });
  const services = await createServices({
    rootFolder: handOver.rootFolder,
    stateFolder: handOver.stateFolder,
    place: () => Promise.resolve(place),
    engineId: place.id,
    siteUri: configuration => `at/${configuration.split('/').map(encodeURIComponent).join('/')}/`,
    hasSites: true,
    isWatching: true,
    maximumConcurrentRuns,
    readyMinutes: handOver.readyMinutes,
    engines,
    results,
    assetsFolder: options.assetsFolder,
    environment: process.env,
    log
  });
  const app = await createServer(services, {
    proxySecret: handOver.secret,
    rootUri: '',
    hosts: null,
    origins: [],
    hasSites: true,
    version: options.version
  });
  try {
    if (handOver.socket) {
      await fs.rm(handOver.socket, { force: true });
      await app.listen({ path: handOver.socket });
    } else {
      await app.listen({ host: '127.0.0.1', port: handOver.port ?? 0 });
    }
    await services.queue.start();
    services.intervals.start();
    void services.sweeps.resume();
    process.stdout.write(`${JSON.stringify({ listening: handOver.socket ?? handOver.port })}\n`);
    await ended;
    if (!jupyterEnd.signal.aborted) {
      const gone = jupyterEnd.signal;
      await drainRuns(services.queue, interrupts, { say: line => log.info(line), gone });
    }
  } finally {
    await app.close();
    await services.close(id => id !== place.id || !jupyterEnd.signal.aborted);
  }
  return EXIT.done;
}

function parseHandOver(line: string): IHandOver {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null;
  }
  if (!isJsonObject(value) || !isJsonObject(value.jupyter)) {
    throw new UsageError('"lab" is started by Jupyter, with one line of JSON on standard input');
  }
  const settings = isJsonObject(value.settings) ? value.settings : {};
  return {
    socket: typeof value.socket === 'string' ? value.socket : null,
    port: typeof value.port === 'number' ? value.port : null,
    secret: requireText(value, 'secret'),
    jupyter: {
      baseUrl: requireText(value.jupyter, 'baseUrl'),
      token: typeof value.jupyter.token === 'string' ? value.jupyter.token : ''
    },
    rootFolder: requireText(value, 'rootFolder'),
    stateFolder: requireText(value, 'stateFolder'),
    maximumConcurrentRuns:
      typeof settings.maximumConcurrentRuns === 'number'
        ? settings.maximumConcurrentRuns
        : Math.min(4, os.availableParallelism()),
    readyMinutes:
      typeof settings.readyMinutes === 'number' ? settings.readyMinutes : DEFAULT_READY_MINUTES
  };
}

function requireText(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== 'string' || !value) {
    throw new UsageError(`the hand-over of Jupyter lacks "${key}"`);
  }
  return value;
}
