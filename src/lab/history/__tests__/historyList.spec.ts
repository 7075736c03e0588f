import type { IRunResource } from '../../../core/api';
import { attach, button, untilText } from '../../__tests__/attach';
import { fakeClient, runResource, trans, until } from '../../__tests__/fakes';
import type { IRunQuery } from '../../tokens';
import { HistoryList } from '../historyList';
import { HistoryModel, PAGE_SIZE } from '../historyModel';

const PLACE = { automation: '0123456789abcdef', batch: 'standard', isForm: false };
const MINUTE_MS = 60_000;

describe('HistoryList', () => {
  let all: IRunResource[];
  let queries: IRunQuery[];
  let calls: unknown[];
  let model: HistoryModel;
  let list: HistoryList;
  let failure: Error | null;

  /** Answer as the server does. */
  async function listRuns(query: IRunQuery): Promise<IRunResource[]> {
    queries.push(query);
    if (failure) {
      throw failure;
    }
    const { state, before, limit } = query;
    const first = before ? all.findIndex(({ id }) => id === before) + 1 || all.length : 0;
    return all
      .slice(first)
      .filter(run => !state || run.state === state)
      .slice(0, limit);
  }

  async function show(runs: IRunResource[], place = PLACE): Promise<void> {
    all = runs;
    model.setPlace(place);
    await untilListed(runs[0]?.id);
  }

  /** Wait until the first run of the list is another one; undefined for none. */
  function untilListed(id: string | undefined): Promise<void> {
    return until(() =>
      id
        ? heads()[0]?.dataset.run === id
        : list.node.querySelector('.jp-HistoryList-empty') !== null
    );
  }

  beforeEach(async () => {
    queries = [];
    calls = [];
    failure = null;
    model = new HistoryModel(fakeClient({ listRuns }), trans);
    const note = (name: string) => (run: IRunResource, more?: unknown) =>
      void calls.push([name, run.id, ...(more === undefined ? [] : [more])]);
    list = await attach(
      new HistoryList(
        model,
        {
          hasReport: ({ id }) => id === 'new',
          showReport: note('report'),
          showLog: note('log'),
          repeat: note('repeat'),
          restore: note('restore'),
          keep: note('keep')
        },
        trans
      )
    );
  });

  afterEach(() => {
    list.dispose();
    model.dispose();
  });

  const heads = () => [...list.node.querySelectorAll<HTMLElement>('.jp-HistoryEntry-head')];
  const textOf = (element: Element | null | undefined) =>
    (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const entries = () =>
    [...list.node.querySelectorAll('li')].map(({ children }) =>
      [...children].map(textOf).filter(Boolean).join(' ')
    );
  const unfold = async (index: number) => {
    const expanded = heads()[index].getAttribute('aria-expanded');
    heads()[index].click();
    await until(() => heads()[index].getAttribute('aria-expanded') !== expanded);
  };

  it('tells of each run how it went, when, how long, by whom, and what was other than before', async () => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
    await show([
      runResource(
        'new',
        { created: ago(3), inputs: { rain: 2, town: 'Ås' }, pinned: true, attempt: 2 },
        { askerCount: 3 }
      ),
      runResource('same', { created: ago(120), inputs: { rain: 1, town: 'Ås' } }),
      runResource('old', {
        created: ago(3 * 24 * 60),
        state: 'failed',
        error: {
          code: 'cell-error',
          message: 'no',
          cell: 4,
          name: 'ValueError',
          value: 'dry\nvery'
        },
        inputs: { rain: 1, town: 'Ås' },
        code: 'sha256:0'
      })
    ]);
    expect(entries()).toEqual([
      '▸ ✔ done 3 minutes ago 2 sec by ana attempt 2 joined by 2 others kept rain: 2',
      '▸ ✔ done 2 hours ago 2 sec by ana code changed Same inputs',
      '▸ ✖ failed 3 days ago 2 sec by ana Cell 4: ValueError: dry rain: 1 town: Ås'
    ]);
    const time = list.node.querySelector('time');
    expect(time?.dateTime).toBe(all[0].created);
    expect(time?.title).toContain(String(new Date(all[0].created).getFullYear()));
    expect(queries).toEqual([{ automation: PLACE.automation, batch: 'standard', limit: 51 }]);
  });

  it('unfolds what went in, and what can be done', async () => {
    const photo = { file: 'sha256:0', name: 'photo.png' };
    await show([
      runResource('new', { inputs: { rain: 2, photo, list: [1, 2] } }),
      runResource('old', { state: 'running', ended: null, pinned: undefined })
    ]);
    await unfold(0);
    const [head] = heads();
    expect(head.getAttribute('aria-expanded')).toBe('true');
    const details = list.node.querySelector(`[id="${head.getAttribute('aria-controls')}"]`);
    expect(details?.getAttribute('aria-labelledby')).toBe(head.id);
    expect(textOf(details?.querySelector('dl'))).toBe(
      'rain2 (other than before)photophoto.png (other than before)list[1,2] (other than before)'
    );
    for (const name of ['Show report', 'Cells and log', 'Run again', 'Restore inputs', 'Keep']) {
      button(list.node, name).click();
    }
    expect(calls).toEqual([
      ['report', 'new'],
      ['log', 'new'],
      ['repeat', 'new'],
      ['restore', 'new'],
      ['keep', 'new', true]
    ]);
    await unfold(0);
    await unfold(1);
    const names = [...list.node.querySelectorAll('li:last-child .jp-HistoryEntry-action')];
    expect(names.map(textOf)).toEqual(['Cells and log', 'Restore inputs']);
  });

  it('says in one line why a program failed, and unfolded what it wrote last', async () => {
    const tail = ['reading', '\u001b[31mno rain\u001b[0m', ''];
    const error = { code: 'command-failed' as const, message: 'Exited with code 3', tail };
    await show([runResource('old', { state: 'failed', error })]);
    expect(entries()[0]).toContain('Exited with code 3: no rain');
    await unfold(0);
    expect(list.node.querySelector('pre')?.textContent).toBe(
      'Exited with code 3\nreading\nno rain'
    );
  });

  it('lets go again what was kept', async () => {
    await show([runResource('old', { pinned: true })]);
    await unfold(0);
    button(list.node, 'Do not keep').click();
    expect(calls).toEqual([['keep', 'old', false]]);
  });

  it('has one page of ten thousand runs in memory and in the document', async () => {
    await show(Array.from({ length: 10_000 }, (_, at) => runResource(`r${at}`)));
    expect(heads()).toHaveLength(PAGE_SIZE);
    expect(button(list.node, 'Newer').getAttribute('aria-disabled')).toBe('true');
    button(list.node, 'Newer').click();
    button(list.node, 'Older').click();
    await untilListed('r50');
    expect(queries.map(({ before }) => before)).toEqual([undefined, 'r49']);
    expect(list.node.textContent).toContain('Runs 51–100');
    button(list.node, 'Newer').click();
    await untilListed('r0');
  });

  it('goes to the newest runs when those of a page are gone', async () => {
    await show(Array.from({ length: 60 }, (_, at) => runResource(`r${at}`)));
    button(list.node, 'Older').click();
    await untilListed('r50');
    all = [runResource('only')];
    model.refresh();
    await until(() => model.runs?.[0]?.id === 'only');
    expect(model.hasNewer).toBe(false);
  });

  it('moves between runs by arrows, with one stop for Tab', async () => {
    await show(['a', 'b', 'c'].map(id => runResource(id)));
    expect(heads().map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    heads()[0].focus();
    const press = async (key: string) => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await until(() => (document.activeElement as HTMLElement).tabIndex === 0);
    };
    const focused = () => (document.activeElement as HTMLElement).dataset.run;
    await press('ArrowDown');
    expect(focused()).toBe('b');
    expect(heads().map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1]);
    await press('End');
    await press('ArrowDown');
    expect(focused()).toBe('c');
    await press('Home');
    expect(focused()).toBe('a');
  });

  it('keeps the keyboard on a run while newer ones come', async () => {
    await show([runResource('old')]);
    heads()[0].focus();
    all = [runResource('new', { state: 'running', ended: null }), ...all];
    model.refresh();
    await untilListed('new');
    expect((document.activeElement as HTMLElement).dataset.run).toBe('old');
    expect(entries()[0]).toContain('running');
  });

  it('says what to do while nothing has run, and that nothing is in a state', async () => {
    await show([]);
    expect(list.node.textContent).toContain('This batch has not run yet. Click Run');
    model.state = 'failed';
    await untilText(list.node, 'No run is in this state.');
    expect(queries[1]).toMatchObject({ state: 'failed' });
  });

  it('lists the runs of the whole tool where a run made from the form is shown', async () => {
    const form = { slug: 'f', name: 'f', folder: 'runs/f', kind: 'form' as const };
    await show([runResource('new', { batch: form }), runResource('old')], {
      ...PLACE,
      batch: 'f',
      isForm: true
    });
    expect(queries[0]).not.toHaveProperty('batch');
    expect(entries()[0]).not.toContain(' f ');
    expect(entries()[1]).toContain('Standard');
    model.setPlace({ ...PLACE, batch: 'g', isForm: true });
    expect(queries).toHaveLength(1);
    model.scope = 'batch';
    expect(queries[1]).toMatchObject({ batch: 'g' });
  });

  it('says what went wrong, and keeps what it has', async () => {
    await show([runResource('old')]);
    failure = new Error('disk full');
    model.refresh();
    await untilText(list.node, 'disk full');
    expect(list.node.querySelector('[role="alert"]')?.textContent).toContain('disk full');
    expect(heads()).toHaveLength(1);
    failure = null;
    button(list.node, 'Retry').click();
    await until(() => model.error === '');
  });
});
