import { WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import { defaultRenderMime } from '@jupyterlab/rendermime/lib/testutils';
import { StateDB } from '@jupyterlab/statedb';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { IAutomationSummary } from '../../core/api';
import type { Documents } from '../documents';
import { EMPTY_STATE } from '../panel/panelState';
import type { ToolPanel } from '../panel/toolPanel';
import { DEFAULT_SETTINGS } from '../settings';
import { ToolOpener } from '../toolOpener';
import {
  automation,
  batch,
  fakeClient,
  FakeEvents,
  FakeQueue,
  listing,
  settle,
  trans,
  until
} from './fakes';

describe('ToolOpener', () => {
  let candidates: IAutomationSummary[];
  let chosen: string | null;
  let folder: string | null;
  let added: { widget: Widget; options: unknown }[];
  let activated: string[];
  let saved: string[];
  let tracker: WidgetTracker<MainAreaWidget<ToolPanel>>;
  let database: StateDB;
  let opener: ToolOpener;

  beforeEach(() => {
    sessionStorage.clear();
    candidates = [automation()];
    chosen = automation().id;
    folder = null;
    added = [];
    activated = [];
    saved = [];
    tracker = new WidgetTracker({ namespace: 'test' });
    database = new StateDB();
    const shell = {
      add: (widget: Widget, _area: string, options?: unknown) =>
        void added.push({ widget, options }),
      activateById: (id: string) => void activated.push(id)
    };
    const documents: Partial<Documents> = {
      localPath: path => path.replace(/^RTC:/, ''),
      saveNotebook: async path => void saved.push(path)
    };
    const settings = { current: DEFAULT_SETTINGS };
    opener = new ToolOpener({
      shell: shell as never,
      client: fakeClient({
        find: async () => ({ candidates, chosen, batch: folder }),
        listBatches: listing([batch('standard')])
      }),
      events: new FakeEvents(),
      queue: new FakeQueue(),
      tracker,
      documents: documents as Documents,
      rendermime: defaultRenderMime(),
      database,
      settings: Object.assign(settings, { changed: new Signal(settings) }) as never,
      trans
    });
  });

  afterEach(() => {
    tracker.forEach(widget => widget.dispose());
    tracker.dispose();
  });

  it('opens a panel beside the notebook, which it saved', async () => {
    const opened = await opener.open('RTC:rainfall/run.ipynb', { ref: 'notebook' });
    expect(opened?.widget.content.model.phase).toBe('ready');
    expect(added[0].options).toEqual({ mode: 'split-right', ref: 'notebook' });
    expect(saved).toEqual(['RTC:rainfall/run.ipynb']);
    expect(opened?.widget.content.node.getAttribute('role')).toBe('region');
    expect(opened?.widget.content.node.getAttribute('aria-label')).toBe('Rainfall');
    expect(opened?.widget.title.label).toBe('Rainfall');
  });

  it('brings the panel of an automation to the front instead of opening a second one', async () => {
    const first = await opener.open('rainfall/run.ipynb');
    folder = 'wet';
    const second = await opener.open('rainfall/batches/wet', { tab: 'report' });
    expect(second?.widget).toBe(first?.widget);
    expect(added).toHaveLength(1);
    expect(second?.batch).toBe('wet');
    expect(first?.widget.content.model.state).toMatchObject({ batch: 'wet', tab: 'report' });
  });

  it('says in a panel that there is none, and opens once a configuration is saved', async () => {
    candidates = [];
    chosen = null;
    const opened = await opener.open('plain.ipynb');
    expect(opened?.widget.content.model.phase).toBe('empty');
    candidates = [automation()];
    opener.lookAgain();
    await until(() => opened?.widget.content.model.phase === 'ready');
  });

  it('asks which of several, and remembers the answer', async () => {
    candidates = [automation(), automation({ id: 'f'.repeat(16), title: 'Other' })];
    chosen = null;
    const opening = opener.open('rainfall/run.ipynb');
    await until(() => document.querySelector('.jp-Dialog select') !== null);
    const select = document.querySelector<HTMLSelectElement>('.jp-Dialog select');
    if (select) {
      select.selectedIndex = 1;
    }
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-accept')?.click();
    const opened = await opening;
    expect(opened?.widget.content.model.state.automation).toBe('f'.repeat(16));
    opened?.widget.dispose();
    const again = await opener.open('rainfall/run.ipynb');
    expect(again?.widget.content.model.state.automation).toBe('f'.repeat(16));
  });

  it('opens nothing when nobody chose', async () => {
    candidates = [automation(), automation({ id: 'f'.repeat(16) })];
    chosen = null;
    const opening = opener.open('rainfall/run.ipynb');
    await until(() => document.querySelector('.jp-Dialog') !== null);
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-reject')?.click();
    expect(await opening).toBeNull();
    expect(added).toHaveLength(0);
  });

  it('restores a panel as it was left', async () => {
    const state = {
      ...EMPTY_STATE,
      path: 'rainfall/run.ipynb',
      automation: automation().id,
      configuration: 'rainfall/automate.yaml',
      batch: 'standard',
      shown: 'standard',
      tab: 'live' as const
    };
    await opener.restore(state);
    await settle();
    const { model } = (added[0].widget as MainAreaWidget<ToolPanel>).content;
    expect(model.phase).toBe('ready');
    expect(model.state).toEqual(state);
    expect(activated).toEqual([]);
  });

  it('knows after a reload what JupyterLab had not kept yet', async () => {
    const opened = await opener.open('rainfall/run.ipynb');
    opened?.widget.content.model.showTab('batches');
    opened?.widget.dispose();
    await opener.restore({
      ...EMPTY_STATE,
      automation: automation().id,
      path: 'rainfall/run.ipynb'
    });
    await settle();
    const { model } = (added[1].widget as MainAreaWidget<ToolPanel>).content;
    expect(model.state.tab).toBe('batches');
  });
});
