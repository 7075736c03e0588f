import {
  automation,
  batch,
  fakeClient,
  listing,
  FakeEvents,
  FakeQueue,
  runSummary,
  settle,
  trans
} from '../../__tests__/fakes';
import { attach, button, drawn } from '../../__tests__/attach';
import type { IBatchSummary } from '../../../core/api';
import { ToolHeader } from '../toolHeader';
import { ToolModel } from '../toolModel';

describe('ToolHeader', () => {
  const calls: string[] = [];
  const actions = {
    run: () => void calls.push('run'),
    runAll: () => void calls.push('runAll'),
    stop: () => void calls.push('stop'),
    selectBatch: (slug: string) => void calls.push(`select ${slug}`),
    openMenu: () => void calls.push('menu')
  };
  const ids = { tab: (tab: string) => `tab-${tab}`, panel: (tab: string) => `panel-${tab}` };
  const shown: Record<string, Partial<IBatchSummary>> = {};
  let queue: FakeQueue;
  let model: ToolModel;
  let header: ToolHeader;

  beforeEach(async () => {
    calls.length = 0;
    queue = new FakeQueue();
    const client = fakeClient({
      listBatches: listing([batch('standard'), batch('wet')], slug => batch(slug, shown[slug]))
    });
    model = new ToolModel({ client, events: new FakeEvents(), queue }, { path: 'x' });
    await model.load({ candidates: [automation()], chosen: null, batch: null });
    await settle();
    header = await attach(new ToolHeader(model, actions, ids, trans));
  });

  afterEach(() => {
    header.dispose();
    model.dispose();
  });

  it('has the buttons that people and tests know by name', () => {
    button(header.node, 'Run').click();
    button(header.node, 'Run all').click();
    button(header.node, 'More actions').click();
    expect(calls).toEqual(['run', 'runAll', 'menu']);
    expect(button(header.node, 'Stop').disabled).toBe(true);
  });

  it('can stop while something runs, and says how much', async () => {
    queue.set(
      [runSummary('a', { batch: 'wet' })],
      [runSummary('b', { state: 'queued', batch: 'x' })]
    );
    await drawn(header);
    expect(button(header.node, 'Stop').disabled).toBe(false);
    expect(header.node.textContent).toContain('1 running');
    expect(header.node.textContent).toContain('1 queued');
  });

  it('binds tabs to their panels', () => {
    const tabs = [...header.node.querySelectorAll('[role="tab"]')];
    expect(tabs.map(({ textContent }) => textContent)).toEqual([
      'Inputs',
      'Report',
      'Live',
      'Batches',
      'History'
    ]);
    expect(tabs[0].getAttribute('aria-selected')).toBe('true');
    expect(tabs[0].getAttribute('aria-controls')).toBe('panel-inputs');
    expect(tabs.map(tab => (tab as HTMLElement).tabIndex)).toEqual([0, -1, -1, -1, -1]);
  });

  it('moves among tabs with arrow keys, around the ends', async () => {
    const list = header.node.querySelector('[role="tablist"]');
    const press = async (key: string) => {
      list?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await drawn(header);
      return model.state.tab;
    };
    expect(await press('ArrowLeft')).toBe('history');
    expect(document.activeElement?.id).toBe('tab-history');
    expect(await press('ArrowRight')).toBe('inputs');
    expect(await press('End')).toBe('history');
    expect(await press('Home')).toBe('inputs');
  });

  it('chooses a batch', () => {
    const select = header.node.querySelector('select');
    expect([...(select?.options ?? [])].map(({ text }) => text)).toEqual(['standard', 'wet']);
    if (select) {
      select.value = 'wet';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    expect(calls).toEqual(['select wet']);
  });

  it('offers a run of changed inputs beside the batches', async () => {
    const id = 'f'.repeat(32);
    shown[id] = { kind: 'form', run: id, state: 'done' };
    model.follow(id, id);
    await settle();
    await drawn(header);
    expect(header.node.querySelector('select')?.selectedOptions[0].text).toContain(
      'changed inputs'
    );
  });
});
