import {
  batch,
  fakeClient,
  FakeEvents,
  FakeQueue,
  listing,
  runResource,
  trans
} from '../../__tests__/fakes';
import type { StepPage } from '../../panel/stepPage';
import { ToolModel } from '../../panel/toolModel';
import { restoreInputs } from '../restoreInputs';
import { changedInputs, inputsOf } from '../runInputs';

const PHOTO = { file: 'sha256:0', name: 'photo.png' };

describe('restoreInputs()', () => {
  let model: ToolModel;
  let restored: unknown[];
  let inputs: StepPage;

  beforeEach(() => {
    restored = [];
    const client = fakeClient({ listBatches: listing([batch('standard'), batch('wet')]) });
    const services = { client, events: new FakeEvents(), queue: new FakeQueue() };
    model = new ToolModel(services, { batch: 'standard', tab: 'history' });
    inputs = {
      isDisposed: false,
      ready: Promise.resolve(),
      page: {
        ready: Promise.resolve(),
        restore: (values: unknown) => void restored.push([model.state.batch, values])
      }
    } as unknown as StepPage;
  });

  afterEach(() => model.dispose());

  it('fills the form of the batch, shows it, and names the files that records do not have', async () => {
    const wet = { slug: 'wet', name: 'Wet', folder: 'batches/wet', kind: 'folder' as const };
    const values = { rain: 2, photo: PHOTO };
    await restoreInputs(runResource('r', { batch: wet, inputs: values }), { model, inputs, trans });
    expect(restored).toEqual([['wet', values]]);
    expect(model.state.tab).toBe('inputs');
    expect(model.notice).toContain('photo');
  });

  it('leaves the batch of the form for a run made from it', async () => {
    const form = { slug: 'f', name: 'f', folder: 'runs/f', kind: 'form' as const };
    await restoreInputs(runResource('f', { batch: form, inputs: { rain: 2 } }), {
      model,
      inputs,
      trans
    });
    expect(restored).toEqual([['standard', { rain: 2 }]]);
    expect(model.notice).toBe('');
  });

  it('says so when there is no form', async () => {
    const closed = { ...inputs, page: null } as unknown as StepPage;
    await expect(restoreInputs(runResource('r'), { model, inputs: closed, trans })).rejects.toThrow(
      'The form cannot be shown'
    );
  });
});

describe('inputs of runs', () => {
  it('are compared by value, and told in short', () => {
    const long = 'x'.repeat(100);
    const one = { inputs: { same: { a: [1] }, long, gone: 1, photo: PHOTO } };
    const other = {
      inputs: { same: { a: [1] }, long: 'y', photo: { ...PHOTO, file: 'sha256:1' }, added: null }
    };
    expect(inputsOf(one)).toEqual([
      { id: 'same', text: '{"a":[1]}' },
      { id: 'long', text: `${'x'.repeat(79)}…` },
      { id: 'gone', text: '1' },
      { id: 'photo', text: 'photo.png' }
    ]);
    expect(changedInputs(other, one).map(({ id, text }) => `${id}=${text}`)).toEqual([
      'long=y',
      'photo=photo.png',
      'added=',
      'gone='
    ]);
  });
});
