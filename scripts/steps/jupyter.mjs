import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEnvironment } from './node.mjs';
import { PYTHON, ROOT } from './paths.mjs';
import { capture, start } from './run.mjs';

const EXAMPLES = path.join(ROOT, 'examples');
const WELCOME = 'welcome.ipynb';

/**
 * Start JupyterLab on the examples with the welcome notebook open.
 *
 * @param words - more arguments for `jupyter lab`; they win over ours
 * @returns its process, which ends when this one is asked to end
 */
export function startJupyterLab(words) {
  const child = start(
    PYTHON,
    [
      ...['-m', 'jupyterlab', `--ServerApp.root_dir=${EXAMPLES}`],
      ...(existsSync(path.join(EXAMPLES, WELCOME))
        ? [`--LabApp.default_url=/lab/tree/${WELCOME}`]
        : []),
      // Jupyter refuses to run as root unless told; in containers there is no other user.
      ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
      ...words
    ],
    {
      env: createEnvironment(),
      // Away from the terminal, Ctrl-C reaches it once, through us, and it ends in order instead of asking.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit']
    }
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill('SIGTERM'));
  }
  return child;
}

/**
 * Wait until a JupyterLab serves its page.
 *
 * @returns address with its token, or null when the process ended before
 */
export async function waitForPage(child) {
  const ask = 'from jupyter_core.paths import jupyter_runtime_dir; print(jupyter_runtime_dir())';
  const folder = await capture(PYTHON, ['-c', ask], { env: createEnvironment() });
  const file = path.join(folder ?? '', `jpserver-${child.pid}.json`);
  while (child.exitCode === null && child.signalCode === null) {
    const address = existsSync(file) ? readAddress(file) : null;
    if (address && (await isServed(address))) {
      return address;
    }
    await sleep(100);
  }
  return null;
}

function readAddress(file) {
  try {
    const { url, token } = JSON.parse(readFileSync(file, 'utf8'));
    const tree = existsSync(path.join(EXAMPLES, WELCOME)) ? `lab/tree/${WELCOME}` : 'lab';
    return `${url}${tree}${token ? `?token=${token}` : ''}`;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null; // it is being written
    }
    throw error;
  }
}

async function isServed(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false; // not listening yet
  }
}
