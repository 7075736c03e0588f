import type { IActivity, IRunResource, IRunSummary } from '../../core/api';
import type { RunState } from '../../core/run/run';
import { QueueMonitor } from '../queueMonitor';
import { RunEnds, type IRunEnd } from '../runEnds';
import { fakeClient, FakeEvents, queueState, runSummary, settle, trans } from './fakes';

describe('RunEnds', () => {
  let events: FakeEvents;
  let queue: QueueMonitor;
  let ends: IRunEnd[];
  let states: Record<string, RunState>;
  let watched: Set<string | null>;

  beforeEach(() => {
    events = new FakeEvents();
    queue = new QueueMonitor(events);
    ends = [];
    states = {};
    watched = new Set();
    const client = fakeClient({
      getRun: async id =>
        ({
          ...runSummary(id, { state: states[id] ?? 'done' }),
          record: {
            batch: { kind: 'folder' },
            automation: { configuration: 'rainfall/automate.yaml' }
          }
        }) as IRunResource
    });
    new RunEnds(client, queue, run => watched.has(run), trans).ended.connect(
      (_, end) => void ends.push(end)
    );
    queue.start();
    queue.start();
  });

  afterEach(() => queue.dispose());

  function send(running: IRunSummary[], queued: IRunSummary[] = []): void {
    events.send('queue', queueState(running, queued));
  }

  it('follows the queue once it was started, over one subscription', () => {
    expect(events.topics.get('queue')?.size).toBe(1);
  });

  it('tells the end of a run with its outcome', async () => {
    states.a = 'failed';
    send([runSummary('a')]);
    send([]);
    await settle();
    expect(ends).toEqual([
      {
        message: 'Rainfall, standard: the run failed.',
        isWell: false,
        configuration: 'rainfall/automate.yaml',
        batch: 'standard'
      }
    ]);
  });

  it('says nothing of runs that somebody looks at, or that ended before', async () => {
    watched.add('a');
    send([]);
    send([runSummary('a')]);
    send([]);
    await settle();
    expect(ends).toEqual([]);
  });

  it('tells the end of many runs once, when the last of them has ended', async () => {
    const runs = Array.from({ length: 4 }, (_, at) => runSummary(`r${at}`, { batch: `b${at}` }));
    states.r3 = 'failed';
    send(runs.slice(0, 2), runs.slice(2));
    send(runs.slice(3));
    await settle();
    expect(ends).toEqual([]);
    send([]);
    await settle();
    expect(ends).toHaveLength(1);
    expect(ends[0].message).toBe('Rainfall: 4 runs have ended, of which 1 failed.');
    expect(ends[0].batch).toBeNull();
  });

  describe('of more runs than are listed', () => {
    const { automation } = runSummary('r0');
    const tell = (activity: Partial<IActivity>, listed: IRunSummary[] = []) => {
      const counts = { running: 0, queued: 0, coming: 0, ended: 0, failed: 0, ...activity };
      events.send('queue', {
        ...queueState(listed),
        counts,
        automations: { [automation]: counts }
      });
    };

    it('has their number from the server', async () => {
      tell({ running: 1, queued: 9_998, ended: 1 }, [runSummary('r1'), runSummary('r2')]);
      tell({ queued: 1, ended: 9_999 });
      await settle();
      expect(ends).toEqual([]);
      tell({ ended: 10_000, failed: 2 });
      await settle();
      expect(ends.map(({ message }) => message)).toEqual([
        'Rainfall: 10000 runs have ended, of which 2 failed.'
      ]);
      expect(ends[0].isWell).toBe(false);
    });

    it('is not told to who looks at the batches', async () => {
      watched.add(null);
      tell({ running: 2, queued: 9_998 }, [runSummary('r1')]);
      tell({ ended: 10_000 });
      await settle();
      expect(ends).toEqual([]);
    });
  });

  it('keeps automations apart', async () => {
    send([runSummary('a'), runSummary('b', { automation: 'other', automationName: 'Other' })]);
    send([runSummary('a')]);
    await settle();
    expect(ends.map(({ message }) => message)).toEqual(['Rainfall, standard: the run is done.']);
  });

  it('goes on when the state is none', () => {
    events.send('queue', { unexpected: true });
    expect(queue.state).toBeNull();
  });
});
