import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { OUR_ENVIRONMENT, activate, getProgram } from './paths.mjs';
import { killGroup } from './subprocess.mjs';
import { getMedian } from './table.mjs';

const START_LIMIT_MS = 60_000;
const REQUEST_COUNT = 300;

/** How each system serves a folder. */
const WORDS = {
  ours: (folder, port) => ['serve', folder, '--no-browser', '--port', `${port}`],
  original: (folder, port) => [
    '--serve',
    folder,
    '--no-browser',
    '--no-restart',
    '--port',
    `${port}`
  ]
};

/**
 * Serve an automation while some work goes on.
 *
 * @template T
 * @param {'ours' | 'original'} system
 * @param {string} environment - folder of the Python environment that has its command
 * @param {string} folder - of the automation
 * @param {(site: {uri: string, pid: number, seconds: number}) => Promise<T>} work - `uri` without a slash at its end;
 *   `pid` of its process, which the command becomes; `seconds` from its start to its first answer
 * @returns {Promise<T>}
 * @throws {Error} with what was said when it does not answer within a minute
 */
export async function withServer(system, environment, folder, work) {
  const port = await findPort();
  const started = performance.now();
  const child = spawn(getProgram(environment, 'crosscompute'), WORDS[system](folder, port), {
    env: activate(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32'
  });
  let said = '';
  child.stdout.on('data', data => (said += data));
  child.stderr.on('data', data => (said += data));
  const uri = `http://127.0.0.1:${port}`;
  try {
    const end = Date.now() + START_LIMIT_MS;
    while (!(await answers(uri))) {
      if (child.exitCode !== null || Date.now() > end) {
        throw new Error(`does not serve: ${said.trim().split('\n').at(-1)}`);
      }
      await wait(10);
    }
    return await work({ uri, pid: child.pid, seconds: (performance.now() - started) / 1000 });
  } finally {
    killGroup(child);
  }
}

/** Serve with our own command. */
export const withOurServer = (folder, work) => withServer('ours', OUR_ENVIRONMENT, folder, work);

/**
 * @param {string} uri
 * @returns {Promise<number>} median seconds from a request to its whole answer, the first ten left out
 */
export async function measureRequests(uri) {
  const seconds = [];
  for (let index = 0; index < REQUEST_COUNT; index++) {
    const started = performance.now();
    const response = await fetch(uri);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${response.status} for ${new URL(uri).pathname}: ${text.slice(0, 100)}`);
    }
    seconds.push((performance.now() - started) / 1000);
  }
  return getMedian(seconds.slice(10));
}

async function answers(uri) {
  try {
    return (await fetch(`${uri}/`)).status < 500;
  } catch {
    return false;
  }
}

async function findPort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
