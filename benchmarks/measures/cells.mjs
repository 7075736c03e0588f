import { readCells, requireOutputs, writeAutomation } from '../automations.mjs';
import { attempt, withFolder } from './attempt.mjs';

const CELL_COUNT = 100;
const REACH_SECONDS = 0.5;

/**
 * Measure a hundred trivial cells, from the begin of the first to the end of the last.
 *
 * @param {Record<string, import('./runners.mjs').Runner>} runners
 * @param {number} times - measurements each
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureCells(runners, times) {
  const values = {};
  for (const [column, runner] of Object.entries(runners)) {
    // The original knows no cells: there is nothing to compare.
    if (column !== 'original') {
      values[column] = await attempt(() => measureOnce(runner), times);
    }
  }
  return [
    {
      name: `${CELL_COUNT} trivial cells, kernel ready`,
      unit: 'ms',
      values,
      reach: {
        text: `≤ ${REACH_SECONDS * 1000} ms`,
        isReached: ({ ours }) => ours <= REACH_SECONDS
      }
    }
  ];
}

function measureOnce(runner) {
  return withFolder(async folder => {
    // Without headings: peers that handle Markdown cells one by one would seem slower than they are.
    const cells = [
      ...Array.from({ length: CELL_COUNT - 1 }, (_, index) => String(index + 1)),
      ...readCells('trivial').map(({ source }) => source)
    ].map(source => ({ name: null, source }));
    writeAutomation(folder, {
      name: 'Cells',
      cells,
      batchCount: 1
    });
    const { getCellSeconds } = await runner.run(folder);
    requireOutputs(folder, 1, ['variables.dictionary']);
    return getCellSeconds();
  });
}
