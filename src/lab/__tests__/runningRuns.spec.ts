import { fakeClient, FakeQueue, runSummary, trans } from './fakes';
import type { IRunSummary } from '../../core/api';
import { RunningRuns } from '../runningRuns';

describe('RunningRuns', () => {
  let queue: FakeQueue;
  let calls: string[];
  let section: RunningRuns;

  beforeEach(() => {
    queue = new FakeQueue();
    calls = [];
    section = new RunningRuns({
      client: fakeClient({
        stopRun: async id => {
          calls.push(`stop ${id}`);
          throw new Error('it has ended');
        },
        stopAll: async automation => void calls.push(`stop all of ${automation}`)
      }),
      queue,
      open: (run: IRunSummary) => void calls.push(`open ${run.id}`),
      explain: error => void calls.push(`explain ${String(error)}`),
      trans
    });
  });

  it('lists what executes and what waits, and tells how many are not listed', () => {
    expect(section.running()).toEqual([]);
    queue.set(
      [runSummary('a', { fraction: 0.254 })],
      [runSummary('b', { state: 'queued', fraction: null })],
      { counts: { running: 1, queued: 3, coming: 2 } }
    );
    const items = section.running();
    expect(items.map(({ label }) => label())).toEqual([
      ...[runSummary('a'), runSummary('b')].map(run => `${run.automationName}, ${run.batchName}`),
      'and 4 more'
    ]);
    expect(items.map(({ detail }) => detail?.())).toEqual(['running, 25 %', 'queued', undefined]);
    expect(items[2].shutdown).toBeUndefined();
  });

  it('opens a run, stops it, and says when that was not possible', async () => {
    queue.set([runSummary('a')]);
    const [item] = section.running();
    item.open?.();
    item.shutdown?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(calls).toEqual(['open a', 'stop a', 'explain Error: it has ended']);
  });

  it('stops all of every automation that has runs, and of no other', () => {
    const counts = { running: 0, queued: 0, coming: 0, ended: 4, failed: 0 };
    queue.set([runSummary('a')], [], {
      automations: { one: { ...counts, running: 1 }, two: { ...counts, coming: 5 }, three: counts }
    });
    section.shutdownAll();
    expect(calls).toEqual(['stop all of one', 'stop all of two']);
  });

  it('begins to follow the queue when somebody wants to see it', () => {
    const start = jest.spyOn(queue, 'start');
    section.refreshRunning();
    expect(start).toHaveBeenCalled();
  });
});
