import type { RunQueue } from '../runQueue';
import { Bench, idOf } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.create();
});
afterEach(() => bench.dispose());

const AUTOMATION = 'a'.repeat(16);
const OTHER = 'b'.repeat(16);

/** A queue with a slot for the first of so many runs. */
async function fill(count: number): Promise<RunQueue> {
  const queue = await bench.open({ maximumConcurrentRuns: 1 });
  for (let number = 0; number < count; number++) {
    await queue.ensureRun(bench.request(number, { priority: 0 }));
  }
  await bench.executor.started(0);
  return queue;
}

const idsOf = (runs: readonly { id: string }[]) => runs.map(({ id }) => id);
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => idOf(from + at));
/** Resolves when nothing of an automation is left. */
const over = (queue: RunQueue, automation = AUTOMATION) =>
  new Promise<void>(resolve => {
    const check = () => {
      const { running = 0, queued = 0 } = queue.state().automations[automation] ?? {};
      if (running + queued === 0) {
        changes.dispose();
        resolve();
      }
    };
    const changes = queue.onChange(check);
    check();
  });

describe('the state of the queue', () => {
  it('lists a hundred that wait, counts all, and gives the others by parts', async () => {
    const queue = await fill(131);
    const state = queue.state();
    expect(idsOf(state.running)).toEqual([idOf(0)]);
    expect(idsOf(state.queued)).toEqual(numbered(1, 101));
    expect(state.queued[99].position).toBe(100);
    expect(state.counts).toEqual({ running: 1, queued: 130, coming: 0 });
    expect(state.automations).toEqual({
      [AUTOMATION]: { running: 1, queued: 130, coming: 0, ended: 0, failed: 0 }
    });
    const rest = queue.state({ after: 100 });
    expect(idsOf(rest.queued)).toEqual(numbered(101, 131));
    expect(rest.queued[0].position).toBe(101);
    expect(rest.counts).toEqual(state.counts);
    expect(idsOf(queue.state({ after: 5, limit: 2 }).queued)).toEqual(numbered(6, 8));
    expect(queue.state({ limit: 0 }).queued).toEqual([]);
    expect(queue.position(idOf(130))).toBe(130);
  });

  it('lists, counts and pages for who may not see everything what that one may see', async () => {
    const queue = await fill(8);
    const isVisible = ({ id }: { id: string }) => [0, 3, 5, 7].map(idOf).includes(id);
    expect(queue.state({ isVisible, after: 1, limit: 1 })).toMatchObject({
      running: [{ id: idOf(0) }],
      queued: [{ id: idOf(5), position: 5 }],
      counts: { running: 1, queued: 3, coming: 0 },
      automations: { [AUTOMATION]: { running: 1, queued: 3, coming: 0, ended: 0, failed: 0 } }
    });
  });

  it('knows of each who wants it, its kind and its inputs, also after a restart', async () => {
    const known = (queue: RunQueue) => {
      const runs: unknown[] = [];
      queue.state({
        isVisible: ({ id, state, automation, batch: { kind }, askers, inputs }) => {
          runs.push({ id, state, automation: automation.id, kind, askers, inputs });
          return true;
        }
      });
      return runs;
    };
    const first = await bench.open({ maximumConcurrentRuns: 1 });
    first.pause();
    const { batch } = bench.request(0);
    await first.ensureRun(
      bench.request(0, { batch: { ...batch, kind: 'form' }, inputs: { school: 'north' } })
    );
    await first.ensureRun(bench.request(1, { inputs: { school: ['south', 1] } }));
    await first.ensureRun(bench.request(2, { key: bench.request(1).key, asker: 'ben', batch }));
    await first.ensureRun(
      bench.request(3, { key: bench.request(1).key, batch: bench.request(1).batch, asker: 'ben' })
    );
    const plain = { state: 'queued', automation: AUTOMATION, kind: 'folder' };
    const expected = [
      { ...plain, id: idOf(0), kind: 'form', askers: ['ana'], inputs: { school: 'north' } },
      { ...plain, id: idOf(1), askers: ['ana', 'ben'], inputs: { school: ['south', 1] } },
      { ...plain, id: idOf(2), askers: ['ben'], inputs: {} }
    ];
    expect(known(first)).toEqual(expected);
    const later = await bench.open({ maximumConcurrentRuns: 1 });
    expect(known(later)).toEqual(expected);
    await later.stop(idOf(0));
    expect(known(later)).toEqual(expected.slice(1));
  });

  it('lists those that follow after all others, at the positions of whom they follow', async () => {
    const queue = await fill(3);
    await queue.ensureRun(bench.request(4, { key: bench.request(1).key }));
    await queue.ensureRun(bench.request(5, { key: bench.request(0).key }));
    const { running, queued, counts } = queue.state();
    expect(idsOf(running)).toEqual([idOf(0), idOf(5)]);
    expect(queued.map(({ id, position }) => [id, position])).toEqual([
      [idOf(1), 1],
      [idOf(2), 2],
      [idOf(4), 1]
    ]);
    expect(counts).toEqual({ running: 2, queued: 3, coming: 0 });
  });

  it('counts what has ended since an automation began, and begins anew after it was over', async () => {
    const queue = await fill(3);
    bench.executor.executions[0].fail({ code: 'cell-error', message: 'no luck' });
    const next = await bench.executor.started(1);
    await bench.until(queue, 0);
    expect(queue.state().automations).toEqual({
      [AUTOMATION]: { running: 1, queued: 1, coming: 0, ended: 1, failed: 1 }
    });
    next.succeed();
    (await bench.executor.started(2)).succeed();
    await over(queue);
    expect(queue.state().automations[AUTOMATION]).toEqual({
      running: 0,
      queued: 0,
      coming: 0,
      ended: 3,
      failed: 1
    });
    await queue.ensureRun(bench.request(4));
    expect(queue.state().automations[AUTOMATION]).toMatchObject({ ended: 0, failed: 0 });
  });

  it('counts what an earlier server left', async () => {
    const first = await fill(3);
    bench.executor.executions[0].hangs = true;
    expect(first.state().counts).toEqual({ running: 1, queued: 2, coming: 0 });
    const later = await bench.open({ maximumConcurrentRuns: 1 });
    await bench.executor.started(1);
    expect(later.state().automations[AUTOMATION]).toEqual({
      running: 1,
      queued: 1,
      coming: 0,
      ended: 1,
      failed: 1
    });
  });
});

describe('stopAll()', () => {
  it('ends all runs of one automation, and none that waited begins', async () => {
    const queue = await fill(40);
    const automation = { ...bench.request(0).automation, id: OTHER };
    await queue.ensureRun(bench.request(50, { automation }));
    await queue.ensureRun(bench.request(51, { key: bench.request(0).key }));
    const creating = queue.ensureRun(bench.request(52));
    while (!queue.get(idOf(52))) {
      await Promise.resolve();
    }
    expect(queue.stopAll(AUTOMATION)).toBe(42);
    expect(queue.state().queued).toMatchObject([{ id: idOf(50) }]);
    // Nobody joins what is about to end.
    const again = await queue.ensureRun(
      bench.request(60, { key: bench.request(39).key, automation })
    );
    expect(again.joined).toBe(false);
    await creating;
    await over(queue);
    for (const number of [0, 1, 39, 51, 52]) {
      expect(queue.get(idOf(number))).toMatchObject({ state: 'stopped', return_code: -1 });
      expect((await bench.history(number)).record.state).toBe('stopped');
    }
    const next = await bench.executor.started(1);
    expect(queue.get(idOf(50))?.state).toBe('running');
    next.succeed();
    expect(bench.log.complaints).toEqual([]);
  });

  it('has nothing to do where nothing is left', async () => {
    const queue = await bench.open();
    expect(queue.stopAll(AUTOMATION)).toBe(0);
  });
});
