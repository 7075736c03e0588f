// Prints one table, measured in one run: what CrossCompute, its peers and the floor need for the same work.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureBrowser } from './browser.mjs';
import { describeMachine } from './machine.mjs';
import { measureChanges } from './measures/change.mjs';
import { measureCells } from './measures/cells.mjs';
import { measureDeaths } from './measures/death.mjs';
import { measureEngine } from './measures/engine.mjs';
import { measureQueue } from './measures/queue.mjs';
import { createRunners } from './measures/runners.mjs';
import { measureServer } from './measures/server.mjs';
import { measureSweep } from './measures/sweep.mjs';
import { measureTrivialBatches } from './measures/trivial.mjs';
import { WORK_FOLDER } from './paths.mjs';
import { formatTable, isReached } from './table.mjs';

const MEASURES = {
  trivial: measureTrivialBatches,
  cells: measureCells,
  sweep: measureSweep,
  engine: measureEngine,
  queue: measureQueue,
  server: measureServer,
  death: measureDeaths,
  change: measureChanges,
  browser: (_, times) => measureBrowser(times)
};

const USAGE = `npm run benchmark -- [options]

  --only NAMES     comma-separated: ${Object.keys(MEASURES).join(', ')}
  --columns NAMES  comma-separated: ours, papermill, original, nbclient
  --times N        measurements each, of which the table shows the median (3)
  --strict         exit with 1 when something is not reached
  --help
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stdout.write(options);
    return options === USAGE ? 0 : 3;
  }
  const { names, columns, times, isStrict } = options;
  const report = message => process.stderr.write(`${message}\n`);
  const runners = Object.fromEntries(
    Object.entries(createRunners(report)).filter(([column]) => columns?.includes(column) ?? true)
  );
  const machine = await describeMachine();
  const rows = [];
  for (const name of names) {
    report(`measuring ${name} …`);
    rows.push(...(await MEASURES[name](runners, times)));
  }
  process.stdout.write(
    [
      ...machine,
      `median of ${times}; times of whole commands include their start; two at once`,
      '',
      formatTable(rows),
      ''
    ].join('\n')
  );
  mkdirSync(WORK_FOLDER, { recursive: true });
  writeFileSync(
    path.join(WORK_FOLDER, 'results.json'),
    JSON.stringify({ measured: new Date().toISOString(), machine, times, rows }, null, 2)
  );
  return isStrict && rows.some(row => isReached(row) === false) ? 1 : 0;
}

function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        columns: { type: 'string' },
        times: { type: 'string', default: '3' },
        strict: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false }
      }
    }));
  } catch (error) {
    return `${error.message}\n\n${USAGE}`;
  }
  const names = values.only?.split(',') ?? Object.keys(MEASURES);
  const unknown = names.find(name => !(name in MEASURES));
  const times = Number(values.times);
  if (values.help) {
    return USAGE;
  }
  if (unknown !== undefined) {
    return `--only ${unknown} is not known\n\n${USAGE}`;
  }
  if (!Number.isInteger(times) || times < 1) {
    return `--times must be a whole number from 1\n\n${USAGE}`;
  }
  return { names, columns: values.columns?.split(','), times, isStrict: values.strict };
}
