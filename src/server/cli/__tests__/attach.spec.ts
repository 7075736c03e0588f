import { existsSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { IFindResponse, IRunResource, IRunResponse } from '../../../core/api';
import { isText, type JournalEvent } from '../../../core/run/journal';
import { isFinal } from '../../../core/run/run';
import { BUNDLE, createRandom } from '../../../testing/faultSweep';
import { startLabServer, type ILabServer } from '../../../testing/labServer';
import {
  findTestPython,
  startJupyterServer,
  until,
  type ITestServer
} from '../../../testing/jupyterServer';
import { createFolder } from '../../../testing/serverSetUp';
import { JupyterClient } from '../../engine/jupyterClient';
import { createLog } from '../../log';
import { journalPathOf } from '../../store/history';

const CELLS = 6;
const LINES = 4;

/** Many seeds are for `npm run test:faults`; ordinary tests take one. */
const COUNT = Number(process.env.CROSSCOMPUTE_FAULT_SEEDS ?? 1);
const FIRST = Number(process.env.CROSSCOMPUTE_FAULT_SEED ?? 1);
const SEEDS = Array.from({ length: COUNT }, (_, index) => FIRST + index);

/** Milliseconds from the request for a run to about its end. */
const RUN_MS = 4_000;

const configuration = (name: string) => `crosscompute: 0.9.4
name: ${name}
input:
  variables:
    - {id: key, view: ${name === 'secret' ? 'password' : 'string'}, path: variables.dictionary}
output:
  variables:
    - {id: total, view: number, path: variables.dictionary}
batches:
  - folder: standard
scripts:
  - path: ${name}.ipynb
`;

/** A cell that says something now and then, and shows something at its end; one waits for a file, one fails, and may. */
const cell = (number: number) => `import json, os, sys, time
from IPython.display import display, HTML
while ${number} == 2 and not os.path.exists("go"):
    time.sleep(0.02)
for line in range(${LINES}):
    print("cell ${number} line", line)
    print("note ${number}", line, file=sys.stderr)
    time.sleep(0.08)
display(HTML("<b>cell ${number}</b>"))
if ${number} == 4:
    raise ValueError("as it may")
if ${number} == ${CELLS - 1}:
    with open(os.environ["CROSSCOMPUTE_OUTPUT_FOLDER"] + "/variables.dictionary", "w") as file:
        json.dump({"total": 7}, file)
${number}`;

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
  cells: Array.from({ length: CELLS }, (_, number) => ({
    cell_type: 'code',
    id: `cell-${number}`,
    metadata: number === 4 ? { tags: ['raises-exception'] } : {},
    execution_count: null,
    outputs: [],
    source: cell(number)
  }))
});

/** Kill the process of a kernel, which Jupyter notices some seconds later. */
async function killKernel(id: string): Promise<void> {
  // Nothing else may be hit, whatever a record says.
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  for (const name of (await readdir('/proc')).filter(each => /^\d+$/.test(each))) {
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`kernel-${id}.json`)) {
      process.kill(Number(name), 'SIGKILL');
    }
  }
}

/** Servers and kernels start several times, on machines that do much else. */
const wait = (what: string, condition: () => Promise<boolean>) => until(what, condition, 90_000);

const python = findTestPython();
const describeWithBundle =
  python && existsSync(BUNDLE) && process.platform === 'linux' ? describe : describe.skip;

describeWithBundle('runs whose server is killed', () => {
  let jupyter: ITestServer;
  let folder: string;
  let server: ILabServer;

  beforeAll(async () => {
    jupyter = await startJupyterServer(python ?? '', '/');
  });
  afterAll(() => jupyter.close());

  const open = async (...names: string[]) => {
    const files = names.flatMap(name => [
      [`${name}/automate.yaml`, configuration(name)],
      [`${name}/${name}.ipynb`, NOTEBOOK],
      [`${name}/standard/input/variables.dictionary`, '{"key": "correct horse"}']
    ]);
    folder = await createFolder(Object.fromEntries(files));
    server = await startLabServer(folder, jupyter);
  };
  const restart = async () => {
    await server.kill();
    server = await startLabServer(folder, jupyter);
  };
  afterEach(async () => {
    await server.close();
    await wait('no kernel is left', async () => (await jupyter.kernels()).length === 0);
    await rm(folder, { recursive: true });
  });

  /** A run of an automation, and what is known of it. */
  const start = async (name: string) => {
    const asked = { path: `${name}/${name}.ipynb` };
    const found = await server.request<IFindResponse>('POST', '/api/automations/find', asked);
    const body = { automation: found.chosen, batch: 'standard' };
    const { id } = await server.request<IRunResponse>('POST', '/api/runs', body);
    const file = journalPathOf(path.join(folder, name), id);
    const events = async (): Promise<JournalEvent[]> =>
      (await readFile(file, 'utf-8').catch(() => ''))
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line));
    const resource = () => server.request<IRunResource>('GET', `/api/runs/${id}`);
    return {
      events,
      home: path.dirname(file),
      debug: path.join(folder, name, 'standard', 'debug'),
      resource,
      goOn: () => writeFile(path.join(folder, name, 'go'), ''),
      says: (text: string) =>
        wait(`${name} says "${text}"`, async () => textOf(await events(), 'stdout').includes(text)),
      ended: async () => {
        await wait(`${name} is over`, async () => isFinal((await resource()).state));
        return resource();
      }
    };
  };
  type Run = Awaited<ReturnType<typeof start>>;

  const textOf = (events: readonly JournalEvent[], stream: string) =>
    events
      .flatMap(event =>
        event.kind === 'output' && isText(event) && event.stream === stream ? event.text : []
      )
      .join('');
  const lines = (name: string) =>
    Array.from({ length: CELLS * LINES }, (_, index) => {
      const number = Math.floor(index / LINES);
      return `${name} ${number}${name === 'cell' ? ' line' : ''} ${index % LINES}\n`;
    }).join('');

  /** Numbers without gaps, one end, and nothing that was kept for a server that goes on. */
  const expectEnded = async (run: Run) => {
    const events = await run.events();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const ends = events.filter(event => event.kind === 'state' && isFinal(event.state));
    expect(ends).toEqual(events.slice(-1));
    expect(await readdir(run.home)).not.toContain('attach');
    return events;
  };

  /** Everything once, in order. */
  const expectWhole = async (run: Run) => {
    expect(await run.ended()).toMatchObject({ state: 'done', return_code: 0 });
    const { record } = await run.resource();
    expect(Object.keys(record.outputs)).toEqual(['output/variables.dictionary']);
    const events = await expectEnded(run);
    expect(textOf(events, 'stdout')).toBe(lines('cell'));
    expect(textOf(events, 'stderr')).toBe(lines('note'));
    const shown = events.flatMap(event =>
      event.kind === 'output' && !isText(event) ? `${event.cell} ${event.message.type}` : []
    );
    const numbers = Array.from({ length: CELLS }, (_, number) => number);
    expect(shown).toEqual(
      numbers.flatMap(number => [
        `${number} display_data`,
        `${number} ${number === 4 ? 'error' : 'execute_result'}`
      ])
    );
    const entries = events.flatMap(event => (event.kind === 'timing' ? event.entries : []));
    const spans = entries.flatMap(({ ph, cell: index }) => (index === undefined ? [] : ph + index));
    expect(spans.sort()).toEqual(['B', 'E'].flatMap(ph => numbers.map(number => ph + number)));
    expect(new Set(entries.map(({ n }) => n)).size).toBe(entries.length);
    for (const { id } of entries) {
      expect(entries.filter(entry => entry.id === id).map(({ ph }) => ph)).toEqual(['B', 'E']);
    }
    expect(await readFile(path.join(run.debug, 'stdout.txt'), 'utf-8')).toBe(lines('cell'));
    return events;
  };
  const attachedIn = (events: readonly JournalEvent[]) =>
    events.filter(event => event.kind === 'state' && event.attached).length;

  it('go on in their kernels, and say everything once; others are lost', async () => {
    await open('late', 'early', 'killed', 'secret');
    const late = await start('late');
    const killed = await start('killed');
    const secret = await start('secret');
    await late.says('cell 1 line 0');
    await killed.says('cell 0 line 0');
    await secret.says('cell 0 line 0');
    const early = await start('early');
    await early.says('cell 0 line 0');
    const { record } = await killed.resource();
    await server.kill();
    await killKernel(record.engine.kernel ?? '');
    expect(await readdir(secret.home)).not.toContain('attach');
    server = await startLabServer(folder, jupyter);
    await early.says('cell 1 line 3');
    await restart();
    await Promise.all([late, early].map(run => run.goOn()));
    expect(attachedIn(await expectWhole(early))).toBe(2);
    expect(attachedIn(await expectWhole(late))).toBe(2);
    for (const run of [killed, secret]) {
      expect(await run.ended()).toMatchObject({ state: 'lost', return_code: -40 });
      await expectEnded(run);
    }
  });

  it('can be stopped after that', async () => {
    await open('stopped');
    const run = await start('stopped');
    await run.says('cell 1 line 0');
    await restart();
    const { id } = await run.resource();
    await server.request('POST', `/api/runs/${id}/stop`);
    expect(await run.ended()).toMatchObject({ state: 'stopped', return_code: -1 });
    await expectEnded(run);
  });

  it.each(SEEDS)('end once, and whole if they end well, at any moment (seed %i)', async seed => {
    const random = createRandom(seed);
    await open('any');
    const run = await start('any');
    await run.goOn();
    for (let kills = 1 + Math.floor(random() * 2); kills > 0; kills -= 1) {
      await new Promise(resolve => setTimeout(resolve, random() * RUN_MS));
      await restart();
    }
    const { state } = await run.ended();
    if (state === 'done') {
      await expectWhole(run);
    } else {
      expect(state).toBe('lost');
      const events = await expectEnded(run);
      const said = textOf(events, 'stdout');
      expect(said).toBe(lines('cell').slice(0, said.length));
      if (!events.some(event => event.kind === 'timing' && event.entries[0].ph === 'E')) {
        // A kernel that was being started is known to nobody.
        const client = new JupyterClient(jupyter, createLog('silent'));
        await Promise.all((await jupyter.kernels()).map(kernel => client.remove(kernel)));
      }
    }
  });
});
