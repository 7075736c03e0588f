import { attach, button, untilText } from './attach';
import { fakeClient, FakeQueue, runSummary, trans } from './fakes';
import { QueueStatus } from '../queueStatus';

describe('QueueStatus', () => {
  let queue: FakeQueue;
  let calls: string[];
  let status: QueueStatus;

  beforeEach(async () => {
    queue = new FakeQueue();
    calls = [];
    const client = fakeClient({
      pauseQueue: async () => void calls.push('pause'),
      resumeQueue: async () => void calls.push('resume')
    });
    status = await attach(new QueueStatus(client, queue, trans));
  });

  afterEach(() => status.dispose());

  const popup = () => document.querySelector<HTMLElement>('.jp-QueueStatus-popup') ?? document.body;

  it('counts all runs, also those that are not listed, and is there only while it has something to say', async () => {
    expect(status.isActive).toBe(false);
    queue.set([runSummary('a')], [runSummary('b', { state: 'queued' })], {
      counts: { running: 1, queued: 9_999, coming: 0 }
    });
    expect(status.isActive).toBe(true);
    await untilText(status.node, 'CrossCompute: 1 running · 9999 queued');
    queue.set([]);
    expect(status.isActive).toBe(false);
  });

  it('pauses new runs of all tools, says so, and resumes them', async () => {
    queue.set([runSummary('a')], [], { counts: { running: 1, queued: 4, coming: 0 } });
    await untilText(status.node, '4 queued');
    button(status.node, 'CrossCompute: 1 running · 4 queued').click();
    await new Promise<void>(resolve => {
      const look = () =>
        popup() === document.body || !popup().textContent ? setTimeout(look, 5) : resolve();
      look();
    });
    expect(popup().textContent).toContain('and 4 more');
    button(popup(), 'Pause').click();
    expect(calls).toEqual(['pause']);
    queue.set([], [], { isPaused: true });
    expect(status.isActive).toBe(true);
    await untilText(status.node, 'paused');
    expect(popup().textContent).toContain('Paused: new runs wait.');
    button(popup(), 'Resume').click();
    expect(calls).toEqual(['pause', 'resume']);
  });
});
