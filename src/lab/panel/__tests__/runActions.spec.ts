import type { IInputRefusal, IRunRequest, IRunResponse } from '../../../core/api';
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
import { RequestError } from '../../requestError';
import type { ICrossComputeClient } from '../../tokens';
import { RunActions, type IForm } from '../runActions';
import { ToolModel } from '../toolModel';

describe('RunActions', () => {
  const id = 'e'.repeat(32);
  const response: IRunResponse = {
    id,
    key: '',
    state: 'queued',
    joined: false,
    cached: false,
    position: 1,
    batch: 'standard',
    problems: []
  };
  let queue: FakeQueue;
  let form: IForm & { errors: readonly IInputRefusal[] };
  let saved: string[];

  async function create(methods: Partial<ICrossComputeClient>) {
    queue = new FakeQueue();
    form = {
      isChanged: false,
      values: async () => ({ amount: { value: 5 } }),
      setErrors: errors => {
        form.errors = errors;
      },
      reset: () => undefined,
      errors: []
    };
    saved = [];
    const client = fakeClient({
      listBatches: listing([batch('standard')]),
      ...methods
    });
    const model = new ToolModel({ client, events: new FakeEvents(), queue }, { path: 'x' });
    await model.load({ candidates: [automation()], chosen: null, batch: null });
    await settle();
    const save = async (paths: readonly string[]) => {
      saved.push(...paths);
    };
    return { model, runs: new RunActions(model, () => form, save, trans) };
  }

  it('runs the batch itself when the form is unchanged, and shows the report', async () => {
    const requests: IRunRequest[] = [];
    const { model, runs } = await create({
      run: async request => {
        requests.push(request);
        return response;
      }
    });
    await runs.run();
    expect(requests).toEqual([
      { automation: '0123456789abcdef', batch: 'standard', fresh: true, priority: 'interactive' }
    ]);
    expect(model.state).toMatchObject({ tab: 'report', run: id, shown: 'standard' });
    expect(saved).toEqual(['rainfall/run.ipynb']);
  });

  it('makes a run of its own from changed values, and stays at Live', async () => {
    const requests: IRunRequest[] = [];
    const { model, runs } = await create({
      run: async request => {
        requests.push(request);
        return { ...response, batch: id };
      }
    });
    Object.assign(form, { isChanged: true });
    model.showTab('live');
    await runs.run();
    expect(requests[0].inputs).toEqual({ amount: { value: 5 } });
    expect(model.state).toMatchObject({ tab: 'live', batch: 'standard', shown: id });
  });

  it('runs what a form on the report gives, over the batch that is shown', async () => {
    const requests: IRunRequest[] = [];
    const { model, runs } = await create({
      run: async request => {
        requests.push(request);
        return { ...response, batch: id };
      }
    });
    expect(await runs.runReport({ answer: { value: 'b' } })).toEqual([]);
    expect(requests[0]).toMatchObject({
      batch: 'standard',
      step: 'output',
      inputs: { answer: { value: 'b' } }
    });
    expect(model.state).toMatchObject({ batch: 'standard', shown: id });
  });

  it('gives refusals of a form on the report back to it', async () => {
    const refusals = [{ variable: 'answer', message: 'no' }];
    const { model, runs } = await create({
      run: () => Promise.reject(new RequestError(400, 'input-refused', 'no', refusals))
    });
    expect(await runs.runReport({})).toEqual(refusals);
    expect([model.notice, form.errors]).toEqual(['', []]);
  });

  it('shows refusals in the form', async () => {
    const refusals = [{ variable: 'amount', message: 'no number' }];
    const { model, runs } = await create({
      run: () => Promise.reject(new RequestError(400, 'input-refused', 'no', refusals))
    });
    model.showTab('report');
    await runs.run();
    expect(form.errors).toEqual(refusals);
    expect(model.state.tab).toBe('inputs');
    expect(model.notice).toBe('');
  });

  it('tells other failures in the panel', async () => {
    const { model, runs } = await create({ run: () => Promise.reject(new Error('disk full')) });
    await runs.run();
    expect(model.notice).toBe('disk full');
  });

  it('renders the report of a new batch by running it, and of a done one by showing it', async () => {
    const run = jest.fn(async () => response);
    const { model, runs } = await create({ run });
    await runs.renderReport();
    expect(run).toHaveBeenCalledTimes(1);
    expect(model.state.tab).toBe('report');
    const done = await create({
      run,
      listBatches: listing([batch('standard')], slug => batch(slug, { state: 'done', run: id }))
    });
    await done.runs.renderReport();
    expect(run).toHaveBeenCalledTimes(1);
    expect(done.model.run?.id).toBe(id);
  });

  it('stops the shown run, also one that ends meanwhile', async () => {
    const stopped: string[] = [];
    const { model, runs } = await create({
      stopRun: async run => {
        stopped.push(run);
        throw new RequestError(409, 'already-final', '');
      }
    });
    model.follow(id, 'standard');
    queue.set([runSummary(id)]);
    await runs.stop();
    expect(stopped).toEqual([id]);
    expect(model.notice).toBe('');
  });

  it('says for how many others the shown run is stopped', async () => {
    const stopped: string[] = [];
    const { model, runs } = await create({
      stopRun: async run => {
        stopped.push(run);
        throw new RequestError(409, 'already-final', '');
      }
    });
    model.follow(id, 'standard');
    queue.set([runSummary(id, { askerCount: 3 })]);
    const stopping = runs.stop();
    await settle();
    const dialog = document.querySelector<HTMLElement>('.jp-Dialog');
    expect(dialog?.textContent).toContain('2 other people want this run, too.');
    expect(stopped).toEqual([]);
    dialog?.querySelector<HTMLElement>('.jp-mod-accept')?.click();
    await stopping;
    expect(stopped).toEqual([id]);
  });

  it('stops waiting runs before running ones', async () => {
    const stopped: string[] = [];
    const { runs } = await create({
      stopRun: async run => {
        stopped.push(run);
        return Promise.reject(new RequestError(409, 'already-final', ''));
      }
    });
    await runs.stopBatches([
      batch('a', { run: 'run', state: 'running' }),
      batch('b', { run: 'wait', state: 'queued' }),
      batch('c', { run: 'over', state: 'done' })
    ]);
    expect(stopped).toEqual(['wait', 'run']);
  });

  it('pauses new runs of its tool, and resumes whatever holds them back', async () => {
    const calls: unknown[] = [];
    const { model, runs } = await create({
      pauseQueue: async automation => void calls.push(['pause', automation]),
      resumeQueue: async automation => void calls.push(['resume', automation])
    });
    const { automation } = model.state;
    await runs.pause();
    queue.set([], [], { pausedAutomations: [automation] });
    expect(model.held).toBe('tool');
    await runs.resume();
    queue.set([], [], { isPaused: true, pausedAutomations: [automation] });
    expect(model.held).toBe('all');
    await runs.resume();
    queue.set([], []);
    expect(model.held).toBeNull();
    expect(calls).toEqual([
      ['pause', automation],
      ['resume', automation],
      ['resume', automation],
      ['resume', undefined]
    ]);
  });

  it('stops all runs of the tool with one request, however many wait', async () => {
    const stopAll = jest.fn(async () => undefined);
    const { model, runs } = await create({ stopAll });
    const activity = { running: 1, queued: 9_999, coming: 0, ended: 0, failed: 0 };
    queue.set([runSummary('run')], [], { automations: { [model.state.automation]: activity } });
    const stopping = runs.stop();
    await settle();
    const dialog = document.querySelector<HTMLElement>('.jp-Dialog');
    expect(dialog?.textContent).toContain('10000 runs are in the queue.');
    dialog?.querySelector<HTMLElement>('.jp-mod-warn')?.click();
    await stopping;
    expect(stopAll).toHaveBeenCalledWith(model.state.automation);
  });
});
