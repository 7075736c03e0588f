import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { RunQueue } from '../runQueue';
import { Bench, automationIn, idOf, variable } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.create();
  bench.automation = automationIn(bench.folder, [
    variable('output', 'report', { path: 'report.txt' })
  ]);
});
afterEach(() => bench.dispose());

/** Ask for the work of run 0 in the folder of another batch. */
const same = (number: number, more = {}) =>
  bench.request(number, { key: bench.request(0).key, ...more });

/** Run 0 executes, and further batches follow it. */
async function follow(numbers: readonly number[], options = {}) {
  const queue = await bench.open(options);
  await queue.ensureRun(bench.request(0));
  const execution = await bench.executor.started(0);
  for (const number of numbers) {
    await queue.ensureRun(same(number));
  }
  return { queue, execution };
}

const statesOf = async (number: number) =>
  (await bench.history(number)).journal
    .map(line => JSON.parse(line))
    .filter(({ kind }) => kind === 'state')
    .map(({ state, leader }) => [state, leader]);

/** Asks for run 0 while another one has the only slot, and lets runs follow it. */
async function followQueued(numbers: readonly number[]): Promise<RunQueue> {
  const queue = await bench.open({ maximumConcurrentRuns: 1 });
  await queue.ensureRun(bench.request(9));
  await bench.executor.started(0);
  await queue.ensureRun(bench.request(0));
  for (const number of numbers) {
    await queue.ensureRun(same(number));
  }
  return queue;
}

describe('a run of the same work in another folder', () => {
  it('has no slot and no execution, and gets the outputs of the one that executes', async () => {
    const { queue, execution } = await follow([], { maximumConcurrentRuns: 1 });
    const answer = await queue.ensureRun(same(1));
    expect(answer).toMatchObject({
      joined: true,
      cached: false,
      position: null,
      run: { id: idOf(1), leader: idOf(0), state: 'running' }
    });
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    const follower = await bench.until(queue, 1);
    const leader = await bench.until(queue, 0);
    expect(leader).toMatchObject({ state: 'done', leader: null });
    expect(follower).toMatchObject({
      state: 'done',
      leader: idOf(0),
      return_code: 0,
      started: leader.started,
      outputs: leader.outputs
    });
    expect(bench.executor.executions).toHaveLength(1);
    for (const number of [0, 1]) {
      expect(await bench.read(number, 'output/report.txt')).toBe('good');
      const { record } = await bench.history(number);
      expect(record).toEqual(queue.get(idOf(number)));
      expect(JSON.parse((await bench.read(number, 'debug/run.json')) ?? '')).toEqual(record);
    }
    expect(await statesOf(1)).toEqual([
      ['queued', idOf(0)],
      ['running', idOf(0)],
      ['done', undefined]
    ]);
    expect(await bench.read(1, 'debug/journal.ndjson')).toContain('"done"');
    // The next run writes there.
    await fs.appendFile(path.join(bench.folder, 'batches/batch-1/output/report.txt'), 'more');
  });

  it('waits with it, at its position, and is put first with it', async () => {
    const queue = await followQueued([1]);
    await queue.ensureRun(bench.request(8));
    expect([queue.position(idOf(0)), queue.position(idOf(1))]).toEqual([1, 1]);
    expect(queue.ahead(idOf(1))).toBe(1);
    await queue.ensureRun(bench.request(7, { priority: 20 }));
    expect(queue.position(idOf(1))).toBe(2);
    queue.first(idOf(1));
    expect(queue.get(idOf(0))?.priority).toBe(20);
    expect(queue.state().queued.map(({ id }) => id)).toContain(idOf(1));
    bench.executor.executions[0].succeed();
    const { state } = await bench.until(queue, 1, 'running', 'queued');
    expect(['queued', 'running']).toContain(state);
  });

  it('is in a hurry for both', async () => {
    const queue = await followQueued([]);
    await queue.ensureRun(same(1, { priority: 20 }));
    expect(queue.get(idOf(0))?.priority).toBe(20);
  });

  it('fails with the same error', async () => {
    const { queue, execution } = await follow([1, 2]);
    execution.fail({ code: 'cell-error', message: 'no luck', name: 'ValueError' });
    const { error } = await bench.until(queue, 0);
    for (const number of [1, 2]) {
      expect(await bench.until(queue, number)).toMatchObject({
        state: 'failed',
        error,
        return_code: 1,
        outputs: {}
      });
      expect((await bench.history(number)).record.error).toEqual(error);
    }
  });

  it('stops with it, while it executes and while it waits', async () => {
    const { queue } = await follow([1]);
    await queue.stop(idOf(0));
    expect(await bench.until(queue, 1)).toMatchObject({ state: 'stopped', return_code: -1 });
    await queue.ensureRun(bench.request(3));
    await queue.ensureRun(bench.request(4));
    await queue.ensureRun(bench.request(5));
    await queue.ensureRun(bench.request(6, { key: bench.request(5).key }));
    await queue.stop(idOf(5));
    expect((await bench.until(queue, 6)).state).toBe('stopped');
  });

  it('stops alone, and its folder is left as it was', async () => {
    const { queue, execution } = await follow([1, 2]);
    await queue.stop(idOf(1));
    expect(queue.get(idOf(1))).toMatchObject({ state: 'stopped', error: { code: 'stopped' } });
    expect(queue.get(idOf(0))?.state).toBe('running');
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    expect((await bench.until(queue, 2)).state).toBe('done');
    expect(await bench.read(1, 'output/report.txt')).toBeNull();
    expect((await bench.history(1)).record.state).toBe('stopped');
  });

  it('keeps it going when its own asker leaves', async () => {
    const { queue, execution } = await follow([]);
    await queue.ensureRun(same(1, { asker: 'bob' }));
    expect(await queue.leave(idOf(0), 'ana')).toBe(true);
    expect(queue.get(idOf(0))).toMatchObject({ state: 'running', askers: ['bob'] });
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    expect((await bench.until(queue, 1)).state).toBe('done');
  });

  it('is joined in its turn by who asks for its batch', async () => {
    const { queue } = await follow([1]);
    const again = await queue.ensureRun({ ...same(2), batch: same(1).batch, asker: 'bob' });
    expect(again).toMatchObject({ joined: true, run: { id: idOf(1), askers: ['ana', 'bob'] } });
  });

  it('is none where the folder is busy: that one waits for its folder', async () => {
    const { queue, execution } = await follow([]);
    await queue.ensureRun(bench.request(1));
    const { batch } = bench.request(1);
    const asked = await queue.ensureRun(same(2, { batch }));
    expect(asked).toMatchObject({ joined: false, run: { leader: null, state: 'queued' } });
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    await bench.until(queue, 0);
  });

  it('holds its folder: what is asked for there later begins after it', async () => {
    const { queue, execution } = await follow([1]);
    await queue.ensureRun(bench.request(2, { batch: bench.request(1).batch }));
    expect(queue.get(idOf(2))?.state).toBe('queued');
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    await bench.until(queue, 1, 'done');
    const next = await bench.executor.started(1);
    expect(await bench.read(1, 'output/report.txt')).toBe('good');
    await next.write('output', 'report.txt', 'newer');
    next.succeed();
    await bench.until(queue, 2, 'done');
    expect(await bench.read(1, 'output/report.txt')).toBe('newer');
  });

  it('executes itself when its inputs are others by then', async () => {
    const { queue, execution } = await follow([1]);
    bench.prepare = async run => ({ ...bench.prepared(run), key: 'e'.repeat(64) });
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    const own = await bench.executor.started(1);
    await own.write('output', 'report.txt', 'own');
    own.succeed();
    expect(await bench.until(queue, 1)).toMatchObject({ state: 'done', leader: null });
    expect(await bench.read(1, 'output/report.txt')).toBe('own');
  });

  it('fails clearly when the store has lost what it needs', async () => {
    const { queue, execution } = await follow([1]);
    await execution.write('output', 'report.txt', 'good');
    bench.prepare = async run => {
      await fs.rm(path.join(bench.folder, '.crosscompute/blobs'), { recursive: true });
      return bench.prepared(run);
    };
    execution.succeed();
    expect(await bench.until(queue, 1)).toMatchObject({
      state: 'failed',
      error: { code: 'store-failed', message: expect.stringContaining('does not exist') }
    });
    expect(await bench.read(1, 'output/report.txt')).toBeNull();
  });
});

describe('a server that starts after another died with runs that follow', () => {
  const forgetIndex = () => fs.rm(path.dirname(bench.databaseFile), { recursive: true });

  it.each([
    ['its index', false],
    ['the history alone', true]
  ])('leaves none stuck when the one that executed is lost, by %s', async (_, isForgotten) => {
    const { execution } = await follow([1, 2]);
    execution.hangs = true;
    await (isForgotten && forgetIndex());
    const queue = await bench.open();
    await queue.adopt(bench.folder);
    for (const number of [0, 1, 2]) {
      expect((await bench.until(queue, number)).state).toBe('lost');
      expect((await bench.history(number)).record.state).toBe('lost');
    }
  });

  it.each([
    ['its index', false],
    ['the history alone', true]
  ])('lets them follow the one that waited, by %s', async (_, isForgotten) => {
    await followQueued([1]);
    bench.executor.executions[0].hangs = true;
    await (isForgotten && forgetIndex());
    const queue = await bench.open();
    await queue.adopt(bench.folder);
    const execution = await bench.executor.started(1);
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    expect(await bench.until(queue, 1)).toMatchObject({ state: 'done', leader: idOf(0) });
    expect(await bench.read(1, 'output/report.txt')).toBe('good');
    expect(bench.executor.executions).toHaveLength(2);
  });

  it('gives them what was done before they got it', async () => {
    const { queue: dying, execution } = await follow([1]);
    // It dies between the end of the one and the outputs of the other.
    let giveUp: () => void = () => undefined;
    bench.prepare = () => new Promise((_, reject) => (giveUp = () => reject(new Error('dead'))));
    await execution.write('output', 'report.txt', 'good');
    execution.succeed();
    await bench.until(dying, 0, 'done');
    bench.prepare = null;
    const queue = await bench.open();
    expect((await bench.until(queue, 1)).state).toBe('done');
    expect(await bench.read(1, 'output/report.txt')).toBe('good');
    giveUp();
  });

  it('executes one whose leader nobody knows any more', async () => {
    await followQueued([1]);
    bench.executor.executions[0].hangs = true;
    await forgetIndex();
    for (const number of [0, 9]) {
      const home = path.join(bench.folder, '.crosscompute/history', idOf(number));
      await fs.rm(home, { recursive: true });
    }
    const queue = await bench.open();
    await queue.adopt(bench.folder);
    const execution = await bench.executor.started(1);
    await execution.write('output', 'report.txt', 'own');
    execution.succeed();
    expect(await bench.until(queue, 1)).toMatchObject({ state: 'done', leader: null });
  });
});

describe('a run whose code changed while it waited', () => {
  const NOW = { key: 'e'.repeat(64), code: 'sha256:now' };

  /** From now on, all that was asked for with the former code is other work; what is asked for now is that work. */
  const changeCode = () => {
    bench.prepare = async run => ({ ...bench.prepared(run), ...NOW });
  };
  const changed = (number: number, more = {}) => bench.request(number, { ...NOW, ...more });

  /** Run 9 has the only slot; run 0 waits, and further ones follow it. */
  const begin = async (numbers: readonly number[], slots = 2) => {
    const queue = await bench.open({ maximumConcurrentRuns: slots });
    const fillers = Array.from({ length: slots }, (_, index) => 9 - index);
    for (const number of fillers) {
      await queue.ensureRun(bench.request(number));
    }
    await queue.ensureRun(bench.request(0));
    for (const number of numbers) {
      await queue.ensureRun(same(number));
    }
    const executions = await Promise.all(fillers.map((_, index) => bench.executor.started(index)));
    return { queue, executions };
  };

  /** The same work, asked for with the code of now, executes; run 0 gets a slot beside it. */
  const joinExecuting = async (numbers: readonly number[]) => {
    const { queue, executions } = await begin(numbers);
    changeCode();
    await queue.ensureRun(changed(5));
    queue.first(idOf(5));
    executions[0].succeed();
    const leader = await bench.executor.started(2);
    executions[1].succeed();
    await bench.until(queue, 0, 'running');
    await new Promise<void>(resolve => {
      const check = () => {
        if (queue.get(idOf(0))?.leader) {
          subscription.dispose();
          resolve();
        }
      };
      const subscription = queue.follow(idOf(0), 0, check, check);
    });
    return { queue, leader };
  };

  it('follows a run that does the same work already, and so do its own followers', async () => {
    const { queue, leader } = await joinExecuting([1]);
    expect(queue.get(idOf(0))).toMatchObject({ leader: idOf(5), state: 'running', ...NOW });
    expect(queue.get(idOf(1))).toMatchObject({ leader: idOf(5), state: 'running' });
    await leader.write('output', 'report.txt', 'good');
    leader.succeed();
    for (const number of [0, 1]) {
      expect(await bench.until(queue, number)).toMatchObject({
        state: 'done',
        leader: idOf(5),
        ...NOW
      });
      expect(await bench.read(number, 'output/report.txt')).toBe('good');
      expect(await bench.history(number)).toMatchObject({ record: { leader: idOf(5), ...NOW } });
    }
    expect(bench.executor.executions).toHaveLength(3);
    const journal = (await bench.history(0)).journal.join('\n');
    expect(journal).toContain('The code changed');
    expect(journal).toContain('Another run does the same work already');
    expect(await statesOf(0)).toEqual([
      ['queued', undefined],
      ['running', undefined],
      ['running', idOf(5)],
      ['done', undefined]
    ]);
  });

  it('gives its slot to others, and holds its folder', async () => {
    const { queue, leader } = await joinExecuting([]);
    await queue.ensureRun(changed(2, { key: 'f'.repeat(64), batch: bench.request(0).batch }));
    await queue.ensureRun(bench.request(3, { key: 'd'.repeat(64) }));
    await bench.until(queue, 3, 'running');
    expect(queue.get(idOf(2))?.state).toBe('queued');
    await leader.write('output', 'report.txt', 'good');
    leader.succeed();
    await bench.until(queue, 0, 'done');
  });

  it('fails as the run that it follows', async () => {
    const { queue, leader } = await joinExecuting([1]);
    leader.fail({ code: 'cell-error', message: 'no luck', name: 'ValueError' });
    const { error } = await bench.until(queue, 5);
    expect(error).toMatchObject({ message: 'no luck' });
    for (const number of [0, 1]) {
      expect(await bench.until(queue, number)).toMatchObject({ state: 'failed', error });
    }
  });

  it('stops alone', async () => {
    const { queue, leader } = await joinExecuting([]);
    await queue.stop(idOf(0));
    expect(queue.get(idOf(0))?.state).toBe('stopped');
    expect(queue.get(idOf(5))?.state).toBe('running');
    leader.succeed();
  });

  it.each([
    ['in another folder', false],
    ['in its own folder', true]
  ])('executes for the same work that waits %s', async (_, isOwnFolder) => {
    const { queue, executions } = await begin([], 1);
    changeCode();
    await queue.ensureRun(changed(5, isOwnFolder ? { batch: bench.request(0).batch } : {}));
    await queue.ensureRun(changed(6));
    executions[0].succeed();
    const own = await bench.executor.started(1);
    const follower = await bench.until(queue, 5, 'running');
    expect(follower.leader).toBe(idOf(0));
    // It followed the one that waited until now.
    expect((await bench.until(queue, 6, 'running')).leader).toBe(idOf(0));
    expect(queue.get(idOf(0))).toMatchObject({ leader: null, state: 'running', ...NOW });
    await own.write('output', 'report.txt', 'good');
    own.succeed();
    for (const number of [0, 5, 6]) {
      expect((await bench.until(queue, number)).state).toBe('done');
      expect(await bench.read(isOwnFolder && number === 5 ? 0 : number, 'output/report.txt')).toBe(
        'good'
      );
    }
    expect(bench.executor.executions).toHaveLength(2);
    expect((await bench.history(5)).record.leader).toBe(idOf(0));
  });

  it('leaves alone what waits behind something else in its folder', async () => {
    const { queue, executions } = await begin([], 1);
    changeCode();
    const { batch } = bench.request(4);
    bench.prepare = async run =>
      run.id === idOf(0) ? { ...bench.prepared(run), ...NOW } : bench.prepared(run);
    await queue.ensureRun(bench.request(4));
    await queue.ensureRun(changed(5, { batch }));
    executions[0].succeed();
    const own = await bench.executor.started(1);
    expect(queue.get(idOf(5))).toMatchObject({ leader: null, state: 'queued' });
    own.succeed();
    await bench.until(queue, 0);
  });

  it('executes when its secrets make it work of its own', async () => {
    const { queue, executions } = await begin([], 1);
    await queue.ensureRun(bench.request(1, { secrets: { token: 'abc' } }));
    await queue.stop(idOf(0));
    changeCode();
    await queue.ensureRun(changed(5));
    executions[0].succeed();
    await bench.executor.started(1);
    expect(queue.get(idOf(1))).toMatchObject({ leader: null, state: 'running' });
    expect(queue.get(idOf(5))).toMatchObject({ leader: null, state: 'queued' });
  });
});
