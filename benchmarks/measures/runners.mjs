import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCellSeconds } from '../journal.mjs';
import { BENCHMARKS_FOLDER, OUR_ENVIRONMENT, activate, getProgram } from '../paths.mjs';
import { requirePeer } from '../peers.mjs';
import { runTimed } from '../subprocess.mjs';

/**
 * One way to run all batches of an automation as its users do.
 *
 * @typedef {object} Runner
 * @property {(folder: string) => Promise<Result>} run - all batches of the automation in the folder
 *
 * @typedef {object} Result
 * @property {number} seconds - wall time of the whole command, its start included
 * @property {() => number} getCellSeconds - seconds from first cell's begin to last cell's end in the first batch
 */

/**
 * @param {(message: string) => void} report - told what takes a while
 * @returns {Record<'ours' | 'papermill' | 'original' | 'nbclient', Runner>}
 */
export function createRunners(report) {
  return {
    ours: { run: runOurs },
    papermill: {
      run: async folder =>
        runDriver(await requirePeer('papermill', report), 'run_papermill', folder)
    },
    original: {
      run: async folder => runOriginal(await requirePeer('original', report), folder)
    },
    nbclient: { run: folder => runDriver(OUR_ENVIRONMENT, 'run_nbclient', folder) }
  };
}

/**
 * @param {string} driver - name of a file in `python/`, without suffix
 * @returns {string} its absolute path
 */
export function getDriver(driver) {
  return path.join(BENCHMARKS_FOLDER, 'python', `${driver}.py`);
}

async function runOurs(folder) {
  const { seconds, stdout } = await runTimed(
    getProgram(OUR_ENVIRONMENT, 'crosscompute'),
    ['run', folder, '--json'],
    { env: activate(OUR_ENVIRONMENT) }
  );
  const events = stdout
    .split('\n')
    .filter(line => line.trim())
    .map(line => JSON.parse(line));
  const failed = events.filter(({ event, state }) => event === 'run' && state !== 'done');
  if (failed.length) {
    throw new Error(`batch ${failed[0].batch} ended as ${failed[0].state}`);
  }
  const journal = path.join(folder, 'batches', 'batch-001', 'debug', 'journal.ndjson');
  return { seconds, getCellSeconds: () => readCellSeconds(readFileSync(journal, 'utf8')) };
}

async function runOriginal(environment, folder) {
  const { seconds } = await runTimed(getProgram(environment, 'crosscompute'), ['--run', folder], {
    env: activate(environment)
  });
  return {
    seconds,
    getCellSeconds: () => {
      throw new Error('it runs notebooks as one plain script, without cells');
    }
  };
}

async function runDriver(environment, driver, folder) {
  const { seconds, stdout } = await runTimed(
    getProgram(environment, 'python'),
    [getDriver(driver), folder],
    { env: activate(environment) }
  );
  return { seconds, getCellSeconds: () => Number(stdout.trim().split('\n')[0]) };
}
