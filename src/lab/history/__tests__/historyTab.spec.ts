import { Panel } from '@lumino/widgets';
import type { IRunResource } from '../../../core/api';
import { attach, button, untilText } from '../../__tests__/attach';
import {
  automation,
  batch,
  fakeClient,
  FakeEvents,
  FakeQueue,
  listing,
  runResource,
  runSummary,
  settle,
  trans,
  until
} from '../../__tests__/fakes';
import type { LiveView } from '../../live/liveView';
import type { RunModel } from '../../panel/runModel';
import { ToolModel } from '../../panel/toolModel';
import { HistoryTab } from '../historyTab';

/** Notes which run it shows. */
class FakeLiveView extends Panel {
  run: RunModel | null = null;
  setRun(run: RunModel | null): void {
    this.run = run;
  }
}

describe('HistoryTab', () => {
  let model: ToolModel;
  let events: FakeEvents;
  let queue: FakeQueue;
  let live: FakeLiveView;
  let tab: HistoryTab;
  let runs: IRunResource[];
  let calls: unknown[][];

  beforeEach(async () => {
    events = new FakeEvents();
    queue = new FakeQueue();
    live = new FakeLiveView();
    calls = [];
    runs = [runResource('new'), runResource('old')];
    const client = fakeClient({
      listBatches: listing([batch('standard')], slug => batch(slug, { run: 'new', state: 'done' })),
      listRuns: async query => {
        calls.push(['list', query.batch]);
        return runs;
      },
      keepRun: async (id, isKept) => void calls.push(['keep', id, isKept]),
      retryRun: async id => {
        calls.push(['retry', id]);
        return { id: 'next', batch: 'standard' } as Awaited<ReturnType<typeof client.retryRun>>;
      }
    });
    model = new ToolModel({ client, events, queue }, { tab: 'history' });
    await model.load({ candidates: [automation()], chosen: null, batch: null });
    await settle();
    tab = await attach(
      new HistoryTab({
        model,
        createLiveView: () => live as unknown as LiveView,
        restore: async ({ id }) => void calls.push(['restore', id]),
        attempt: work => void work.catch(error => calls.push(['failed', String(error)])),
        trans
      })
    );
    tab.setPlace();
    await untilText(tab.node, 'done');
  });

  afterEach(() => {
    tab.dispose();
    model.dispose();
  });

  const heads = () => [...tab.node.querySelectorAll<HTMLElement>('.jp-HistoryEntry-head')];
  const unfold = async (index: number) => {
    heads()[index].click();
    await until(() => tab.node.querySelector('.jp-HistoryEntry-action') !== null);
  };

  it('keeps and repeats a run, and restores its inputs', async () => {
    await unfold(1);
    expect(tab.node.textContent).not.toContain('Show report');
    button(tab.node, 'Keep').click();
    await until(() => calls.filter(([name]) => name === 'list').length > 1);
    button(tab.node, 'Restore inputs').click();
    button(tab.node, 'Run again').click();
    await until(() => calls.some(([name]) => name === 'retry'));
    expect(calls.filter(([name]) => name !== 'list')).toEqual([
      ['keep', 'old', true],
      ['restore', 'old'],
      ['retry', 'old']
    ]);
    expect(model.state.tab).toBe('history');
  });

  it('shows the report of the run whose files are in the folder of the batch', async () => {
    await unfold(0);
    button(tab.node, 'Show report').click();
    expect(model.state).toMatchObject({ tab: 'report', shown: 'standard' });
  });

  it('shows cells and log of a run of the past, without trusting it, and goes back to it', async () => {
    runs = [runResource('old', { state: 'running', ended: null })];
    tab.setPlace();
    await unfold(1);
    button(tab.node, 'Cells and log').click();
    expect(live.run).toMatchObject({ id: 'old', isTrusted: false });
    expect(live.isHidden).toBe(false);
    expect(document.activeElement?.textContent).toBe('Back to the history');
    const bar = tab.node.querySelector('.jp-PastRunBar');
    const time = '2026-03-02T09:15:00.000Z';
    events.send('tail:old', { seq: 1, time, kind: 'state', state: 'failed', return_code: 1 });
    await until(() => bar?.textContent?.includes('failed') === true);
    button(tab.node, 'Back to the history').click();
    expect(live.run).toBeNull();
    expect(live.isHidden).toBe(true);
    expect((document.activeElement as HTMLElement).dataset.run).toBe('old');
    expect(events.topics.has('tail:old')).toBe(false);
  });

  it('reads again when runs change, and nothing while nobody looks', async () => {
    const before = calls.length;
    queue.set([runSummary('x')]);
    await until(() => calls.length > before);
    tab.hide();
    const hidden = calls.length;
    queue.set([]);
    await settle();
    expect(calls).toHaveLength(hidden);
    tab.show();
    await until(() => calls.length > hidden);
  });
});
