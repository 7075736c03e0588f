import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import type { IInterval } from '../../../core/automation/automation';
import type { IRunRecord } from '../../../core/run/run';
import { createLog } from '../../log';
import { formatTime } from '../../store/clock';
import { Intervals } from '../intervals';
import type { LoadedAutomation } from '../loadedAutomation';

const MINUTE = 60_000;

describe('Intervals', () => {
  let clock: HandTurnedClock;
  let runs: Map<string, IRunRecord>;
  let asked: string[];
  let watched: Set<string>;
  let intervals: Intervals;

  function open(interval: IInterval, slugs = ['one', 'two'], isRunnable = true): void {
    const environment = { ...createEmptyAutomation().environment, interval };
    const automation = createEmptyAutomation({ environment });
    const loaded = {
      id: 'a',
      isRunnable,
      batches: slugs.map(slug => ({ slug, problems: [] })),
      find: () => automation
    } as unknown as LoadedAutomation;
    intervals = new Intervals({
      list: () => [loaded],
      isWatched: (_, slug) => watched.has(slug),
      request: async (_, slug) => {
        asked.push(slug);
        runs.set(slug, { state: 'running', created: now(), ended: null } as IRunRecord);
      },
      queue: { newestByBatch: () => runs },
      clock,
      log: createLog('silent')
    });
    intervals.start();
  }

  const now = () => formatTime(clock.nowMs());

  function end(slug: string): void {
    runs.set(slug, { state: 'done', created: now(), ended: now() } as IRunRecord);
  }

  async function turn(ms: number): Promise<void> {
    clock.turn(ms);
    await intervals.settled();
  }

  beforeEach(() => {
    clock = new HandTurnedClock();
    runs = new Map();
    asked = [];
    watched = new Set();
  });

  afterEach(() => intervals.dispose());

  it('counts from the end of the last run, and never overlaps itself', async () => {
    open({ milliseconds: MINUTE, isStrict: false });
    watched.add('one');
    await turn(1000);
    expect(asked).toEqual(['one']);
    // The run takes longer than the interval.
    await turn(5 * MINUTE);
    expect(asked).toEqual(['one']);
    end('one');
    await turn(MINUTE - 1000);
    expect(asked).toEqual(['one']);
    await turn(2000);
    expect(asked).toEqual(['one', 'one']);
  });

  it.each([3, -3])('runs once an interval when the clock is set by %i hours', async hours => {
    open({ milliseconds: MINUTE, isStrict: true }, ['one']);
    await turn(1000);
    end('one');
    clock.set(hours * 60 * MINUTE);
    await turn(1000);
    expect(asked).toHaveLength(2);
    await turn(5 * MINUTE);
    expect(asked).toHaveLength(2);
    end('one');
    await turn(MINUTE - 1000);
    expect(asked).toHaveLength(2);
    await turn(2000);
    expect(asked).toHaveLength(3);
  });

  it('runs nothing that nobody watches', async () => {
    open({ milliseconds: MINUTE, isStrict: false });
    await turn(10 * MINUTE);
    expect(asked).toEqual([]);
    watched.add('two');
    await turn(1000);
    expect(asked).toEqual(['two']);
  });

  it('runs all batches in turn where it is strict, the one that waits longest first', async () => {
    end('one');
    clock.turn(30_000);
    end('two');
    clock.turn(2 * MINUTE);
    open({ milliseconds: MINUTE, isStrict: true });
    await turn(1000);
    expect(asked).toEqual(['one']);
    end('one');
    await turn(1000);
    expect(asked).toEqual(['one', 'two']);
  });

  it('runs once what was missed, such as while no server ran', async () => {
    end('one');
    clock.turn(60 * MINUTE);
    open({ milliseconds: MINUTE, isStrict: true }, ['one']);
    await turn(1000);
    end('one');
    await turn(30_000);
    expect(asked).toEqual(['one']);
  });

  it('waits for the start of a schedule', async () => {
    open({ milliseconds: MINUTE, isStrict: true, startMs: clock.nowMs() + MINUTE }, ['one']);
    await turn(30_000);
    expect(asked).toEqual([]);
    await turn(31_000);
    expect(asked).toEqual(['one']);
  });

  it('runs nothing while errors refuse it, and nothing after it was disposed', async () => {
    open({ milliseconds: MINUTE, isStrict: true }, ['one'], false);
    await turn(10 * MINUTE);
    expect(asked).toEqual([]);
    intervals.dispose();
    expect(clock.timerCount).toBe(0);
  });
});
