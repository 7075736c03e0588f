import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { OUR_ENVIRONMENT, activate, getProgram } from './paths.mjs';
import { killGroup } from './subprocess.mjs';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Start JupyterLab with this package on a folder, with settings and state of its own.
 *
 * @param {string} root - folder of the file browser
 * @param {string} state - folder for settings, workspaces and runtime files
 * @returns {Promise<{url: string, token: string, stop: () => Promise<void>}>} `url` ends with a slash;
 *   `stop` resolves when Jupyter and all it started are gone
 * @throws {Error} with its last words when it does not answer in time
 */
export async function startLab(root, state) {
  const port = await findFreePort();
  const token = randomBytes(24).toString('hex');
  const child = spawn(
    getProgram(OUR_ENVIRONMENT, 'jupyter'),
    [
      'lab',
      '--no-browser',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.root_dir=${root}`,
      '--LabApp.news_url=None',
      ...(process.getuid?.() === 0 ? ['--allow-root'] : [])
    ],
    {
      env: {
        ...activate(OUR_ENVIRONMENT),
        JUPYTER_TOKEN: token,
        JUPYTER_CONFIG_DIR: path.join(state, 'config'),
        JUPYTER_DATA_DIR: path.join(state, 'data'),
        JUPYTER_RUNTIME_DIR: path.join(state, 'runtime'),
        JUPYTERLAB_SETTINGS_DIR: path.join(state, 'settings'),
        JUPYTERLAB_WORKSPACES_DIR: path.join(state, 'workspaces')
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: process.platform !== 'win32'
    }
  );
  const said = [];
  child.stderr.on('data', data => said.push(data.toString()));
  const ended = new Promise(resolve => child.on('close', resolve));
  const url = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(child), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  try {
    await waitUntilUp(url, token, ended);
  } catch (error) {
    await stop();
    const words = said.join('').trim().split('\n').slice(-3).join(' | ').replaceAll(token, '…');
    throw new Error(`JupyterLab did not start: ${words}`, { cause: error });
  }
  return { url, token, stop };
}

async function waitUntilUp(url, token, ended) {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && !hasEnded) {
    try {
      const answer = await fetch(`${url}api/status`, {
        headers: { Authorization: `token ${token}` }
      });
      if (answer.ok) {
        return;
      }
    } catch (error) {
      // Nobody listens yet.
      if (error.cause?.code !== 'ECONNREFUSED') {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(hasEnded ? 'it ended' : `no answer within ${START_TIMEOUT_MS / 1000} s`);
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
