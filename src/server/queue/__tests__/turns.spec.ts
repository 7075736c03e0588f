import { HandTurnedClock } from '../../../testing/handTurnedClock';
import type { RunQueue } from '../runQueue';
import { Bench, idOf } from './bench';

let bench: Bench;
let clock: HandTurnedClock;
beforeEach(async () => {
  bench = await Bench.create();
  clock = new HandTurnedClock();
  bench.clock = clock;
});
afterEach(() => bench.dispose());

const turnOf = (queue: RunQueue, number: number) => queue.turns([idOf(number)]).get(idOf(number));

/** Four runs that took 100 s each are history; run 4 has the only slot for 40 s. */
async function begin(): Promise<RunQueue> {
  const queue = await bench.open({ maximumConcurrentRuns: 1 });
  for (let number = 0; number < 4; number++) {
    await queue.ensureRun(bench.request(number));
    const execution = await bench.executor.started(number);
    clock.turn(100_000);
    execution.succeed();
    await bench.until(queue, number);
  }
  await queue.ensureRun(bench.request(4));
  await bench.executor.started(4);
  clock.turn(40_000);
  return queue;
}

describe('turns()', () => {
  it('tell positions and times by how long earlier runs took, as a range', async () => {
    const queue = await begin();
    await queue.ensureRun(bench.request(5));
    await queue.ensureRun(bench.request(6));
    const plain = { isPaused: false, leader: null };
    expect(turnOf(queue, 4)).toEqual({ position: null, seconds: null, ...plain });
    expect(turnOf(queue, 5)).toEqual({ position: 1, seconds: { least: 45, most: 75 }, ...plain });
    expect(turnOf(queue, 6)).toEqual({ position: 2, seconds: { least: 150, most: 180 }, ...plain });
    clock.turn(50_000);
    expect(turnOf(queue, 5)?.seconds).toEqual({ least: 5, most: 15 });
    expect(turnOf(queue, 7)).toBeUndefined();
  });

  it('follow what the run in the slot says of itself', async () => {
    const queue = await begin();
    await queue.ensureRun(bench.request(5));
    const told = new Promise<void>(resolve => {
      queue.follow(
        idOf(4),
        0,
        ({ kind }) => kind === 'progress' && setImmediate(resolve),
        () => undefined
      );
    });
    const progress = {
      kind: 'progress',
      fraction: 0.8,
      message: null,
      source: 'explicit'
    } as const;
    bench.executor.executions[4].context.emit(progress);
    await told;
    expect(turnOf(queue, 5)?.seconds).toEqual({ least: 5, most: 15 });
  });

  it('say nothing of times before three runs of the automation ended well', async () => {
    const queue = await bench.open({ maximumConcurrentRuns: 1 });
    for (const number of [0, 1]) {
      await queue.ensureRun(bench.request(number));
    }
    await bench.executor.started(0);
    expect(turnOf(queue, 1)).toMatchObject({ position: 1, seconds: null });
  });

  it('say that runs are held back, and promise those no time', async () => {
    const queue = await begin();
    await queue.ensureRun(bench.request(5));
    queue.pause(bench.request(5).automation.id);
    expect(turnOf(queue, 5)).toEqual({ position: 1, seconds: null, isPaused: true, leader: null });
    expect(turnOf(queue, 4)?.isPaused).toBe(false);
    queue.resume(bench.request(5).automation.id);
    queue.pause();
    expect(turnOf(queue, 5)).toMatchObject({ seconds: null, isPaused: true });
  });

  it('name whom a run follows, and are the same for both', async () => {
    const queue = await begin();
    await queue.ensureRun(bench.request(5));
    await queue.ensureRun(bench.request(6, { key: bench.request(5).key }));
    expect(turnOf(queue, 6)).toEqual({
      ...turnOf(queue, 5),
      leader: { id: idOf(5), batch: 'batch-5', batchName: 'batch-5' }
    });
    bench.executor.executions[4].succeed();
    (await bench.executor.started(5)).succeed();
    await bench.until(queue, 6);
    expect(turnOf(queue, 6)).toMatchObject({ position: null, leader: { id: idOf(5) } });
  });
});
