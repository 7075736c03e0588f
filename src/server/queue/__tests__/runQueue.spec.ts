import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { Bench, idOf, journalOf } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.create();
});
afterEach(() => bench.dispose());

describe('ensureRun()', () => {
  it('executes once when twenty ask for the same work at the same time', async () => {
    const queue = await bench.open();
    const { key, batch } = bench.request(0);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        queue.ensureRun(bench.request(index, { key, batch, asker: `asker ${index % 4}` }))
      )
    );
    expect(new Set(results.map(({ run }) => run.id))).toEqual(new Set([idOf(0)]));
    expect(results.filter(({ joined }) => !joined)).toHaveLength(1);
    (await bench.executor.started(0)).succeed();
    const record = await bench.until(queue, 0);
    expect(record.state).toBe('done');
    expect(bench.executor.executions).toHaveLength(1);
    expect(record.askers).toEqual(['asker 0', 'asker 1', 'asker 2', 'asker 3']);
    expect((await bench.history(0)).record.askers).toHaveLength(4);
  });

  it('executes again after the first run is over', async () => {
    const queue = await bench.open();
    const { key, batch } = bench.request(0);
    await queue.ensureRun(bench.request(0));
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 0);
    const again = await queue.ensureRun(bench.request(1, { key, batch }));
    expect(again).toMatchObject({ joined: false, run: { id: idOf(1) } });
  });

  it('lets a form join any run of the same work, and a batch of another folder follow it', async () => {
    const queue = await bench.open();
    const { key } = bench.request(0);
    await queue.ensureRun(bench.request(0));
    const form = { slug: idOf(1), name: 'Run', folder: `runs/${idOf(1)}`, kind: 'form' as const };
    expect((await queue.ensureRun(bench.request(1, { key, batch: form }))).joined).toBe(true);
    const other = await queue.ensureRun(bench.request(2, { key }));
    expect(other).toMatchObject({ joined: true, run: { id: idOf(2), leader: idOf(0) } });
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 2);
  });

  it('does not join a run that is being stopped', async () => {
    const queue = await bench.open();
    const { key, batch } = bench.request(0);
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    execution.hangs = true;
    const stopping = queue.stop(idOf(0));
    expect((await queue.ensureRun(bench.request(1, { key, batch }))).joined).toBe(false);
    execution.succeed();
    await stopping;
    (await bench.executor.started(1)).succeed();
    expect((await bench.until(queue, 1)).state).toBe('done');
  });

  it('raises a waiting run to the priority of who joins, and notes who came', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { priority: 0 }));
    const { key, batch } = bench.request(1);
    const joined = await queue.ensureRun(bench.request(2, { key, batch, asker: 'Zoë' }));
    expect(joined).toMatchObject({ joined: true, position: 1, run: { priority: 10 } });
    (await bench.executor.started(0)).succeed();
    (await bench.executor.started(1)).succeed();
    await bench.until(queue, 1);
    expect(await journalOf(queue, idOf(1))).toContainEqual(
      expect.objectContaining({ kind: 'state', asker: 'Zoë' })
    );
  });

  it('refuses what is too much with 429 and keeps nothing of it', async () => {
    const queue = await bench.open({
      maximumConcurrentRuns: 1,
      maximumQueued: 2,
      maximumQueuedPerAsker: 1,
      isOwner: asker => asker === 'ana'
    });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { asker: 'guest' }));
    await expect(queue.ensureRun(bench.request(2, { asker: 'guest' }))).rejects.toMatchObject({
      status: 429,
      code: 'queue-full',
      more: { retryAfterSeconds: expect.any(Number) }
    });
    expect(() => queue.requireRoom('ana', 1)).not.toThrow();
    expect(() => queue.requireRoom('ana', 2)).toThrow('too many runs are waiting');
    expect(() => queue.requireRoom('guest', 1)).toThrow('too many runs are waiting');
    await queue.ensureRun(bench.request(3));
    await expect(queue.ensureRun(bench.request(4))).rejects.toMatchObject({ code: 'queue-full' });
    expect(queue.get(idOf(4))).toBeNull();
    expect(await bench.readFile(`.crosscompute/history/${idOf(4)}/run.json`)).toBeNull();
  });

  it('leaves nothing behind when the home of the run cannot be made', async () => {
    const queue = await bench.open();
    await expect(queue.ensureRun(bench.request(0, { id: 'no-id/../..' }))).rejects.toThrow(
      'is not the id of a run'
    );
    expect(queue.list({})).toEqual([]);
    expect(queue.state().queued).toEqual([]);
  });
});

describe('the bound', () => {
  it('never executes more at a time, starts in order, and tells positions', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 2 });
    const results = [];
    for (let number = 0; number < 6; number++) {
      results.push(await queue.ensureRun(bench.request(number)));
    }
    expect(results.map(({ position }) => position)).toEqual([null, null, 1, 2, 3, 4]);
    expect(queue.state().queued.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    queue.first(idOf(5));
    expect(queue.position(idOf(5))).toBe(1);
    const order: string[] = [];
    queue.onChange(run => {
      if (run?.state === 'running' && run.id !== order[order.length - 1]) {
        order.push(run.id);
      }
    });
    for (let index = 0; index < 6; index++) {
      const execution = await bench.executor.started(index);
      expect(bench.executor.activeCount).toBeLessThanOrEqual(2);
      execution.succeed();
    }
    expect(order).toEqual([idOf(5), idOf(2), idOf(3), idOf(4)]);
  });

  it('starts the next while what one made is being kept, and not more when that takes long', async () => {
    let keep = () => undefined as void;
    const kept = new Promise<void>(resolve => (keep = resolve));
    let asked = 0;
    const both = new Promise<void>(resolve => {
      bench.source.takeDatasets = () => {
        asked += 1;
        if (asked === 2) {
          resolve();
        }
        return kept;
      };
    });
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    for (let number = 0; number < 3; number++) {
      await queue.ensureRun(bench.request(number));
    }
    (await bench.executor.started(0)).succeed();
    (await bench.executor.started(1)).succeed();
    await both;
    expect([0, 1, 2].map(number => queue.get(idOf(number))?.state)).toEqual([
      'running',
      'running',
      'queued'
    ]);
    keep();
    (await bench.executor.started(2)).succeed();
    expect((await bench.until(queue, 2)).state).toBe('done');
  });

  it('executes one run at a time in one folder', async () => {
    const queue = await bench.open();
    const { batch } = bench.request(0);
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { batch }));
    await queue.ensureRun(bench.request(2));
    // The third passes the second, which waits for its folder.
    await bench.executor.started(1);
    expect(queue.get(idOf(1))?.state).toBe('queued');
    expect(queue.get(idOf(2))?.state).toBe('running');
    // Both begin at once, and either may be the first.
    const { folder } = bench.request(2).batch;
    const first = bench.executor.executions.find(
      ({ context }) => !context.folders.output.includes(`${folder}/`)
    );
    first?.succeed();
    await bench.until(queue, 0);
    (await bench.executor.started(2)).succeed();
    await bench.until(queue, 1);
  });

  it('executes one batch at a time of an automation that wants it so', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0, { isSingle: true }));
    await queue.ensureRun(bench.request(1, { isSingle: true }));
    await bench.executor.started(0);
    expect(queue.get(idOf(1))?.state).toBe('queued');
    bench.executor.executions[0].succeed();
    (await bench.executor.started(1)).succeed();
    await bench.until(queue, 1);
  });

  it('lets a background run start although interactive ones keep coming', async () => {
    const clock = new HandTurnedClock();
    bench.clock = clock;
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { priority: -10 }));
    // Each minute two people come and one run ends: somebody always waits who is in more of a hurry.
    let minute = 0;
    for (; queue.get(idOf(1))?.state === 'queued'; minute++) {
      const execution = await bench.executor.started(minute);
      await queue.ensureRun(bench.request(2 + 2 * minute));
      await queue.ensureRun(bench.request(3 + 2 * minute));
      expect(minute).toBeLessThan(40);
      clock.turn(60_000);
      execution.succeed();
      await bench.executor.started(minute + 1);
    }
    // From the twentieth on it is as urgent as they are, and those who came before that moment wait no longer than it.
    expect(minute).toBe(20);
    expect(queue.state().counts.queued).toBeGreaterThan(20);
  });
});

describe('stop()', () => {
  it('ends a waiting run without executing it', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1));
    await Promise.all([queue.stop(idOf(1)), queue.stop(idOf(1))]);
    expect(queue.get(idOf(1))).toMatchObject({
      state: 'stopped',
      return_code: -1,
      error: { code: 'stopped' },
      started: null
    });
    const { record, journal } = await bench.history(1);
    expect(record).toMatchObject({ state: 'stopped' });
    expect(record).not.toHaveProperty('pending');
    expect(journal).toHaveLength(2);
    expect(await bench.readFile('batches/batch-1')).toBeNull();
    await expect(queue.stop(idOf(1))).rejects.toMatchObject({ code: 'already-final' });
    await expect(queue.stop(idOf(9))).rejects.toMatchObject({ code: 'run-unknown' });
  });

  it('ends a running run and gives its slot to the next', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1));
    const execution = await bench.executor.started(0);
    execution.print('half');
    await queue.stop(idOf(0));
    expect(execution.context.signal.reason).toBe('stopped');
    expect(queue.get(idOf(0))).toMatchObject({ state: 'stopped', return_code: -1 });
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('half');
    (await bench.executor.started(1)).succeed();
    await bench.until(queue, 1);
  });

  it('gives up an executor that hangs after the time of grace, and ends its kernel', async () => {
    const clock = new HandTurnedClock();
    bench.clock = clock;
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    execution.hangs = true;
    await execution.context.onKernel({ engine: 'private', id: 'kernel-1' });
    expect((await bench.history(0)).record.engine).toEqual({ id: 'private', kernel: 'kernel-1' });
    const stopping = queue.stop(idOf(0));
    clock.turn(11_000);
    await stopping;
    expect(queue.get(idOf(0))).toMatchObject({ state: 'stopped', engine: { kernel: null } });
    expect(bench.deletedKernels).toEqual(['private/kernel-1']);
    // What it says afterwards is not heard; a kernel that it gets is ended.
    execution.print('late');
    await execution.context.onKernel({ engine: 'private', id: 'kernel-2' });
    expect(bench.deletedKernels).toEqual(['private/kernel-1', 'private/kernel-2']);
    expect((await bench.history(0)).record).toMatchObject({ state: 'stopped' });
    expect(await bench.read(0, 'debug/stdout.txt')).toBe('');
    execution.throw(new Error('much later'));
  });

  it('waits for nobody while a run is being prepared', async () => {
    const clock = new HandTurnedClock();
    bench.clock = clock;
    const queue = await bench.open();
    const preparing = new Promise<void>(resolve => {
      bench.prepare = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    await queue.ensureRun(bench.request(0));
    await preparing;
    const stopping = queue.stop(idOf(0));
    clock.turn(11_000);
    await stopping;
    expect(queue.get(idOf(0))?.state).toBe('stopped');
  });
});

describe('pause()', () => {
  it('holds back starts, also after a restart', async () => {
    const queue = await bench.open();
    queue.pause();
    await queue.ensureRun(bench.request(0));
    expect(queue.state()).toMatchObject({ isPaused: true, running: [] });
    const later = await bench.open();
    expect(later.state()).toMatchObject({ isPaused: true, queued: [{ id: idOf(0) }] });
    later.resume();
    (await bench.executor.started(0)).succeed();
    await bench.until(later, 0);
  });
});

describe('pause() of one automation', () => {
  it('holds back its runs alone, also after a restart', async () => {
    const queue = await bench.open();
    const other = { ...bench.request(1).automation, id: 'b'.repeat(16) };
    queue.pause('a'.repeat(16));
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { automation: other }));
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 1);
    expect(queue.get(idOf(0))?.state).toBe('queued');
    const later = await bench.open();
    expect(later.state()).toMatchObject({
      isPaused: false,
      pausedAutomations: ['a'.repeat(16)],
      queued: [{ id: idOf(0) }]
    });
    later.resume();
    expect(later.state().queued).toHaveLength(1);
    later.resume('a'.repeat(16));
    (await bench.executor.started(1)).succeed();
    await bench.until(later, 0);
    expect(later.state().pausedAutomations).toEqual([]);
  });
});

describe('leave()', () => {
  it('only takes the asker away while others want the run, and ends it with the last', async () => {
    const queue = await bench.open();
    const { key, batch } = bench.request(0);
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { key, batch, asker: 'Zoë' }));
    await bench.executor.started(0);
    expect(await queue.leave(idOf(0), 'ana')).toBe(true);
    expect(queue.get(idOf(0))).toMatchObject({ state: 'running', askers: ['Zoë'] });
    expect(await queue.leave(idOf(0), 'Zoë')).toBe(false);
    expect(queue.get(idOf(0))).toMatchObject({ state: 'stopped', return_code: -1 });
    await expect(queue.leave(idOf(0), 'Zoë')).rejects.toMatchObject({ code: 'already-final' });
  });

  it('ends a waiting run, too', async () => {
    const queue = await bench.open();
    queue.pause();
    const { key, batch } = bench.request(0);
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1, { key, batch, asker: 'Zoë' }));
    expect(await queue.leave(idOf(0), 'Zoë')).toBe(true);
    expect(queue.position(idOf(0))).toBe(1);
    expect(await queue.leave(idOf(0), 'ana')).toBe(false);
    expect(queue.get(idOf(0))?.state).toBe('stopped');
  });
});

describe('first()', () => {
  it('refuses what does not wait', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    await bench.executor.started(0);
    expect(() => queue.first(idOf(0))).toThrow(
      expect.objectContaining({ status: 409, code: 'not-queued' })
    );
    expect(() => queue.first(idOf(9))).toThrow(expect.objectContaining({ code: 'run-unknown' }));
  });
});

describe('follow()', () => {
  it('replays from the first event, goes on live and ends with the final one', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    execution.print('one\n');
    const seen: number[] = [];
    const ended = new Promise<void>(resolve => {
      queue.follow(idOf(0), 0, event => seen.push(event.seq), resolve);
    });
    execution.print('two\n');
    await new Promise(resolve => setImmediate(resolve));
    execution.print('three\n').succeed();
    await ended;
    expect(seen).toEqual(seen.map((_, index) => index + 1));
    expect(seen).toHaveLength((await journalOf(queue, idOf(0))).length);

    const rest: number[] = [];
    await new Promise<void>(resolve =>
      queue.follow(idOf(0), 2, event => rest.push(event.seq), resolve)
    );
    expect(rest).toEqual(seen.slice(2));
  });

  it('follows a run that waits, and no unknown one', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1));
    const states: string[] = [];
    const ended = new Promise<void>(resolve => {
      queue.follow(
        idOf(1),
        0,
        event => event.kind === 'state' && states.push(event.state),
        resolve
      );
    });
    (await bench.executor.started(0)).succeed();
    (await bench.executor.started(1)).succeed();
    await ended;
    expect(states).toEqual(['queued', 'running', 'done']);
    expect(() => queue.follow(idOf(9), 0, jest.fn(), jest.fn())).toThrow(
      expect.objectContaining({ code: 'run-unknown' })
    );
  });
});

describe('progress() and state()', () => {
  it('tell how far a run is', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    const told = new Promise<void>(resolve => {
      queue.follow(
        idOf(0),
        0,
        event => event.kind === 'progress' && setImmediate(resolve),
        () => undefined
      );
    });
    execution.context.emit({
      kind: 'progress',
      fraction: 0.3,
      message: 'hi',
      source: 'explicit'
    });
    await told;
    expect(queue.state().running).toMatchObject([
      { fraction: 0.3, message: 'hi', batch: 'batch-0' }
    ]);
    execution.succeed();
    await bench.until(queue, 0);
    expect(queue.progress(idOf(0))).toEqual({ fraction: 1, message: null });
    expect(queue.progress(idOf(9))).toEqual({ fraction: null, message: null });
  });
});

describe('remove()', () => {
  it('forgets a final run and nothing else', async () => {
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const execution = await bench.executor.started(0);
    await expect(queue.remove(idOf(0))).rejects.toMatchObject({ code: 'not-final' });
    execution.succeed();
    await bench.until(queue, 0);
    await queue.remove(idOf(0));
    expect(queue.get(idOf(0))).toBeNull();
    expect(await bench.readFile(`.crosscompute/history/${idOf(0)}/run.json`)).toBeNull();
    await expect(queue.remove(idOf(0))).rejects.toMatchObject({ code: 'run-unknown' });
  });
});

describe('close()', () => {
  it('ends running runs, keeps waiting ones, and takes no more', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    await queue.ensureRun(bench.request(0));
    await queue.ensureRun(bench.request(1));
    await bench.executor.started(0);
    await queue.close();
    expect((await bench.history(0)).record).toMatchObject({
      state: 'stopped',
      error: { message: 'stopped because the server was shut down' }
    });
    expect(queue.get(idOf(1))?.state).toBe('queued');
    await expect(queue.ensureRun(bench.request(2))).rejects.toMatchObject({ status: 503 });
    expect(bench.executor.executions).toHaveLength(1);
  });
});
