import type { IRetryPolicy } from '../../../core/automation/automation';
import type { IRunRecord } from '../../../core/run/run';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { Bench, idOf } from '../../queue/__tests__/bench';
import type { RunQueue } from '../../queue/runQueue';
import { AutomaticRetries } from '../automaticRetries';

const DIED = { code: 'kernel-died', message: 'it died' } as const;

describe('AutomaticRetries', () => {
  let bench: Bench;
  let clock: HandTurnedClock;
  let retries: AutomaticRetries | null = null;
  let policy: IRetryPolicy;

  beforeEach(async () => {
    bench = await Bench.create();
    bench.clock = clock = new HandTurnedClock();
    policy = { count: 2, delayMs: 10_000, codes: ['kernel-died', 'lost'] };
  });

  afterEach(async () => {
    retries?.dispose();
    await bench.dispose();
  });

  /** Repeat runs of a queue: the n-th attempt is run n. */
  const begin = (queue: RunQueue) => {
    retries = new AutomaticRetries({
      queue,
      policyOf: async () => policy,
      retry: (run: IRunRecord, attempt) => {
        const { key, batch } = bench.request(0);
        const more = { key, batch, retryOf: run.id, ...attempt };
        return queue.ensureRun(bench.request(attempt.attempt - 1, more));
      },
      clock,
      log: bench.log
    });
    retries.start();
    return retries;
  };
  const journalOf = async (number: number) =>
    (await bench.history(number)).journal.map(line => JSON.parse(line));

  it('tries three times at most, each time later', async () => {
    const queue = await bench.open();
    const automatic = begin(queue);
    await queue.ensureRun(bench.request(0));
    for (const [index, delayMs] of [10_000, 20_000].entries()) {
      (await bench.executor.started(index)).fail(DIED, -30);
      await bench.until(queue, index);
      await automatic.settled();
      const next = queue.get(idOf(index + 1));
      expect(next).toMatchObject({ state: 'queued', attempt: index + 2, retryOf: idOf(index) });
      expect(next?.retry_at).toBe(new Date(clock.nowMs() + delayMs).toISOString());
      expect((await journalOf(index + 1))[0]).toMatchObject({ retry_at: next?.retry_at });
      clock.turn(delayMs - 1);
      expect(bench.executor.executions).toHaveLength(index + 1);
      clock.turn(1);
    }
    (await bench.executor.started(2)).fail(DIED, -30);
    await bench.until(queue, 2);
    await automatic.settled();
    expect(queue.list({})).toHaveLength(3);
  });

  it('tries again only after what is named, and never what was stopped', async () => {
    const queue = await bench.open();
    const automatic = begin(queue);
    await queue.ensureRun(bench.request(0));
    (await bench.executor.started(0)).fail({ code: 'cell-error', message: 'no' });
    await queue.ensureRun(bench.request(5));
    await bench.executor.started(1);
    await queue.stop(idOf(5));
    await bench.until(queue, 0);
    await automatic.settled();
    expect(queue.list({})).toHaveLength(2);
  });

  it('waits ten minutes at most, and no longer when somebody asks', async () => {
    policy = { count: 10, delayMs: 9 * 60_000, codes: ['kernel-died'] };
    const queue = await bench.open();
    const automatic = begin(queue);
    const { key, batch } = bench.request(0);
    await queue.ensureRun(bench.request(0, { attempt: 5 }));
    (await bench.executor.started(0)).fail(DIED, -30);
    await bench.until(queue, 0);
    await automatic.settled();
    expect(queue.get(idOf(5))?.retry_at).toBe(new Date(clock.nowMs() + 600_000).toISOString());
    const joined = await queue.ensureRun(bench.request(7, { key, batch, asker: 'Zoë' }));
    expect(joined).toMatchObject({ joined: true, run: { id: idOf(5) } });
    (await bench.executor.started(1)).succeed();
    expect((await bench.until(queue, 5)).attempt).toBe(6);
  });

  it('keeps the time of an attempt over a restart', async () => {
    const queue = await bench.open();
    const automatic = begin(queue);
    await queue.ensureRun(bench.request(0));
    (await bench.executor.started(0)).fail(DIED, -30);
    await bench.until(queue, 0);
    await automatic.settled();
    await queue.close();
    const later = await bench.open();
    clock.turn(9_999);
    expect(later.get(idOf(1))?.state).toBe('queued');
    clock.turn(1);
    (await bench.executor.started(1)).succeed();
    await bench.until(later, 1);
  });

  it('tries again what a server that died has lost', async () => {
    const first = await bench.open();
    await first.ensureRun(bench.request(0));
    await bench.executor.started(0);
    const second = bench.make();
    const automatic = begin(second);
    await second.start();
    await bench.until(second, 0, 'lost');
    await automatic.settled();
    expect(second.get(idOf(1))).toMatchObject({ state: 'queued', retryOf: idOf(0), attempt: 2 });
  });
});
