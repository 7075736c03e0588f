import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeRows } from '../automations.mjs';
import { OUR_ENVIRONMENT, activate, getProgram } from '../paths.mjs';
import { requirePeer } from '../peers.mjs';
import { readMemory, readProcessorSeconds } from '../processes.mjs';
import { measureRequests, withServer } from '../serving.mjs';
import { runTimed } from '../subprocess.mjs';
import { getMedian } from '../table.mjs';
import { withFolder } from './attempt.mjs';

const MANY = 10_000;
const READER_COUNT = 200;
/** Posts after which a server is as it is for most of its time. */
const WARM_UP = 5;
const IDLE_SECONDS = 5;

/**
 * Measure what people wait for who look at pages, and what the server costs.
 *
 * @param {Record<string, unknown>} runners - columns that are wanted
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureServer(runners) {
  const systems = {};
  if ('ours' in runners) {
    systems.ours = async () => OUR_ENVIRONMENT;
  }
  if ('original' in runners) {
    systems.original = () =>
      requirePeer('original', message => process.stderr.write(`${message}\n`));
  }
  const columns = {};
  for (const [system, findEnvironment] of Object.entries(systems)) {
    columns[system] = await measureSystem(system, findEnvironment);
  }
  return ROWS.map(({ key, ...row }) => ({
    ...row,
    values: Object.fromEntries(
      Object.entries(columns).flatMap(([system, cells]) =>
        cells[key] ? [[system, cells[key]]] : []
      )
    )
  }));
}

const within = (text, most) => ({ text, isReached: ({ ours }) => ours <= most });

const ROWS = [
  { key: 'page', name: 'step page, 1 batch', unit: 'ms', reach: within('< 5 ms', 0.005) },
  {
    key: 'pageOfMany',
    name: 'step page, 10,000 batches',
    unit: 'ms',
    reach: within('< 5 ms', 0.005)
  },
  { key: 'listOfMany', name: 'page of an automation, 10,000 batches', unit: 'ms', reach: null },
  { key: 'start', name: 'POST → run started', unit: 'ms', reach: within('< 20 ms', 0.02) },
  { key: 'script', name: 'POST → its script has written', unit: 'ms', reach: null },
  { key: 'open', name: 'opens 10,000 rows', unit: 'ms', reach: within('< 500 ms', 0.5) },
  {
    key: 'memory',
    name: 'memory with 10,000 batches',
    unit: 'MB',
    reach: within('< 150 MB', 150e6)
  },
  {
    key: 'readers',
    name: '200 readers, nothing happens',
    unit: '%',
    reach: within('< 10 % of a core', 0.1)
  }
];

async function measureSystem(system, findEnvironment) {
  const cells = {};
  const record = async (keys, work) => {
    try {
      Object.assign(cells, await work(await findEnvironment()));
    } catch (error) {
      keys.forEach(key => (cells[key] = { reason: error.message }));
    }
  };
  await record(['page', 'start', 'script'], environment => measureOne(system, environment));
  await record(['pageOfMany', 'listOfMany', 'memory', 'readers'], environment =>
    measureMany(system, environment)
  );
  if (system === 'ours') {
    await record(['open'], measureOpening);
  }
  return cells;
}

function measureOne(system, environment) {
  return withFolder(async folder => {
    writeRows(folder, 1);
    return withServer(system, environment, folder, async ({ uri }) => ({
      page: { amount: await measureRequests(`${uri}/a/rows/b/row-1/i`) },
      ...(await measureStart(system, uri, folder))
    }));
  });
}

function measureMany(system, environment) {
  return withFolder(async folder => {
    writeRows(folder, MANY);
    return withServer(system, environment, folder, async ({ uri, pid }) => {
      const pageOfMany = await measureRequests(`${uri}/a/rows/b/row-${MANY / 2}/i`);
      const listOfMany = await measureRequests(`${uri}/a/rows`);
      const memory = readMemory(pid);
      const readers = await measureReaders(system, uri, pid);
      return Object.fromEntries(
        Object.entries({ pageOfMany, listOfMany, memory, readers }).map(([key, amount]) => [
          key,
          { amount }
        ])
      );
    });
  });
}

/** Median seconds from a POST to the start in the run's record, which is ours alone, and to the first line of its script. */
async function measureStart(system, uri, folder) {
  const starts = [];
  const scripts = [];
  for (let index = 0; index < 25; index++) {
    const posted = Date.now() / 1000;
    const response = await fetch(`${uri}/a/rows.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number: { value: index + 100 }, town: { value: 'x' } })
    });
    const { batch_slug: slug, run } = await response.json();
    scripts.push(
      (await readStart(path.join(folder, 'runs', slug, 'output', 'started.txt'))) - posted
    );
    if (system === 'ours') {
      const file = path.join(folder, '.crosscompute', 'history', run, 'run.json');
      starts.push(Date.parse(JSON.parse(readFileSync(file, 'utf8')).started) / 1000 - posted);
    }
  }
  const cells = { script: { amount: getMedian(scripts.slice(WARM_UP)) } };
  return starts.length ? { ...cells, start: { amount: getMedian(starts.slice(WARM_UP)) } } : cells;
}

async function readStart(file) {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    try {
      const text = readFileSync(file, 'utf8');
      if (text.endsWith('\n')) {
        return Number(text);
      }
    } catch (error) {
      if (error.code !== 'ENOENT') {
        throw error;
      }
    }
    await wait(5);
  }
  throw new Error('a posted run did not start within 20 s');
}

/** @returns seconds that 9,999 further rows cost when a configuration is opened */
async function measureOpening() {
  const seconds = [];
  for (const count of [1, MANY]) {
    seconds.push(
      await withFolder(async folder => {
        writeRows(folder, count);
        const times = [];
        for (let index = 0; index < 3; index++) {
          const words = ['check', folder, '--quiet'];
          const { seconds: taken } = await runTimed(
            getProgram(OUR_ENVIRONMENT, 'crosscompute'),
            words,
            {
              env: activate(OUR_ENVIRONMENT)
            }
          );
          times.push(taken);
        }
        return getMedian(times);
      })
    );
  }
  return { open: { amount: seconds[1] - seconds[0] } };
}

/** @returns share of a core that a server needs while readers wait for news that do not come */
async function measureReaders(system, uri, pid) {
  const abort = new AbortController();
  const address =
    system === 'ours'
      ? await ownStream(uri)
      : `${uri}/streams/mutations/a/rows/b/row-1/o.json?t=${Date.now() / 1000}`;
  const readers = await Promise.all(
    Array.from({ length: READER_COUNT }, () =>
      fetch(address, { headers: { accept: 'text/event-stream' }, signal: abort.signal })
    )
  );
  try {
    const refused = readers.find(({ ok }) => !ok);
    if (refused) {
      throw new Error(`a reader was refused with ${refused.status}`);
    }
    await wait(1000);
    const before = readProcessorSeconds(pid);
    await wait(IDLE_SECONDS * 1000);
    return (readProcessorSeconds(pid) - before) / IDLE_SECONDS;
  } finally {
    abort.abort();
  }
}

/** The topics that an open output page follows. */
async function ownStream(uri) {
  const page = await (await fetch(`${uri}/a/rows/b/row-1/o`)).text();
  const id = /"automation":"([^"]+)"/.exec(page)[1];
  const topics = [`data:${id}/row-1`, `config:${id}`];
  return `${uri}/api/events?topics=${encodeURIComponent(topics.join(','))}`;
}
