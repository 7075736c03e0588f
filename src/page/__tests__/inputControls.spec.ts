import fc from 'fast-check';
import { createVariable } from '../../core/template/__tests__/sample';
import type { JsonValue } from '../../core/json';
import { click, FakeHost, find, openPage, type } from './samplePage';

const options = Array.from({ length: 150 }, (_, index) => ({
  value: `v${index}`,
  name: `Näme ${index}`
}));
const zone = { configuration: { timezone: 'Europe/Oslo' } };
const variables = [
  createVariable('input', 'few', 'select', { configuration: { options: ['a', 'b'] } }),
  createVariable('input', 'many', 'select', { configuration: { options } }),
  createVariable('input', 'several', 'multiselect', { configuration: { options } }),
  createVariable('input', 'level', 'slider'),
  createVariable('input', 'span', 'slider', { configuration: { two: true } }),
  createVariable('input', 'milk', 'boolean'),
  createVariable('input', 'paint', 'color'),
  createVariable('input', 'day', 'date'),
  createVariable('input', 'hour', 'time'),
  createVariable('input', 'moment', 'datetime', zone)
];
const values: Record<string, JsonValue> = {
  few: 'a',
  many: 'v1',
  several: ['v1', 'v2'],
  level: 5,
  span: [3, 7],
  milk: false,
  paint: '#123456',
  day: '2026-01-31',
  hour: '08:30',
  moment: '2026-01-31T08:30:00+00:00'
};
const sample = { variables, values };
const posted = (given: Record<string, JsonValue>) =>
  Object.fromEntries(Object.entries(given).map(([id, value]) => [id, { value }]));

function press(element: HTMLElement, key: string): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  element.dispatchEvent(event);
  return event;
}

/** Change each control as a person does. */
function changeAll(): void {
  const few = find<HTMLSelectElement>('[data-variable=few]');
  few.value = 'b';
  few.dispatchEvent(new Event('change', { bubbles: true }));
  type('[data-variable=many]', 'name 12');
  press(find('[data-variable=many]'), 'Enter');
  const search = find<HTMLInputElement>('[data-variable=several] [role=combobox]');
  search.click();
  find('[data-variable=several] [role=option]').click();
  type('[data-variable=level] [type=range]', '6');
  type('[data-variable=span] [type=number]', '4');
  find('[data-variable=milk]').click();
  type('[data-variable=paint]', '#ABC');
  type('[data-variable=day]', '2026-02-01');
  type('[data-variable=hour]', '09:00');
  type('[data-variable=moment]', '2026-07-31T10:00');
}

const changed: Record<string, JsonValue> = {
  few: 'b',
  many: 'v12',
  several: ['v1', 'v2', 'v0'],
  level: 6,
  span: [4, 7],
  milk: true,
  paint: '#ABC',
  day: '2026-02-01',
  hour: '09:00',
  moment: '2026-07-31T10:00:00+02:00'
};

describe('controls', () => {
  it('give the values of the batch as they are', async () => {
    const { page } = await openPage('input', sample);
    expect(await page.values()).toEqual(posted(values));
    expect(page.isChanged).toBe(false);
  });

  it('give nothing chosen where there are no data', async () => {
    const { page } = await openPage('input', { variables });
    const none = { several: [], milk: false };
    const empty = Object.fromEntries(variables.map(({ id }) => [id, '']));
    expect(await page.values()).toEqual(posted({ ...empty, ...none }));
  });

  it('give what a person changed, are marked, and go back', async () => {
    const { page, host } = await openPage('input', sample);
    changeAll();
    expect(await page.values()).toEqual(posted(changed));
    expect(document.querySelectorAll('[data-changed]')).toHaveLength(variables.length);
    expect(host.draft).toEqual(posted(changed));
    page.reset();
    expect(await page.values()).toEqual(posted(values));
    expect(document.querySelectorAll('[data-changed], ._changed')).toHaveLength(0);
  });

  it('show a draft again', async () => {
    const host = new FakeHost();
    host.draft = posted(changed);
    const { page } = await openPage('input', sample, {}, host);
    expect(await page.values()).toEqual(posted(changed));
    expect(find<HTMLInputElement>('[data-variable=many]').value).toBe('Näme 12');
    expect(find('[data-variable=several] ._chips').textContent).toContain('Näme 0');
  });

  it('keep what a person gave when the batch changes, and offer the new value', async () => {
    const { page, change } = await openPage('input', sample);
    changeAll();
    const newer = { ...values, ...{ few: '', many: 'v3', several: [], level: 9, span: [1, 2] } };
    const next = { ...newer, milk: true, paint: '#ffffff', day: '2026-03-01', hour: '10:00' };
    await change({ variables, values: { ...next, moment: '2026-03-01T08:30:00+01:00' } });
    expect(await page.values()).toEqual(posted(changed));
    // The switch says what the batch says now, so there is nothing to offer.
    expect(document.querySelectorAll('._notice')).toHaveLength(variables.length - 1);
    document.querySelectorAll<HTMLButtonElement>('._notice button').forEach(each => each.click());
    expect(await page.values()).toEqual(posted({ ...next, moment: '2026-03-01T08:30:00+01:00' }));
  });

  it('take a newer value of the batch where nobody changed anything', async () => {
    const { page, change } = await openPage('input', sample);
    await change({ variables, values: { ...values, several: ['v9'], level: 1, milk: true } });
    expect(await page.values()).toMatchObject(posted({ several: ['v9'], level: 1, milk: true }));
    expect(page.isChanged).toBe(false);
  });

  it('take drafts of any kind without failing', async () => {
    const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
    const host = new FakeHost();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...variables), json, async (variable, value) => {
        host.draft = posted({ [variable.id]: value });
        const { page } = await openPage('input', { variables: [variable], values }, {}, host);
        expect(await page.values()).toHaveProperty(variable.id);
        page.dispose();
      }),
      { numRuns: 60 }
    );
  });

  it('leave out what is disabled', async () => {
    const disabled = variables.map(variable => ({
      ...variable,
      configuration: { ...variable.configuration, disabled: true }
    }));
    const { page } = await openPage('input', { variables: disabled, values });
    expect(await page.values()).toEqual({});
  });
});

describe('a select with many options', () => {
  const field = () => find<HTMLInputElement>('[data-variable=many]');
  const shown = () => [...document.querySelectorAll('[role=option]')];

  it('lists what contains the typed text, without case and accents, and says how much', async () => {
    await openPage('input', sample);
    field().focus();
    field().click();
    expect(field().getAttribute('aria-expanded')).toBe('true');
    expect(shown()).toHaveLength(100);
    expect(find('._list-box [role=status]').textContent).toMatch(/^100 of 150/);
    type('[data-variable=many]', 'NAME 14');
    expect(shown().map(({ textContent }) => textContent)).toContain('Näme 149');
    type('[data-variable=many]', 'nowhere');
    expect(find('._list-box [role=status]').textContent).toBe('Nothing contains this.');
  });

  it('is operated by the keyboard alone', async () => {
    const { page } = await openPage('input', sample);
    field().focus();
    expect(press(field(), 'ArrowDown').defaultPrevented).toBe(true);
    const active = () => field().getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active())?.getAttribute('aria-selected')).toBe('true');
    press(field(), 'ArrowDown');
    expect(document.getElementById(active())?.textContent).toBe('Näme 2');
    expect(press(field(), 'Enter').defaultPrevented).toBe(true);
    expect(field().getAttribute('aria-expanded')).toBe('false');
    expect(await page.values()).toMatchObject(posted({ many: 'v2' }));
    press(field(), 'ArrowUp');
    press(field(), 'Escape');
    expect(document.querySelector('[role=listbox]')).toBeNull();
    expect(press(field(), 'Enter').defaultPrevented).toBe(false);
  });

  it('takes a name that was typed, and gives away what is none for the server to refuse', async () => {
    const { page } = await openPage('input', sample);
    type('[data-variable=many]', ' näme 7 ');
    expect(await page.values()).toMatchObject(posted({ many: 'v7' }));
    type('[data-variable=many]', 'nowhere');
    expect(await page.values()).toMatchObject(posted({ many: 'nowhere' }));
  });
});

describe('a multiselect', () => {
  it('has a chip for each choice that can be removed', async () => {
    const { page } = await openPage('input', sample);
    const remove = find<HTMLButtonElement>('[aria-label="Remove Näme 1"]');
    remove.click();
    expect(await page.values()).toMatchObject(posted({ several: ['v2'] }));
    const search = find<HTMLInputElement>('[data-variable=several] [role=combobox]');
    expect(document.activeElement).toBe(search);
    press(search, 'Backspace');
    expect(await page.values()).toMatchObject(posted({ several: [] }));
  });

  it('stays open while several are chosen, and lets go of what is chosen again', async () => {
    const { page } = await openPage('input', sample);
    const search = find<HTMLInputElement>('[data-variable=several] [role=combobox]');
    search.click();
    const option = (name: string) =>
      [...document.querySelectorAll<HTMLElement>('[role=option]')].find(
        ({ textContent }) => textContent === name
      );
    option('Näme 5')?.click();
    expect(option('Näme 5')?.getAttribute('aria-selected')).toBe('true');
    option('Näme 1')?.click();
    expect(option('Näme 1')?.getAttribute('aria-selected')).toBe('false');
    expect(await page.values()).toMatchObject(posted({ several: ['v2', 'v5'] }));
  });
});

describe('a slider', () => {
  it('follows its box, and the other way round', async () => {
    await openPage('input', sample);
    type('[data-variable=level] [type=number]', '70');
    expect(find<HTMLInputElement>('[data-variable=level] [type=range]').value).toBe('70');
    type('[data-variable=level] [type=range]', '20');
    expect(find<HTMLInputElement>('[data-variable=level] [type=number]').value).toBe('20');
  });

  it('takes the other along when it is moved past it', async () => {
    const { page } = await openPage('input', sample);
    type('[data-variable=span] [id$=low-slider]', '50');
    expect(await page.values()).toMatchObject(posted({ span: [50, 50] }));
  });
});

describe('a colour', () => {
  it('is picked, and the picker follows what is typed', async () => {
    const { page } = await openPage('input', sample);
    const picker = find<HTMLInputElement>('._picker');
    expect(picker.value).toBe('#123456');
    picker.value = '#ff0000';
    picker.dispatchEvent(new Event('input', { bubbles: true }));
    expect(await page.values()).toMatchObject(posted({ paint: '#ff0000' }));
    type('[data-variable=paint]', '#0f0');
    expect(picker.value).toBe('#00ff00');
    page.reset();
    expect(picker.value).toBe('#123456');
  });
});

describe('what a browser refuses to give', () => {
  it('is said beside the field, which gets the focus, and nothing is sent', async () => {
    const guests = createVariable('input', 'guests', 'number');
    const mail = createVariable('input', 'mail', 'email');
    const { page, host } = await openPage('input', {
      variables: [guests, mail],
      values: { guests: 1, mail: 'a@b.example' }
    });
    type('[data-variable=mail]', 'nobody');
    Object.defineProperty(find('[data-variable=guests]'), 'validity', {
      value: { badInput: true },
      configurable: true
    });
    await expect(page.values()).rejects.toThrow('GUESTS: must be a number');
    expect(document.activeElement).toBe(find('[data-variable=guests]'));
    expect(find('[data-variable=mail]').getAttribute('aria-invalid')).toBe('true');
    click('Run');
    expect(host.submit).not.toHaveBeenCalled();
  });
});
