import { getCellsPath, readCells, requireOutputs, writeAutomation } from '../automations.mjs';
import { OUR_ENVIRONMENT, activate, getProgram } from '../paths.mjs';
import { runTimed } from '../subprocess.mjs';
import { attempt, withFolder } from './attempt.mjs';
import { getDriver } from './runners.mjs';

const BATCH_COUNT = 12;
const OUTPUTS = ['months.png', 'amounts.png', 'shops.json', 'variables.dictionary'];

/**
 * Measure twelve reports with pandas and matplotlib, the whole command from start to exit.
 *
 * @param {Record<string, import('./runners.mjs').Runner>} runners
 * @param {number} times - measurements each
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureSweep(runners, times) {
  const values = {};
  for (const [column, runner] of Object.entries(runners)) {
    values[column] = await attempt(
      () => measureOnce(async folder => (await runner.run(folder)).seconds),
      times
    );
  }
  values.floor = await attempt(() => measureOnce(measureFloor), times);
  return [
    {
      name: `${BATCH_COUNT} reports of 5 cells, pandas + matplotlib`,
      unit: 's',
      values,
      reach: { text: 'faster than both peers', isReached: isFasterThanBoth }
    }
  ];
}

function measureOnce(measure) {
  return withFolder(async folder => {
    writeAutomation(folder, {
      name: 'Sweep',
      cells: readCells('report'),
      batchCount: BATCH_COUNT
    });
    const seconds = await measure(folder);
    requireOutputs(folder, BATCH_COUNT, OUTPUTS);
    return seconds;
  });
}

async function measureFloor(folder) {
  const { stdout } = await runTimed(
    getProgram(OUR_ENVIRONMENT, 'python'),
    [getDriver('run_floor'), folder, getCellsPath('report')],
    { env: activate(OUR_ENVIRONMENT) }
  );
  return Number(stdout);
}

function isFasterThanBoth({ ours, papermill, original }) {
  if (papermill === undefined || original === undefined) {
    return null;
  }
  return ours < papermill && ours < original;
}
