import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { formatTime } from '../../store/clock';
import { Lease, RENEW_MS, STALE_MS } from '../../store/lease';
import { Bench, idOf } from './bench';

const HOUR_MS = 3_600_000;

describe.each([5, -5])('when the clock is set by %i hours', hours => {
  let bench: Bench;
  let clock: HandTurnedClock;
  const setClock = () => clock.set(hours * HOUR_MS);

  beforeEach(async () => {
    bench = await Bench.create();
    bench.clock = clock = new HandTurnedClock();
  });

  afterEach(() => bench.dispose());

  it('a run may take as long as before, and no longer', async () => {
    bench.automation.environment = { ...bench.automation.environment, timeoutMs: 60_000 };
    const queue = await bench.open();
    await queue.ensureRun(bench.request(0));
    const { context } = await bench.executor.started(0);
    setClock();
    clock.turn(59_999);
    expect(context.signal.aborted).toBe(false);
    clock.turn(1);
    expect(await bench.until(queue, 0)).toMatchObject({
      state: 'failed',
      error: { code: 'timeout' }
    });
    const shown = JSON.parse((await bench.read(0, 'debug/variables.dictionary')) ?? '{}');
    expect(shown.execution_time_in_seconds).toBeGreaterThanOrEqual(0);
  });

  it('a run that does not stop is given up in time', async () => {
    const queue = await bench.open({ stopGraceMs: 11_000 });
    await queue.ensureRun(bench.request(0));
    (await bench.executor.started(0)).hangs = true;
    const stopped = queue.stop(idOf(0));
    setClock();
    clock.turn(11_000);
    await stopped;
    expect(queue.get(idOf(0))).toMatchObject({ state: 'stopped' });
  });

  it('the next attempt starts once, after its delay', async () => {
    const queue = await bench.open();
    const retryAt = formatTime(clock.nowMs() + 10_000);
    await queue.ensureRun(bench.request(0, { retryAt, attempt: 2 }));
    setClock();
    // Somebody looks at the queue meanwhile.
    await queue.ensureRun(bench.request(1));
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 1, 'done');
    clock.turn(9_999);
    expect(queue.get(idOf(0))).toMatchObject({ state: 'queued' });
    clock.turn(1);
    (await bench.executor.started(1)).succeed();
    await bench.until(queue, 0, 'done');
    clock.turn(10 * HOUR_MS);
    expect(bench.executor.executions).toHaveLength(2);
  });

  it('an attempt that waited over a restart starts within ten minutes', async () => {
    const before = await bench.open();
    const retryAt = formatTime(clock.nowMs() + 10_000);
    await before.ensureRun(bench.request(0, { retryAt, attempt: 2 }));
    setClock();
    const queue = await bench.open();
    clock.turn(10 * 60_000);
    (await bench.executor.started(0)).succeed();
    await bench.until(queue, 0, 'done');
  });

  it('a lease stays with who renews it, and goes over when nobody does', async () => {
    const file = path.join(bench.folder, '.crosscompute/lease.json');
    const theirs = { server: 'x', host: 'elsewhere', pid: 1, epoch: 1 };
    const renew = (renewed: string) => fs.writeFile(file, JSON.stringify({ ...theirs, renewed }));
    await fs.mkdir(path.dirname(file), { recursive: true });
    await renew('once');
    const lease = new Lease(bench.folder, 'us', clock);
    expect(await lease.take()).toBe(false);
    setClock();
    expect(await lease.take()).toBe(false);
    clock.turn(RENEW_MS);
    await renew('again');
    expect(await lease.take()).toBe(false);
    setClock();
    clock.turn(STALE_MS - 1);
    expect(await lease.take()).toBe(false);
    clock.turn(1);
    expect(await lease.take()).toBe(true);
  });

  it('the last run of a batch is the newest, and no run is removed', async () => {
    const queue = await bench.open({ keepRuns: { count: 50, days: 1 } });
    for (const number of [0, 1, 2]) {
      const more = { batch: bench.request(0).batch };
      await queue.ensureRun(bench.request(number, more));
      (await bench.executor.started(number)).succeed();
      await bench.until(queue, number, 'done');
      setClock();
    }
    const { automation, batch } = bench.request(0);
    expect(queue.newest(automation.id, batch.slug)?.id).toBe(idOf(2));
    expect(queue.list({})).toHaveLength(3);
  });
});
