import { readCells, requireOutputs, writeAutomation } from '../automations.mjs';
import { attempt, withFolder } from './attempt.mjs';

const BATCH_COUNT = 20;

/**
 * Measure what a batch costs beside its work: batches of one trivial cell, the whole command
 * divided by their number.
 *
 * @param {Record<string, import('./runners.mjs').Runner>} runners
 * @param {number} times - measurements each
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureTrivialBatches(runners, times) {
  const values = {};
  for (const [column, runner] of Object.entries(runners)) {
    values[column] = await attempt(() => measureOnce(runner), times);
  }
  return [
    {
      name: `a trivial notebook batch, of ${BATCH_COUNT}`,
      unit: 'ms',
      values,
      reach: {
        text: 'faster than papermill',
        isReached: ({ ours, papermill }) => (papermill === undefined ? null : ours < papermill)
      }
    }
  ];
}

function measureOnce(runner) {
  return withFolder(async folder => {
    writeAutomation(folder, {
      name: 'Trivial',
      cells: readCells('trivial'),
      batchCount: BATCH_COUNT
    });
    const { seconds } = await runner.run(folder);
    requireOutputs(folder, BATCH_COUNT, ['variables.dictionary']);
    return seconds / BATCH_COUNT;
  });
}
