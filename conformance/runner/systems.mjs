import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createEnvironment, requireNode } from '../../scripts/steps/node.mjs';
import { ROOT, SERVER_FOLDER } from '../../scripts/steps/paths.mjs';

/** What every system finds in its environment, so that cases can say what of it reaches scripts. */
const VARIABLES = {
  CONFORMANCE_SECRET: 'swordfish',
  CONFORMANCE_REGION: 'euwest',
  CONFORMANCE_UNDECLARED: 'never handed over',
  CONFORMANCE_TOKEN: 'conformance-token-of-ada'
};

/** How long a system may take for one thing. */
const LIMIT_MS = 180000;

/** Our own server, by its bundle. */
export const OURS = {
  name: 'ours',
  command: words => [requireNode(), [path.join(SERVER_FOLDER, 'crosscompute.cjs'), ...words]],
  runWords: configuration => ['run', configuration],
  serveWords: (configuration, port) => [
    'serve',
    configuration,
    '--no-browser',
    '--port',
    `${port}`
  ],
  environment: () => createEnvironment(VARIABLES)
};

/** Folder of the environment that `npm run conformance:original` makes. */
export const ORIGINAL_FOLDER = path.join(ROOT, '.original');

/** The original framework, or null where it is not installed. */
export function findOriginal() {
  const folder = process.env.CROSSCOMPUTE_ORIGINAL ?? ORIGINAL_FOLDER;
  const bin = path.join(folder, 'bin');
  const command = path.join(bin, 'crosscompute');
  return existsSync(command)
    ? {
        name: 'original',
        command: words => [command, words],
        runWords: configuration => [configuration, '--run'],
        serveWords: (configuration, port) => [
          configuration,
          '--serve',
          '--no-browser',
          '--no-restart',
          '--port',
          `${port}`
        ],
        environment: () => ({ ...process.env, ...VARIABLES, PATH: `${bin}:${process.env.PATH}` })
      }
    : null;
}

/** Run all batches. @returns exit status and what was said */
export async function runBatches(system, configuration) {
  const child = start(system, system.runWords(configuration), path.dirname(configuration));
  const timer = setTimeout(() => child.process.kill('SIGKILL'), LIMIT_MS);
  const status = await child.ended;
  clearTimeout(timer);
  return { status, text: child.text() };
}

/**
 * Serve a site.
 *
 * @returns its address without a slash at the end, and `stop`
 * @throws {Error} with what was said, when it does not answer
 */
export async function serveSite(system, configuration) {
  const port = await findPort();
  const child = start(system, system.serveWords(configuration, port), path.dirname(configuration));
  const uri = `http://127.0.0.1:${port}`;
  const end = Date.now() + LIMIT_MS;
  let hasEnded = false;
  void child.ended.then(() => (hasEnded = true));
  while (!(await answers(uri))) {
    if (hasEnded || Date.now() > end) {
      child.process.kill('SIGKILL');
      throw new Error(`${system.name} does not serve ${configuration}:\n${child.text()}`);
    }
    await wait(100);
  }
  return {
    uri,
    text: child.text,
    stop: async () => {
      child.process.kill('SIGINT');
      const timer = setTimeout(() => child.process.kill('SIGKILL'), 15000);
      await child.ended;
      clearTimeout(timer);
    }
  };
}

async function answers(uri) {
  try {
    return (await fetch(`${uri}/`)).status < 500;
  } catch {
    return false;
  }
}

function start(system, words, cwd) {
  const [command, all] = system.command(words);
  const process_ = spawn(command, all, {
    cwd,
    env: system.environment(),
    stdio: ['ignore', 'pipe', 'pipe']
  });
  let text = '';
  process_.stdout.on('data', chunk => (text += chunk));
  process_.stderr.on('data', chunk => (text += chunk));
  const ended = new Promise((resolve, reject) => {
    process_.on('error', reject);
    process_.on('close', status => resolve(status ?? 1));
  });
  return { process: process_, ended, text: () => text };
}

async function findPort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
