import type { IBatchSummary, IFindResponse } from '../../../core/api';
import {
  automation,
  batch,
  fakeClient,
  listing,
  FakeEvents,
  FakeQueue,
  runSummary,
  settle,
  until
} from '../../__tests__/fakes';
import { RequestError, UnreachableError } from '../../requestError';
import type { ICrossComputeClient } from '../../tokens';
import type { IPanelState } from '../panelState';
import { needsRun, ToolModel } from '../toolModel';

const BATCHES = [batch('standard'), batch('wet')];

function found(...candidates: IFindResponse['candidates']): IFindResponse {
  return { candidates, chosen: candidates[0]?.id ?? null, batch: null };
}

describe('ToolModel', () => {
  let events: FakeEvents;
  let queue: FakeQueue;
  let models: ToolModel[];

  beforeEach(() => {
    events = new FakeEvents();
    queue = new FakeQueue();
    models = [];
  });

  afterEach(() => {
    models.forEach(model => model.dispose());
    expect([...events.topics.keys()]).toEqual([]);
  });

  function create(
    methods: Partial<ICrossComputeClient> = {},
    state: Partial<IPanelState> = { path: 'rainfall/run.ipynb' }
  ): ToolModel {
    const client = fakeClient({
      find: async () => found(automation()),
      listBatches: listing(BATCHES),
      getAutomation: async () => automation(),
      ...methods
    });
    const model = new ToolModel({ client, events, queue }, state);
    models.push(model);
    return model;
  }

  it('opens the automation that was found, at its first batch', async () => {
    const model = create();
    await model.load();
    await settle();
    expect(model.phase).toBe('ready');
    expect(model.state).toMatchObject({
      automation: '0123456789abcdef',
      configuration: 'rainfall/automate.yaml',
      batch: 'standard',
      shown: 'standard',
      tab: 'inputs'
    });
    expect(model.choices.map(({ slug }) => slug)).toEqual(['standard', 'wet']);
  });

  it('does not ask again for what was found before', async () => {
    const find = jest.fn();
    const model = create({ find });
    await model.load(found(automation()));
    expect(find).not.toHaveBeenCalled();
    expect(model.phase).toBe('ready');
  });

  it('says that there is none', async () => {
    const model = create({ find: async () => found() });
    await model.load();
    expect(model.phase).toBe('empty');
  });

  it('opens by itself once the problems of a configuration are mended', async () => {
    const closed = automation({ isUsable: false, isRunnable: false });
    const model = create({ find: async () => found(closed) });
    await model.load();
    expect(model.phase).toBe('invalid');
    events.send('config:0123456789abcdef', { automation: closed.id, change: 'configuration' });
    await until(() => model.phase === 'ready');
  });

  it('tries again by itself while the server does not answer', async () => {
    jest.useFakeTimers();
    try {
      let calls = 0;
      const model = create({
        find: async () => {
          calls += 1;
          if (calls < 3) {
            throw new UnreachableError(null);
          }
          return found(automation());
        }
      });
      await model.load();
      expect(model.phase).toBe('failed');
      await jest.advanceTimersByTimeAsync(1000);
      expect(model.phase).toBe('failed');
      await jest.advanceTimersByTimeAsync(2000);
      expect(model.phase).toBe('ready');
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not try again what is refused', async () => {
    const model = create({ find: () => Promise.reject(new RequestError(403, 'http-403', 'no')) });
    await model.load();
    expect(model.phase).toBe('failed');
    expect(model.failure).toBeInstanceOf(RequestError);
  });

  it('follows the newest run of the shown batch', async () => {
    const run = 'a'.repeat(32);
    const model = create({
      listBatches: listing(BATCHES, slug => batch(slug, { run, state: 'done' }))
    });
    await model.load();
    await settle();
    expect(model.run?.id).toBe(run);
    expect(model.run?.isTrusted).toBe(false);
    expect(events.topics.has(`tail:${run}`)).toBe(true);
  });

  it('trusts the outputs of a run that it followed before a reload', async () => {
    const run = 'a'.repeat(32);
    const model = create(
      { listBatches: listing(BATCHES, slug => batch(slug, { run, state: 'done' })) },
      { path: 'rainfall', run, isOwnRun: true, shown: 'standard', batch: 'standard' }
    );
    await model.load();
    await settle();
    expect(model.run?.isTrusted).toBe(true);
  });

  it('follows a run of the shown batch that somebody else started', async () => {
    const model = create();
    await model.load();
    await settle();
    queue.set([runSummary('b'.repeat(32))]);
    expect(model.run?.id).toBe('b'.repeat(32));
    queue.set([runSummary('c'.repeat(32), { batch: 'wet' })]);
    expect(model.run?.id).toBe('b'.repeat(32));
    expect(model.activity).toEqual({ running: 1, queued: 0 });
  });

  it('finds the run of the shown batch among those that are not listed, with few requests', async () => {
    const run = 'e'.repeat(32);
    let state: IBatchSummary['state'] = 'new';
    const listBatches = jest.fn(
      listing(BATCHES, slug => batch(slug, state === 'new' ? {} : { run, state }))
    );
    const model = create({ listBatches });
    await model.load();
    await settle();
    state = 'queued';
    const tell = (queued: number) =>
      queue.set([runSummary('a'.repeat(32), { batch: 'wet' })], [], {
        automations: {
          [model.state.automation]: { running: 1, queued, coming: 0, ended: 0, failed: 0 }
        }
      });
    tell(9_999);
    await settle();
    expect(model.run?.id).toBe(run);
    expect(model.activity).toEqual({ running: 1, queued: 9_999 });
    const asked = listBatches.mock.calls.length;
    tell(9_998);
    tell(9_997);
    await settle();
    expect(listBatches.mock.calls.length).toBe(asked);
  });

  it('shows the report of a run and leaves the form at its batch', async () => {
    const id = 'd'.repeat(32);
    const model = create({
      listBatches: listing(BATCHES, slug =>
        batch(slug, slug === id ? { run: id, kind: 'form', state: 'running' } : {})
      )
    });
    await model.load();
    await settle();
    model.follow(id, id);
    await settle();
    expect(model.state).toMatchObject({ batch: 'standard', shown: id, run: id, isOwnRun: true });
  });

  it('goes to the first batch when its own is gone', async () => {
    const model = create({}, { path: 'rainfall', batch: 'dry', shown: 'dry' });
    await model.load();
    await settle();
    expect(model.state.batch).toBe('standard');
    expect(model.state.shown).toBe('standard');
  });

  it('looks again after the connection was lost', async () => {
    const getAutomation = jest.fn(async () => automation({ version: '0.4.0' }));
    const model = create({ getAutomation });
    await model.load();
    events.rejoin();
    await until(() => model.automation?.version === '0.4.0');
    expect(getAutomation).toHaveBeenCalledTimes(1);
  });

  it('opens the configuration again when a new server does not know it', async () => {
    const find = jest.fn(async () => found(automation()));
    const model = create({ find });
    await model.load();
    events.refuse('config:0123456789abcdef', 'not open');
    await until(() => find.mock.calls.length === 2);
  });

  it('does nothing after it was closed while it was loading', async () => {
    let answer: (response: IFindResponse) => void = () => undefined;
    const model = create({ find: () => new Promise(resolve => (answer = resolve)) });
    const loading = model.load();
    model.dispose();
    answer(found(automation()));
    await loading;
    expect(model.phase).toBe('loading');
  });

  it('tells pages of a change only once it is open', async () => {
    const model = create();
    const changes: string[] = [];
    model.pagesChanged.connect((_, change) => void changes.push(change));
    await model.load();
    events.send('config:0123456789abcdef', { automation: 'x', change: 'template' });
    await until(() => changes.length > 0);
    expect(changes).toEqual(['template']);
  });
});

describe('needsRun()', () => {
  it.each([
    ['new', false, true],
    ['done', false, false],
    ['done', true, true],
    ['failed', false, true],
    ['lost', false, true],
    ['stopped', false, true],
    ['running', true, false],
    ['queued', false, false]
  ] as const)('says of a batch that is %s, stale %s: %s', (state, isStale, expected) => {
    expect(needsRun(batch('a', { state, isStale }))).toBe(expected);
  });
});
