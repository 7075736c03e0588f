import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { getCellsPath, readCells, requireOutputs, writeAutomation } from '../automations.mjs';
import { OUR_ENVIRONMENT, activate, getProgram } from '../paths.mjs';
import { withOurServer } from '../serving.mjs';
import { runTimed } from '../subprocess.mjs';
import { attempt, withFolder } from './attempt.mjs';
import { getDriver } from './runners.mjs';

/** Trivial batches one after the other, and how many of them the start of everything is measured with. */
const IN_A_ROW = { many: 1_000, few: 20 };
const FIGURES = { many: 100, few: 10 };
const FIGURE_FILES = ['paths.png', 'ends.png', 'variables.dictionary'];
const LIMIT_MS = 1_800_000;

/**
 * Measure what the engine adds to the work itself: to a trivial batch of many, to batches that draw, and to the first
 * run of a server.
 *
 * @param {Record<string, import('./runners.mjs').Runner>} runners
 * @param {number} times - measurements of the first run; the others take minutes, and are measured once
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureEngine(runners, times) {
  const figures = await measureFigures(runners);
  return [
    {
      name: `a further trivial batch, of ${format(IN_A_ROW.many)} in a row`,
      unit: 'ms',
      values: 'ours' in runners ? { ours: await attempt(measureInARow, 1) } : {},
      reach: { text: '≤ 20 ms', isReached: ({ ours }) => ours <= 0.02 }
    },
    {
      name: `a further batch with two figures, of ${FIGURES.many}`,
      unit: 'ms',
      values: figures.further,
      reach: { text: '≤ 1.5 × floor', isReached: ({ ours, floor }) => compare(ours, 1.5, floor) }
    },
    {
      name: `${FIGURES.many} batches with two figures, numpy + matplotlib`,
      unit: 's',
      values: figures.all,
      reach: {
        text: '3 × 0.9.4.13, 6 × papermill',
        isReached: ({ ours, original, papermill }) =>
          original === undefined || papermill === undefined
            ? null
            : ours * 3 <= original && ours * 6 <= papermill
      }
    },
    {
      name: 'first run of a server, two figures',
      unit: 's',
      values: await measureFirst(runners, times),
      reach: {
        text: '≤ fresh kernel + 0.3 s',
        isReached: ({ ours, floor }) => (floor === undefined ? null : ours <= floor + 0.3)
      }
    }
  ];
}

/** @returns seconds that one more batch takes */
async function measureInARow() {
  const seconds = {};
  for (const [size, batchCount] of Object.entries(IN_A_ROW)) {
    seconds[size] = await withFolder(async folder => {
      writeAutomation(folder, { name: 'Trivial', cells: readCells('trivial'), batchCount });
      const taken = await runTimed(
        getProgram(OUR_ENVIRONMENT, 'crosscompute'),
        ['run', folder, '--jobs', '1', '--quiet'],
        { env: activate(OUR_ENVIRONMENT), timeoutMs: LIMIT_MS }
      );
      requireOutputs(folder, batchCount, ['variables.dictionary']);
      return taken.seconds;
    });
  }
  return (seconds.many - seconds.few) / (IN_A_ROW.many - IN_A_ROW.few);
}

/** Every runner with few and with many batches: what one more takes is known without the start of everything. */
async function measureFigures(runners) {
  // The notebook shows its figures, which is part of its own work.
  const floor = { run: async folder => ({ seconds: await runFloor(folder) }) };
  const cells = { further: {}, all: {} };
  for (const [column, runner] of Object.entries({ ...runners, floor })) {
    const seconds = {};
    for (const [size, batchCount] of Object.entries(FIGURES)) {
      seconds[size] = await attempt(() => runFigures(runner, batchCount), 1);
    }
    const { many, few } = seconds;
    cells.all[column] = many;
    cells.further[column] =
      'reason' in many || 'reason' in few
        ? many
        : { amount: (many.amount - few.amount) / (FIGURES.many - FIGURES.few) };
  }
  return cells;
}

function runFigures(runner, batchCount) {
  return withFolder(async folder => {
    writeAutomation(folder, { name: 'Figures', cells: readCells('figures'), batchCount });
    const { seconds } = await runner.run(folder);
    requireOutputs(folder, batchCount, FIGURE_FILES);
    return seconds;
  });
}

async function runFloor(folder) {
  return Number(await runDriver('run_floor', [folder, getCellsPath('figures'), '--shown']));
}

async function measureFirst(runners, times) {
  const cells = {};
  const withFigures = work =>
    withFolder(folder => {
      writeAutomation(folder, { name: 'Figures', cells: readCells('figures'), batchCount: 1 });
      return work(folder);
    });
  if ('ours' in runners) {
    cells.ours = await attempt(
      () => withFigures(folder => withOurServer(folder, site => runOnce(site, folder))),
      times
    );
  }
  cells.floor = await attempt(
    () => withFigures(async folder => Number(await runDriver('run_fresh', [folder]))),
    times
  );
  return cells;
}

/** @returns seconds from a POST to the end in the record of the run */
async function runOnce({ uri }, folder) {
  const posted = Date.now();
  const response = await fetch(`${uri}/a/figures.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seed: { value: 7 } })
  });
  const { run } = await response.json();
  const file = path.join(folder, '.crosscompute', 'history', run, 'run.json');
  for (;;) {
    const { state, ended } = JSON.parse(readFileSync(file, 'utf8'));
    if (ended !== null) {
      if (state !== 'done') {
        throw new Error(`the run ended as ${state}`);
      }
      return (Date.parse(ended) - posted) / 1000;
    }
    if (Date.now() > posted + LIMIT_MS) {
      throw new Error('the run did not end');
    }
    await wait(20);
  }
}

async function runDriver(name, words) {
  const { stdout } = await runTimed(
    getProgram(OUR_ENVIRONMENT, 'python'),
    [getDriver(name), ...words],
    { env: activate(OUR_ENVIRONMENT) }
  );
  return stdout;
}

function compare(amount, factor, other) {
  return other === undefined ? null : amount <= factor * other;
}

function format(count) {
  return count.toLocaleString('en-US');
}
