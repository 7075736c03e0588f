import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { IRunResource, IRunSummary } from '../../../core/api';
import { BUNDLE, createRandom } from '../../../testing/faultSweep';
import {
  findTestPython,
  startJupyterServer,
  type ITestServer
} from '../../../testing/jupyterServer';
import { attachedIn, LabRuns, linesOf, TALKING, textOf, waitFor } from '../../../testing/labRuns';
import { JupyterClient } from '../../engine/jupyterClient';
import { createLog } from '../../log';

/** Many seeds are for `npm run test:faults`; ordinary tests take one. */
const COUNT = Number(process.env.CROSSCOMPUTE_FAULT_SEEDS ?? 1);
const FIRST = Number(process.env.CROSSCOMPUTE_FAULT_SEED ?? 1);
const SEEDS = Array.from({ length: COUNT }, (_, index) => FIRST + index);

/** Milliseconds from the request for a run to about its end. */
const RUN_MS = 4_000;

/** A program that waits to go on. */
const WAITING = `sh -c 'echo begun; while [ ! -e go ]; do sleep 0.05; done; echo "{\\"total\\": 1}" > $CROSSCOMPUTE_OUTPUT_FOLDER/variables.dictionary'`;

/** A cell that leaves a mark each time that it is executed. */
const MARKING = 'print("first")\nwith open("marks", "a") as file:\n    file.write("x")';

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

const python = findTestPython();
const describeWithBundle =
  python && existsSync(BUNDLE) && process.platform === 'linux' ? describe : describe.skip;

describeWithBundle('runs whose server', () => {
  let jupyter: ITestServer;
  let runs: LabRuns;

  beforeAll(async () => {
    jupyter = await startJupyterServer(python ?? '', '/');
  });
  afterAll(() => jupyter.close());

  const noKernelIsLeft = () =>
    waitFor('no kernel is left', async () => (await jupyter.kernels()).length === 0);

  afterEach(async () => {
    await runs.close();
    await noKernelIsLeft();
    await runs.remove();
  });

  /** Ask the server to end; resolves when it waits for its runs. */
  const terminate = async () => {
    runs.server.terminate();
    await waitFor('it waits', async () => runs.server.log().includes('Waiting at most 10 seconds'));
  };

  it('is killed go on in their kernels, and say everything once; others are lost', async () => {
    const tools = { late: {}, early: {}, killed: {}, secret: { view: 'password' } };
    runs = await LabRuns.open(jupyter, tools);
    const late = await runs.start('late');
    const killed = await runs.start('killed');
    const secret = await runs.start('secret');
    await late.says('cell 1 line 0');
    await killed.says('cell 0 line 0');
    await secret.says('cell 0 line 0');
    const early = await runs.start('early');
    await early.says('cell 0 line 0');
    const { record } = await killed.resource();
    await runs.server.kill();
    await killKernel(record.engine.kernel ?? '');
    expect(await secret.home()).not.toContain('attach');
    await runs.startServer();
    await early.says('cell 1 line 3');
    await runs.restart();
    await Promise.all([late, early].map(run => run.goOn()));
    expect(attachedIn(await early.expectWhole())).toBe(2);
    expect(attachedIn(await late.expectWhole())).toBe(2);
    for (const run of [killed, secret]) {
      const message = expect.stringMatching(/^the server was restarted while it .*; run it again$/);
      const lost = { state: 'lost', return_code: -40, error: { code: 'lost', message } };
      expect(await run.ended()).toMatchObject(lost);
      await run.expectEnded();
    }
  });

  it('is killed can be stopped after that', async () => {
    runs = await LabRuns.open(jupyter, { stopped: {} });
    const run = await runs.start('stopped');
    await run.says('cell 1 line 0');
    await runs.restart();
    await runs.server.request('POST', `/api/runs/${run.id}/stop`);
    expect(await run.ended()).toMatchObject({ state: 'stopped', return_code: -1 });
    await run.expectEnded();
  });

  it('is killed are tried again by themselves where that is wanted, once', async () => {
    const environment = '{retry: {count: 1, delay: 1 second, on: [lost]}}';
    runs = await LabRuns.open(jupyter, { again: { environment, scripts: { wait: WAITING } } });
    const lost = await runs.start('again');
    await lost.says('begun');
    await runs.restart();
    const listed = async () => {
      const { automation } = (await lost.resource()).record;
      const uri = `/api/runs?automation=${automation.id}`;
      return runs.server.request<IRunSummary[]>('GET', uri);
    };
    const retried = async () => (await listed()).filter(({ id }) => id !== lost.id);
    await waitFor('it is tried again', async () => (await retried())[0]?.state === 'running');
    expect(await lost.ended()).toMatchObject({ state: 'lost', return_code: -40 });
    await runs.restart();
    await waitFor('the second is lost, too', async () => (await retried())[0]?.state === 'lost');
    const [{ id }, ...others] = await retried();
    const { record } = await runs.server.request<IRunResource>('GET', `/api/runs/${id}`);
    expect([record.retryOf, others]).toEqual([lost.id, []]);
  });

  it('is asked to end have time to, are left in their kernels, or stopped', async () => {
    const scripts = { first: [MARKING], talking: TALKING, last: ['print("last")'] };
    const tools = {
      left: { scripts },
      quick: {},
      program: { scripts: { wait: WAITING } },
      next: {}
    };
    runs = await LabRuns.open(jupyter, tools);
    const left = await runs.start('left');
    const quick = await runs.start('quick');
    const program = await runs.start('program');
    await left.says('cell 1 line 0');
    await quick.says('cell 1 line 0');
    await program.says('begun');
    await terminate();
    const next = await runs.start('next');
    await quick.goOn();
    expect(attachedIn(await quick.expectWhole())).toBe(0);
    expect((await next.resource()).state).toBe('queued');
    runs.server.terminate();
    await runs.server.ended;
    expect(await jupyter.kernels()).toHaveLength(1);
    await runs.startServer();
    expect(await program.ended()).toMatchObject({ state: 'stopped', return_code: -1 });
    await Promise.all([left, next].map(run => run.goOn()));
    const whole = { script: 1, before: 'first\n', after: 'last\n' };
    expect(attachedIn(await left.expectWhole(whole))).toBe(1);
    expect(await readFile(path.join(runs.folder, 'left', 'marks'), 'utf-8')).toBe('x');
    const notebook = await readFile(path.join(left.debug, 'first.ipynb'), 'utf-8');
    expect(JSON.parse(notebook)).toMatchObject({ cells: [{ outputs: [{ text: 'first\n' }] }] });
    await next.expectWhole();
  });

  it('ends with Jupyter are stopped, also when it was asked to end before', async () => {
    runs = await LabRuns.open(jupyter, { stopped: {} });
    const run = await runs.start('stopped');
    await run.says('cell 1 line 0');
    await terminate();
    await runs.server.close();
    await noKernelIsLeft();
    await runs.startServer();
    expect(await run.ended()).toMatchObject({ state: 'stopped', return_code: -1 });
    await run.expectEnded();
  });

  it.each(SEEDS)('is killed end once, whole if they end well, whenever (seed %i)', async seed => {
    const random = createRandom(seed);
    runs = await LabRuns.open(jupyter, { any: {} });
    const run = await runs.start('any');
    await run.goOn();
    for (let kills = 1 + Math.floor(random() * 2); kills > 0; kills -= 1) {
      await new Promise(resolve => setTimeout(resolve, random() * RUN_MS));
      await runs.restart();
    }
    const { state } = await run.ended();
    if (state === 'done') {
      await run.expectWhole();
    } else {
      expect(state).toBe('lost');
      const events = await run.expectEnded();
      const said = textOf(events, 'stdout');
      expect(said).toBe(linesOf('cell').slice(0, said.length));
      if (!events.some(event => event.kind === 'timing' && event.entries[0].ph === 'E')) {
        // A kernel that was being started is known to nobody.
        const client = new JupyterClient(jupyter, createLog('silent'));
        await Promise.all((await jupyter.kernels()).map(kernel => client.remove(kernel)));
      }
    }
  });
});
