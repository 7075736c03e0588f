import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { automationId } from '../../../core/run/key';
import type { Script } from '../../../core/automation/automation';
import type { Lane } from '../../../core/run/lane';
import type { IRunRecord } from '../../../core/run/run';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { ScriptedExecutor } from '../../../testing/scriptedExecutor';
import { createCommandExecutor } from '../../engine/commandExecutor';
import type { IRunQueueOptions } from '../createRunQueue';
import type { IEnsureRequest } from '../queue';
import type { RunQueue } from '../runQueue';
import { Bench, COMMAND, automationIn, idOf } from './bench';

let bench: Bench;
let media: ScriptedExecutor;
let data: ScriptedExecutor;
beforeEach(async () => {
  bench = await Bench.create();
  media = new ScriptedExecutor('media');
  data = new ScriptedExecutor('data');
});
afterEach(async () => {
  for (const execution of [...media.executions, ...data.executions]) {
    execution.succeed();
  }
  await bench.dispose();
});

/** A queue with one slot for runs, one for conversions and as many as by itself for stages. */
const open = (more: Partial<IRunQueueOptions> = {}) =>
  bench.open({
    executors: [bench.executor, media, data],
    maximumConcurrentRuns: 1,
    laneSlots: { media: 1 },
    ...more
  });
const ask = (queue: RunQueue, number: number, lane: Lane, more: Partial<IEnsureRequest> = {}) =>
  queue.ensureRun(bench.request(number, { lane, ...more }));
const fill = async (queue: RunQueue, lanes: readonly Lane[]) => {
  for (const [number, lane] of lanes.entries()) {
    await ask(queue, number, lane);
  }
};
const statesOf = (queue: RunQueue, count: number) =>
  Array.from({ length: count }, (_, number) => queue.get(idOf(number))?.state);

describe('lanes', () => {
  it('have slots, an order and positions of their own', async () => {
    const queue = await open();
    await fill(queue, ['run', 'run', 'media', 'media', 'data', 'data', 'data', 'media']);
    await Promise.all([bench.executor.started(0), media.started(0), data.started(1)]);
    const [running, queued] = ['running', 'queued'];
    expect(statesOf(queue, 8)).toEqual([
      ...[running, queued, running, queued],
      ...[running, running, queued, queued]
    ]);
    expect([1, 3, 6, 7].map(number => queue.position(idOf(number)))).toEqual([1, 1, 1, 2]);
    expect([0, 1, 3, 6, 7].map(number => queue.ahead(idOf(number)))).toEqual([0, 1, 1, 2, 2]);
    const state = queue.state();
    expect(state.lanes).toEqual({
      run: { slots: 1, running: 1, queued: 1 },
      media: { slots: 1, running: 1, queued: 2 },
      data: { slots: 2, running: 2, queued: 1 }
    });
    expect(state.queued.map(({ id, lane, position }) => [id, lane, position])).toEqual([
      [idOf(1), 'run', 1],
      [idOf(3), 'media', 1],
      [idOf(6), 'data', 1],
      [idOf(7), 'media', 2]
    ]);
    queue.first(idOf(7));
    expect([1, 3, 7].map(number => queue.position(idOf(number)))).toEqual([1, 2, 1]);
    media.executions[0].succeed();
    await media.started(1);
    expect(queue.get(idOf(7))?.state).toBe('running');
    expect(statesOf(queue, 2)).toEqual([running, queued]);
    expect(bench.executor.executions).toHaveLength(1);
  });

  it('tell who may not see everything of what that one may see', async () => {
    const queue = await open();
    await fill(queue, ['run', 'media', 'media', 'media']);
    await media.started(0);
    const isVisible = ({ id }: { id: string }) => id !== idOf(0) && id !== idOf(3);
    expect(queue.state({ isVisible }).lanes).toMatchObject({
      run: { running: 0, queued: 0 },
      media: { slots: 1, running: 1, queued: 1 }
    });
  });

  it('execute one run at a time in a folder, whichever they are of', async () => {
    const queue = await open();
    await ask(queue, 0, 'run');
    await ask(queue, 1, 'media', { batch: bench.request(0).batch });
    await ask(queue, 2, 'media');
    await media.started(0);
    expect(statesOf(queue, 3)).toEqual(['running', 'queued', 'running']);
    bench.executor.executions[0].succeed();
    await bench.until(queue, 0);
    media.executions[0].succeed();
    await media.started(1);
    expect(queue.get(idOf(1))?.state).toBe('running');
  });

  it('let a conversion begin of an automation that runs one batch at a time', async () => {
    const queue = await open({ laneSlots: { media: 2 } });
    await ask(queue, 0, 'run', { isSingle: true });
    await ask(queue, 1, 'media', { isSingle: true });
    await ask(queue, 2, 'media', { isSingle: true });
    await Promise.all([bench.executor.started(0), media.started(0)]);
    expect(statesOf(queue, 3)).toEqual(['running', 'running', 'queued']);
  });

  it('are all held back by a pause, and go on together', async () => {
    const queue = await open();
    queue.pause();
    await fill(queue, ['run', 'media', 'data']);
    expect(statesOf(queue, 3)).toEqual(['queued', 'queued', 'queued']);
    queue.resume();
    await Promise.all([bench.executor.started(0), media.started(0), data.started(0)]);
    queue.pause(bench.request(0).automation.id);
    await ask(queue, 3, 'data');
    expect(queue.get(idOf(3))?.state).toBe('queued');
    expect(data.executions).toHaveLength(1);
  });

  it('promise times by their own slots and by what took long in them', async () => {
    const clock = new HandTurnedClock();
    bench.clock = clock;
    const queue = await open();
    for (let number = 0; number < 3; number++) {
      await ask(queue, number, 'media');
      await media.started(number);
      clock.turn(10_000);
      media.executions[number].succeed();
      await bench.until(queue, number);
    }
    await ask(queue, 3, 'run');
    for (let number = 4; number < 7; number++) {
      await ask(queue, number, 'media');
    }
    await ask(queue, 7, 'run');
    await Promise.all([bench.executor.started(0), media.started(3)]);
    const turns = queue.turns([5, 6, 7].map(idOf));
    expect(turns.get(idOf(5))).toMatchObject({ position: 1, seconds: { least: 5, most: 15 } });
    expect(turns.get(idOf(6))).toMatchObject({ position: 2, seconds: { least: 15, most: 25 } });
    // No run took any time yet: what conversions take says nothing of it.
    expect(turns.get(idOf(7))).toMatchObject({ position: 1, seconds: null });
  });
});

describe('the lane of a run', () => {
  /** Leave the server as after `kill -9`, in a run of each lane, with one of each that waits. */
  async function die(): Promise<void> {
    const queue = await open({ laneSlots: { media: 1, data: 1 } });
    await fill(queue, ['run', 'media', 'data', 'run', 'media', 'data']);
    await Promise.all([bench.executor.started(0), media.started(0), data.started(0)]);
    for (const { executions } of [bench.executor, media, data]) {
      executions[0].hangs = true;
    }
  }
  const lanesOnDisk = async () =>
    Promise.all([3, 4, 5].map(async number => (await bench.history(number)).record.lane));
  const expectAllToGoOn = async (queue: RunQueue) => {
    await Promise.all([bench.executor.started(1), media.started(1), data.started(1)]);
    expect(statesOf(queue, 6)).toEqual([
      ...['lost', 'lost', 'lost'],
      ...['running', 'running', 'running']
    ]);
    expect(queue.state().running.map(({ id, lane }) => [id, lane])).toEqual([
      [idOf(3), 'run'],
      [idOf(4), 'media'],
      [idOf(5), 'data']
    ]);
  };

  it('stays its own after a restart', async () => {
    await die();
    expect(await lanesOnDisk()).toEqual(['run', 'media', 'data']);
    await expectAllToGoOn(await open());
  });

  it('is known from its record when state.sqlite is gone', async () => {
    await die();
    for (const suffix of ['', '-wal', '-shm']) {
      await fs.rm(bench.databaseFile + suffix, { force: true });
    }
    const queue = await open();
    await queue.adopt(bench.folder);
    await expectAllToGoOn(queue);
    expect(queue.list({ lane: 'media' }).map(({ id }) => id)).toEqual([idOf(4), idOf(1)]);
  });

  it('is that of runs where an earlier version recorded none', async () => {
    const first = await open();
    first.pause();
    await ask(first, 0, 'run');
    const file = path.join(bench.folder, '.crosscompute/history', idOf(0), 'run.json');
    const { lane, ...earlier } = JSON.parse(await fs.readFile(file, 'utf-8')) as IRunRecord;
    expect(lane).toBe('run');
    await fs.writeFile(file, JSON.stringify(earlier));
    for (const suffix of ['', '-wal', '-shm']) {
      await fs.rm(bench.databaseFile + suffix, { force: true });
    }
    const queue = await open();
    await queue.adopt(bench.folder);
    await bench.executor.started(0);
    expect(queue.state().lanes.run).toMatchObject({ running: 1 });
    const automation = automationId('tips/automate.yaml');
    bench.executor.executions[0].succeed();
    await bench.until(queue, 0);
    expect(queue.list({ automation, lane: 'run' })).toMatchObject([{ id: idOf(0) }]);
  });
});

describe('the executor of a lane', () => {
  it('executes its runs, and a real one those of the others', async () => {
    const commands = createCommandExecutor({ log: bench.log });
    const command = "sh -c 'echo a program > {output_folder}/by.txt'";
    bench.automation = automationIn(bench.folder, [], {
      scripts: [{ ...COMMAND, command } as Script]
    });
    const queue = await open({ executors: [media, commands] });
    await fill(queue, ['run', 'media']);
    await (await media.started(0)).write('output', 'by.txt', 'a converter\n');
    media.executions[0].succeed();
    expect((await bench.until(queue, 0)).error).toBeNull();
    expect((await bench.until(queue, 1)).error).toBeNull();
    expect(await bench.read(0, 'output/by.txt')).toBe('a program\n');
    expect(await bench.read(1, 'output/by.txt')).toBe('a converter\n');
    expect(media.executions).toHaveLength(1);
  });

  it('is missed where there is none, and the slots are free again', async () => {
    const queue = await open({ executors: [bench.executor] });
    await fill(queue, ['data', 'data', 'data']);
    for (const number of [0, 1, 2]) {
      expect(await bench.until(queue, number)).toMatchObject({
        state: 'failed',
        error: { code: 'engine-unavailable' }
      });
    }
  });
});
