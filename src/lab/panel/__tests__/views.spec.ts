import {
  automation,
  batch,
  fakeClient,
  listing,
  FakeEvents,
  FakeQueue,
  settle,
  trans
} from '../../__tests__/fakes';
import { attach, button, drawn, untilText } from '../../__tests__/attach';
import type { IAutomationSummary, IBatchSummary } from '../../../core/api';
import type { IProblem } from '../../../core/problem';
import type { IRunError } from '../../../core/run/run';
import { PhaseView } from '../phaseView';
import { RunNotice } from '../runNotice';
import { ToolFooter } from '../toolFooter';
import { ToolModel } from '../toolModel';

const RUN = 'a'.repeat(32);

const PROBLEM: IProblem = {
  file: 'rainfall/automate.yaml',
  line: 12,
  column: 5,
  severity: 'error',
  code: 'unknown-view',
  message: 'view "numbr" is not known',
  hint: 'did you mean "number"?',
  blocks: 'all'
};

describe('views of a panel', () => {
  let events: FakeEvents;
  let queue: FakeQueue;
  let model: ToolModel;
  let shown: Partial<IBatchSummary>;

  async function load(changes: Partial<IAutomationSummary> | null): Promise<void> {
    const candidates = changes ? [automation(changes)] : [];
    await model.load({ candidates, chosen: null, batch: null });
    await settle();
  }

  beforeEach(() => {
    events = new FakeEvents();
    queue = new FakeQueue();
    shown = {};
    const client = fakeClient({
      listBatches: listing([batch('standard')], slug => batch(slug, shown))
    });
    const path = 'rainfall/<run>.ipynb';
    model = new ToolModel({ client, events, queue }, { path });
  });

  afterEach(() => model.dispose());

  describe('PhaseView', () => {
    it('says what to write when there is no configuration', async () => {
      await load(null);
      const view = await attach(new PhaseView(model, () => undefined, trans));
      expect(view.node.textContent).toContain('rainfall/<run>.ipynb');
      expect(view.node.querySelector('pre')?.textContent).toContain('path: "<run>.ipynb"');
      expect(button(view.node, 'Copy: Example of automate.yaml')).toBeDefined();
      expect(button(view.node, 'Retry')).toBeDefined();
      view.dispose();
    });

    it('leads from each problem to its place', async () => {
      await load({ isUsable: false, problems: [PROBLEM] });
      const opened: unknown[] = [];
      const view = await attach(new PhaseView(model, place => void opened.push(place), trans));
      expect(view.node.querySelector('[role="alert"]')?.textContent).toContain('1 problem');
      button(view.node, 'rainfall/automate.yaml:12:5').click();
      expect(opened).toEqual([PROBLEM]);
      view.dispose();
    });

    it('is empty once the tool is open', async () => {
      await load({});
      const view = await attach(new PhaseView(model, () => undefined, trans));
      expect(view.node.textContent).toBe('');
      view.dispose();
    });
  });

  describe('RunNotice', () => {
    const calls: unknown[] = [];
    const actions = {
      openExecuted: (error: IRunError) => void calls.push(error.cell),
      retry: () => void calls.push('retry'),
      resume: () => void calls.push('resume'),
      checkConfiguration: () => void calls.push('check'),
      needsTrust: () => needsTrust,
      trust: () => void calls.push('trust')
    };
    let needsTrust = false;

    async function create(changes: Partial<IAutomationSummary> = {}): Promise<RunNotice> {
      calls.length = 0;
      await load(changes);
      return attach(new RunNotice(model, actions, trans));
    }

    const state = (seq: number, more: object) => ({
      seq,
      time: '2026-03-02T09:15:40.000Z',
      kind: 'state',
      ...more
    });

    it('says that new runs wait, of this tool or of all, with a way out', async () => {
      const notice = await create();
      expect(notice.node.querySelector('[role="status"]')).toBeNull();
      queue.set([], [], { pausedAutomations: [model.state.automation] });
      await untilText(notice.node, 'Paused: new runs of this tool wait.');
      button(notice.node, 'Resume').click();
      expect(calls).toEqual(['resume']);
      queue.set([], [], { isPaused: true });
      await untilText(notice.node, 'Paused: new runs of all tools wait.');
      queue.set([], [], { pausedAutomations: ['another'] });
      await drawn(notice);
      expect(notice.node.textContent).not.toContain('Paused');
      notice.dispose();
    });

    it('explains a failure where the person looks', async () => {
      shown = { run: RUN, state: 'failed' };
      const notice = await create();
      const error = {
        code: 'cell-error',
        message: 'Cell 3 failed',
        cell: 3,
        name: 'ValueError',
        value: '<script>alert(1)</script>',
        traceback: ['\u001b[31mValueError\u001b[0m: no'],
        tail: ['last line']
      };
      events.send(`tail:${RUN}`, state(1, { state: 'failed', error }));
      await untilText(notice.node, 'cell 3');
      const alert = notice.node.querySelector('[role="alert"]');
      expect(alert?.textContent).toContain('ValueError: <script>alert(1)</script>');
      expect(notice.node.querySelector('script')).toBeNull();
      expect(notice.node.querySelector('details .ansi-red-fg')?.textContent).toBe('ValueError');
      button(notice.node, 'Open the executed notebook at this cell').click();
      button(notice.node, 'Run again').click();
      expect(calls).toEqual([3, 'retry']);
      notice.dispose();
    });

    it('says that the server was restarted, and what became of the run', async () => {
      shown = { run: RUN, state: 'running' };
      const notice = await create();
      model.showTab('report');
      events.send(`tail:${RUN}`, state(1, { state: 'running' }));
      await untilText(notice.node, 'fills in as the run writes');
      expect(notice.node.textContent).not.toContain('restarted');
      events.send(`tail:${RUN}`, state(2, { state: 'running', attached: true }));
      await untilText(notice.node, 'The server was restarted, and the run goes on.');
      const error = { code: 'lost', message: 'the server was restarted again; run it again' };
      events.send(`tail:${RUN}`, state(3, { state: 'lost', error }));
      await untilText(notice.node, `The run was lost: ${error.message}`);
      button(notice.node, 'Run again').click();
      expect(calls).toEqual(['retry']);
      notice.dispose();
    });

    it('says on the report that it is out of date', async () => {
      shown = { run: RUN, state: 'done', isStale: true };
      const notice = await create();
      events.send(`tail:${RUN}`, state(1, { state: 'done' }));
      await settle();
      await drawn(notice);
      expect(notice.node.textContent).toBe('');
      model.showTab('report');
      await untilText(notice.node, 'have changed');
      notice.dispose();
    });

    it('shows the last line while the report fills in', async () => {
      shown = { run: RUN, state: 'running' };
      const notice = await create();
      model.showTab('report');
      events.send(`tail:${RUN}`, state(1, { state: 'running' }));
      events.send(`tail:${RUN}`, {
        seq: 2,
        time: '2026-03-02T09:15:41.000Z',
        kind: 'output',
        script: 0,
        cell: 0,
        stream: 'stdout',
        text: 'step 4 of 9\n'
      });
      await untilText(notice.node, 'step 4 of 9');
      button(notice.node, 'Watch live').click();
      expect(model.state.tab).toBe('live');
      notice.dispose();
    });

    it('asks for trust where views of the tool are not loaded, and calls that no mistake', async () => {
      needsTrust = true;
      const refused: IProblem = { ...PROBLEM, code: 'view-unavailable', blocks: 'run' };
      const notice = await create({ problems: [refused] });
      expect(notice.node.textContent).toContain('Views that this tool brings are not loaded');
      button(notice.node, 'Trust this tool…').click();
      button(notice.node, 'Show').click();
      expect(calls).toEqual(['trust', 'check']);
      notice.dispose();
      needsTrust = false;
      const other = await create({ problems: [{ ...PROBLEM, blocks: 'run' }] });
      expect(other.node.textContent).toContain('The configuration has 1 error');
      expect(other.node.textContent).not.toContain('Trust');
      other.dispose();
    });

    it('tells what a click could not do, until it is dismissed', async () => {
      const notice = await create();
      model.notice = 'disk full';
      await untilText(notice.node, 'disk full');
      expect(notice.node.querySelector('[role="alert"]')).not.toBeNull();
      button(notice.node, 'Dismiss').click();
      expect(model.notice).toBe('');
      notice.dispose();
    });
  });

  describe('ToolFooter', () => {
    it('says in a status what runs', async () => {
      shown = { run: RUN, state: 'running' };
      await load({});
      const footer = await attach(new ToolFooter(model, trans));
      events.send(`tail:${RUN}`, {
        seq: 1,
        time: '2026-03-02T09:15:40.000Z',
        kind: 'state',
        state: 'queued',
        position: 2
      });
      await untilText(footer.node, 'Waiting, number 2 in the queue');
      expect(footer.node.querySelector('[role="status"]')?.textContent).toContain('Waiting');
      expect(footer.node.querySelector('progress')).not.toBeNull();
      footer.dispose();
    });

    it('speaks of states and of quarters alone', async () => {
      shown = { run: RUN, state: 'running' };
      await load({});
      const footer = await attach(new ToolFooter(model, trans));
      let seq = 0;
      const send = (event: object) =>
        events.send(`tail:${RUN}`, { seq: ++seq, time: '2026-03-02T09:15:40.000Z', ...event });
      const spoken: string[] = [];
      const region = () => footer.node.querySelector('[aria-live="polite"]')?.textContent ?? '';
      const say = async (text: string) => {
        await untilText(footer.node, text);
        if (spoken[spoken.length - 1] !== region()) {
          spoken.push(region());
        }
      };
      send({ kind: 'state', state: 'queued', position: 3 });
      await say('number 3');
      const turn = { position: 2, isPaused: false, leader: null };
      events.send(`turn:${RUN}`, { ...turn, seconds: { least: 60, most: 200 } });
      await say('number 2 in the queue, about');
      send({ kind: 'state', state: 'running' });
      await say('Starting');
      for (const percent of [10, 30, 31, 20, 80, 99]) {
        send({ kind: 'progress', fraction: percent / 100, message: 'x', source: 'explicit' });
        await say(`x ${percent}%`);
      }
      send({ kind: 'state', state: 'stopped' });
      await say('Stopped');
      expect(spoken).toEqual([
        'Waiting to start',
        'Running',
        'Running, 25%',
        'Running, 75%',
        'Stopped'
      ]);
      expect(footer.node.querySelector('[role="status"]')?.getAttribute('aria-live')).toBe('off');
      footer.dispose();
    });
  });
});
