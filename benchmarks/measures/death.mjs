import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeAutomation } from '../automations.mjs';
import { OUR_ENVIRONMENT, activate, getProgram } from '../paths.mjs';
import { killGroup } from '../subprocess.mjs';
import { attempt, withFolder } from './attempt.mjs';

const LIMIT_MS = 60_000;

/** Says which process it is, as a whole, and goes on for ever. */
const SOURCE = `import os, time
folder = os.environ["CROSSCOMPUTE_DEBUG_FOLDER"]
with open(folder + "/draft", "w") as file:
    file.write(str(os.getpid()))
os.rename(folder + "/draft", folder + "/process.txt")
time.sleep(1000)`;

/**
 * Measure how long a run goes on as if nothing had happened when its process was killed.
 *
 * @param {Record<string, unknown>} runners - columns that are wanted
 * @param {number} times - measurements each
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureDeaths(runners, times) {
  const rows = [];
  for (const isolation of 'ours' in runners ? ['kernel', 'fork'] : []) {
    rows.push({
      name: `killed ${isolation} → run failed`,
      unit: 's',
      values: { ours: await attempt(() => measureOnce(isolation), times) },
      reach: { text: '≤ 3 s', isReached: ({ ours }) => ours <= 3 }
    });
  }
  return rows;
}

function measureOnce(isolation) {
  return withFolder(async folder => {
    writeAutomation(folder, {
      name: 'Hang',
      cells: [{ name: null, source: SOURCE }],
      batchCount: 1
    });
    appendFileSync(path.join(folder, 'automate.yaml'), `environment:\n  isolation: ${isolation}\n`);
    const child = spawn(getProgram(OUR_ENVIRONMENT, 'crosscompute'), ['run', folder], {
      env: activate(OUR_ENVIRONMENT),
      stdio: 'ignore',
      detached: process.platform !== 'win32'
    });
    const ended = new Promise(resolve => child.once('close', resolve));
    try {
      const name = path.join(folder, 'batches', 'batch-001', 'debug', 'process.txt');
      const end = Date.now() + LIMIT_MS;
      while (!existsSync(name)) {
        if (child.exitCode !== null || Date.now() > end) {
          throw new Error('its cell did not begin');
        }
        await wait(10);
      }
      const killed = Date.now();
      process.kill(Number(readFileSync(name, 'utf8')), 'SIGKILL');
      await ended;
      return (readEnd(folder) - killed) / 1000;
    } finally {
      killGroup(child);
    }
  });
}

/** When the run says that it failed, in milliseconds since the epoch. */
function readEnd(folder) {
  const history = path.join(folder, '.crosscompute', 'history');
  const [id] = readdirSync(history);
  const record = JSON.parse(readFileSync(path.join(history, id, 'run.json'), 'utf8'));
  if (record.error?.code !== 'kernel-died') {
    throw new Error(`the run ended as ${record.state} (${record.error?.code})`);
  }
  return Date.parse(record.ended);
}
