import { createVariable } from '../../core/template/__tests__/sample';
import { click, FakeHost, find, openPage, type, until } from './samplePage';

const town = createVariable('input', 'town', 'string');
const guests = createVariable('input', 'guests', 'number');
const notes = createVariable('input', 'notes', 'text');
const hall = createVariable('input', 'hall', 'string');
const dessert = createVariable('input', 'dessert', 'radio', {
  configuration: { options: [{ value: 'yes' }, { value: 'no' }] }
});

const sample = {
  variables: [town, guests, notes, hall, dessert],
  values: { town: 'Ås', guests: 3, notes: 'n', hall: 'small', dessert: 'no' }
};
const plain = { ...sample, templates: ['{ town }', '{ guests }', '{ notes }'] };
const branching = {
  ...sample,
  templates: ['{ guests } { dessert }', '{ hall }', '{ notes }'],
  expressions: ['', "guests > 4 && dessert == 'yes'", "hall != 'none'"]
};

function open({ expressions = [], ...rest }: typeof branching, host = new FakeHost()) {
  return openPage('input', rest, { expressions }, host);
}

const shown = () =>
  [...document.querySelectorAll<HTMLElement>('._template')]
    .filter(({ hidden }) => !hidden)
    .map(({ id }) => id);
const press = (text: string) => click(text, find(`#${shown()[0]}`));
const choose = (value: string) =>
  find<HTMLInputElement>(`[data-variable=dessert] [value=${value}]`).click();
const buttons = () =>
  [...find(`#${shown()[0]}`).querySelectorAll('button')]
    .filter(({ hidden }) => !hidden)
    .map(({ textContent }) => textContent?.trim());

describe('several templates', () => {
  it('are shown one at a time, back and forth; the last one submits', async () => {
    const { host } = await openPage('input', plain);
    expect(shown()).toEqual(['_t0']);
    press('Continue');
    expect(shown()).toEqual(['_t1']);
    expect(document.activeElement?.id).toBe('_t1');
    expect(find('#_t1').classList.contains('_live')).toBe(true);
    press('Back');
    press('Continue');
    press('Continue');
    expect(shown()).toEqual(['_t2']);
    expect(host.submit).not.toHaveBeenCalled();
    press('Run');
    await until(() => host.submit.mock.calls.length === 1);
    expect(Object.keys(host.submit.mock.calls[0][0])).toEqual(['town', 'guests', 'notes']);
  });

  it('say which page of the form is shown, to who hears it, too', async () => {
    await openPage('input', plain);
    expect(find('._progress').textContent).toBe('Page 1 of 3');
    press('Continue');
    expect(find('._progress').textContent).toBe('Page 2 of 3');
    expect(find('#_t1').getAttribute('role')).toBe('group');
    expect(find('#_t1').getAttribute('aria-label')).toBe('Page 2 of 3');
  });

  it('show the one with the first refused field', async () => {
    const { page } = await openPage('input', plain);
    page.setErrors([{ variable: 'guests', message: 'must be a number' }]);
    expect(shown()).toEqual(['_t1']);
    expect(document.activeElement).toBe(find('[data-variable=guests]'));
    press('Back');
    expect(shown()).toEqual(['_t0']);
  });

  it('are shown together in design none, and all submitted', async () => {
    const { page } = await openPage('input', branching, {
      design: 'none',
      expressions: branching.expressions
    });
    expect(shown()).toHaveLength(3);
    expect(Object.keys(await page.values())).toEqual(['guests', 'dessert', 'hall', 'notes']);
  });

  it('of a report have no form to submit', async () => {
    const score = createVariable('output', 'score', 'number');
    const { host } = await openPage('output', {
      variables: [score],
      templates: ['# One', '# Two { score }']
    });
    press('Continue');
    expect(shown()).toEqual(['_t1']);
    expect(host.submit).not.toHaveBeenCalled();
  });
});

describe('templates with expressions', () => {
  it('are passed over while their expressions are not true, and so are their fields', async () => {
    const { page, host } = await open(branching);
    expect(find('._progress').textContent).toBe('Page 1');
    // Nothing is known of `hall` yet, so that the last one applies.
    press('Continue');
    expect(shown()).toEqual(['_t2']);
    expect(find('._progress').textContent).toBe('Page 2 of 2');
    expect(Object.keys(await page.values())).toEqual(['guests', 'dessert', 'notes']);
    press('Run');
    await until(() => host.submit.mock.calls.length === 1);
    expect(Object.keys(host.submit.mock.calls[0][0])).toEqual(['guests', 'dessert', 'notes']);
  });

  it('are reached with other answers, and Back returns along the way taken', async () => {
    const { page } = await open(branching);
    type('[data-variable=guests]', '5');
    choose('yes');
    press('Continue');
    expect(shown()).toEqual(['_t1']);
    expect(Object.keys(await page.values())).toEqual(['guests', 'dessert', 'hall', 'notes']);
    type('[data-variable=hall]', 'large');
    press('Continue');
    expect(shown()).toEqual(['_t2']);
    press('Back');
    expect(shown()).toEqual(['_t1']);
    press('Back');
    expect(shown()).toEqual(['_t0']);
    expect(buttons()).toEqual(['Continue']);
    choose('no');
    press('Continue');
    expect(shown()).toEqual(['_t2']);
    press('Back');
    expect(shown()).toEqual(['_t0']);
  });

  it('make another button Run where no further one applies', async () => {
    const { page, host } = await open(branching);
    type('[data-variable=guests]', '5');
    choose('yes');
    press('Continue');
    expect(buttons()).toEqual(['Back', 'Continue']);
    type('[data-variable=hall]', 'none');
    expect(buttons()).toEqual(['Back', 'Run']);
    expect(find('#_t1 ._continue').classList.contains('_run')).toBe(true);
    press('Run');
    await until(() => host.submit.mock.calls.length === 1);
    expect(Object.keys(host.submit.mock.calls[0][0])).toEqual(['guests', 'dessert', 'hall']);
    page.dispose();
    expect(find('#_t1 ._continue').textContent).toBe('Continue');
    expect(document.querySelector('._progress, [role=group]._template')).toBeNull();
  });

  it('follow a draft', async () => {
    const host = new FakeHost();
    host.draft = { guests: { value: '9' }, dessert: { value: 'yes' } };
    const { page } = await open(branching, host);
    expect(Object.keys(await page.values())).toEqual(['guests', 'dessert', 'hall', 'notes']);
    press('Continue');
    expect(shown()).toEqual(['_t1']);
  });

  it('keep the draft of a field that is passed over, without sending it', async () => {
    const { page, host } = await open(branching);
    type('[data-variable=hall]', 'large');
    expect(host.draft).toEqual({ hall: { value: 'large' } });
    expect(Object.keys(await page.values())).not.toContain('hall');
  });

  it('show a template that a later answer opened before they send', async () => {
    const twice = {
      ...sample,
      templates: ['{ town } { guests }', '{ hall }', '{ guests }'],
      expressions: ['', 'guests > 4', '']
    };
    const { host } = await open(twice);
    press('Continue');
    expect(shown()).toEqual(['_t2']);
    type('#_t2 [data-variable=guests]', '5');
    press('Run');
    expect(shown()).toEqual(['_t1']);
    expect(host.submit).not.toHaveBeenCalled();
    press('Continue');
    press('Run');
    await until(() => host.submit.mock.calls.length === 1);
  });

  it('begin with the first that applies, and say so when none does', async () => {
    const first = { ...branching, expressions: ["hall == 'x'", '', ''] };
    await open(first);
    expect(shown()).toEqual(['_t1']);
    const none = { ...branching, expressions: ['false', 'hall', 'notes'] };
    const { page } = await open(none);
    expect(shown()).toEqual([]);
    expect(find('._progress').textContent).toBe('No page of this form applies.');
    expect(await page.values()).toEqual({});
  });

  it('stay where they are when the page is read anew', async () => {
    const { change } = await openPage('input', plain);
    press('Continue');
    type('[data-variable=guests]', '8');
    await change({ ...plain, templates: ['{ town }', 'How many? { guests }', '{ notes }'] });
    expect(shown()).toEqual(['_t1']);
    press('Back');
    expect(shown()).toEqual(['_t0']);
  });
});
