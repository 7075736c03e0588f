import { defaultRenderMime } from '@jupyterlab/rendermime/lib/testutils';
import type { JournalEntry, JournalEvent } from '../../../core/run/journal';
import { attach, untilText } from '../../__tests__/attach';
import { FakeEvents, trans, until } from '../../__tests__/fakes';
import { RunModel } from '../../panel/runModel';
import { LiveView } from '../liveView';

describe('LiveView', () => {
  let events: FakeEvents;
  let run: RunModel;
  let view: LiveView;
  let seq: number;
  let copied: string[];
  let asked: number[];
  let earlier: JournalEvent[] | null;

  beforeEach(async () => {
    events = new FakeEvents();
    seq = 0;
    copied = [];
    asked = [];
    earlier = null;
    run = new RunModel('r1', 'standard', false, events);
    view = await attach(
      new LiveView(defaultRenderMime(), trans, {
        copy: text => void copied.push(text),
        download: () => undefined,
        readBefore: async (_, before) => {
          asked.push(before);
          return earlier;
        }
      })
    );
  });

  afterEach(() => {
    view.dispose();
    run.dispose();
  });

  function send(...entries: JournalEntry[]): void {
    for (const entry of entries) {
      seq += 1;
      events.send('tail:r1', { seq, time: '2026-03-02T09:15:40.000Z', ...entry });
    }
  }

  const begin: JournalEntry = {
    kind: 'timing',
    entries: [
      {
        n: 2,
        ph: 'B',
        id: 7,
        parent: 1,
        lane: '',
        name: 'cell 1 “Läser”',
        t: 0,
        cpu: null,
        script: 0,
        cell: 0
      }
    ]
  };

  const message = (type: 'display_data' | 'error', content: object): JournalEntry => ({
    kind: 'output',
    script: 0,
    cell: 0,
    message: { type, content: content as never }
  });

  it('says that nothing has run', () => {
    expect(view.node.textContent).toContain('Nothing has run yet');
  });

  it('shows a cell with its outputs as they come', async () => {
    view.setRun(run);
    send(begin, { kind: 'output', script: 0, cell: 0, stream: 'stdout', text: 'one\n' });
    await untilText(view.node, 'Cell 1 “Läser”');
    await until(
      () => view.node.querySelector('.jp-OutputArea pre')?.textContent?.includes('one') === true
    );
    send({ kind: 'output', script: 0, cell: 0, stream: 'stdout', text: 'two\n' });
    await until(
      () => view.node.querySelector('.jp-OutputArea pre')?.textContent?.includes('two') === true
    );
    expect(view.node.querySelectorAll('.jp-OutputArea-child')).toHaveLength(1);
    expect(view.node.querySelector('.jp-CellView')?.getAttribute('aria-label')).toBe(
      'Cell 1 “Läser”'
    );
  });

  it('shows an error in the colours of the theme', async () => {
    view.setRun(run);
    send(
      begin,
      message('error', { ename: 'E', evalue: 'v', traceback: ['\u001b[31mE\u001b[0m: v'] })
    );
    await until(() => view.node.querySelector('.jp-OutputArea .ansi-red-fg') !== null);
  });

  it('runs no script of a journal that is not this person’s own', async () => {
    view.setRun(run);
    send(
      begin,
      message('display_data', {
        data: { 'text/html': '<b>table</b><script>window.hacked = true</script>' },
        metadata: {}
      })
    );
    await until(() => view.node.querySelector('.jp-OutputArea b') !== null);
    expect(view.node.querySelector('.jp-OutputArea script')).toBeNull();
    expect('hacked' in window).toBe(false);
  });

  it('shows the end of a long log, and what was before when somebody asks', async () => {
    const text = { kind: 'output', script: 0, cell: 0, stream: 'stdout' } as const;
    const button = () =>
      [...view.node.querySelectorAll('button')].find(
        ({ textContent }) => textContent === 'Show earlier'
      );
    view.setRun(run);
    send(begin);
    seq = 9;
    send({ ...text, text: 'end\n', isAfterGap: true });
    await untilText(view.node, 'Log: last 1 line');
    expect(view.node.textContent).toContain('Earlier lines are in the log below.');
    // A failure was told elsewhere, and leaves everything as it was.
    button()?.click();
    await until(() => asked.length === 1);
    earlier = [{ seq: 5, time: '', ...text, text: 'five\n' }];
    await until(() => {
      button()?.click();
      return asked.length === 2;
    });
    await untilText(view.node, 'Log: last 2 lines');
    earlier = [
      { seq: 1, time: '', kind: 'state', state: 'running' },
      { seq: 2, time: '', ...text, text: 'two\n' }
    ];
    button()?.click();
    await untilText(view.node, 'Log: 3 lines');
    expect(asked).toEqual([10, 10, 5]);
    expect(button()).toBeUndefined();
  });

  it('forgets a run when another one is shown', async () => {
    view.setRun(run);
    send(begin);
    await untilText(view.node, 'Cell 1');
    view.setRun(null);
    await untilText(view.node, 'Nothing has run yet');
    expect(view.node.querySelector('.jp-CellView')).toBeNull();
  });
});
