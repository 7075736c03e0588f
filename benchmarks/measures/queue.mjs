import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { writeRows } from '../automations.mjs';
import { OUR_ENVIRONMENT, activate, getProgram } from '../paths.mjs';
import { readMemory } from '../processes.mjs';
import { measureRequests, withOurServer } from '../serving.mjs';
import { attempt, withFolder } from './attempt.mjs';

const MANY = 10_000;
const PART = 1_000;
const COPY = 'cp {input_folder}/variables.dictionary {output_folder}/started.txt';
const WAIT = 'sleep 600';

/**
 * Measure a long queue: whether its length slows it down or costs memory, how a server begins that has a long history,
 * and how it answers while many wait.
 *
 * @param {Record<string, unknown>} runners - columns that are wanted; only ours is measured
 * @returns {Promise<import('../table.mjs').Row[]>}
 */
export async function measureQueue(runners) {
  if (!('ours' in runners)) {
    return [];
  }
  const cells = await withFolder(async folder => {
    writeRows(folder, MANY, COPY);
    return {
      ...(await settle(SWEEP_KEYS, () => measureSweep(folder))),
      ...(await measureStart(folder))
    };
  });
  Object.assign(cells, await settle(WAITING_KEYS, measureWaiting));
  return ROWS.map(({ key, ...row }) => ({ ...row, values: { ours: cells[key] } }));
}

const SWEEP_KEYS = ['first', 'last', 'memory'];
const WAITING_KEYS = ['queue', 'runs', 'page'];
/** Amounts of earlier rows that later ones are compared with. */
const known = {};

const ROWS = [
  { key: 'first', name: 'a run of 10,000 commands, the first thousand', unit: 'ms', reach: null },
  {
    key: 'last',
    name: 'a run of 10,000 commands, the last thousand',
    unit: 'ms',
    reach: { text: '≤ 1.2 × the first', isReached: ({ ours }) => ours <= 1.2 * known.first }
  },
  {
    key: 'memory',
    name: 'memory after 9,000 of them, less that after 1,000',
    unit: 'MB',
    reach: { text: '≤ 20 MB', isReached: ({ ours }) => ours <= 20e6 }
  },
  {
    key: 'start',
    name: 'starts with 10,000 runs in history',
    unit: 'ms',
    reach: { text: '≤ 1 s', isReached: ({ ours }) => ours <= 1 }
  },
  ...[
    ['queue', 'GET queue, 1,000 wait'],
    ['runs', 'GET runs, 1,000 wait'],
    ['page', 'step page, 1,000 wait']
  ].map(([key, name]) => ({
    key,
    name,
    unit: 'ms',
    reach: { text: '< 20 ms', isReached: ({ ours }) => ours < 0.02 }
  }))
];

/** What fails becomes a reason in the table. */
async function settle(keys, measure) {
  try {
    const amounts = await measure();
    Object.assign(known, amounts);
    return Object.fromEntries(keys.map(key => [key, { amount: amounts[key] }]));
  } catch (error) {
    return Object.fromEntries(keys.map(key => [key, { reason: error.message }]));
  }
}

/** Runs all rows, and looks at clock and memory at the first and the last thousand. */
async function measureSweep(folder) {
  const child = spawn(getProgram(OUR_ENVIRONMENT, 'crosscompute'), ['run', folder, '--json'], {
    env: activate(OUR_ENVIRONMENT),
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const marks = new Map();
  const memory = new Map();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, state } = JSON.parse(line);
    if (event === 'run') {
      if (state !== 'done') {
        child.kill();
        throw new Error(`a run ended as ${state}`);
      }
      count += 1;
      marks.set(count, performance.now() / 1000);
      if (count === PART || count === MANY - PART) {
        memory.set(count, readMemory(child.pid));
      }
    }
  }
  if (count !== MANY) {
    throw new Error(`only ${count} runs ended`);
  }
  // The first of all waits for the start of everything.
  const first = (marks.get(PART) - marks.get(1)) / (PART - 1);
  const last = (marks.get(MANY) - marks.get(MANY - PART)) / PART;
  return { first, last, memory: memory.get(MANY - PART) - memory.get(PART) };
}

async function measureStart(folder) {
  const measure = () => withOurServer(folder, async ({ seconds }) => seconds);
  return { start: await attempt(measure, 3) };
}

function measureWaiting() {
  return withFolder(async folder => {
    writeRows(folder, PART, WAIT);
    return withOurServer(folder, async ({ uri }) => {
      const [{ id }] = await (await fetch(`${uri}/api/automations`)).json();
      const response = await fetch(`${uri}/api/automations/${id}/run-all`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}'
      });
      if (!response.ok) {
        throw new Error(`the batches were not queued: ${response.status}`);
      }
      // They are queued after the answer.
      while ((await (await fetch(`${uri}/api/queue?limit=0`)).json()).counts.coming > 0) {
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      return {
        queue: await measureRequests(`${uri}/api/queue`),
        runs: await measureRequests(`${uri}/api/runs`),
        page: await measureRequests(`${uri}/a/rows/b/row-${PART / 2}/i`)
      };
    });
  });
}
