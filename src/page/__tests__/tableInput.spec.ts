import { createVariable } from '../../core/template/__tests__/sample';
import type { JsonObject, JsonValue } from '../../core/json';
import { activatePage } from '../activate';
import { click, FakeHost, find, openPage, showPage, until } from './samplePage';
import { activatorContract } from '../activators/__tests__/activatorContract';
import { tableActivator } from '../activators/table';

const configuration: JsonObject = {
  columns: [
    { name: 'item' },
    { name: 'price', type: 'number', min: 0 },
    { name: 'size', options: ['S', { value: 'L', name: 'large' }] },
    { name: 'sold', type: 'boolean' }
  ],
  'max-rows': 4
};
const columns = ['item', 'price', 'size', 'sold'];
const variable = createVariable('input', 'sales', 'table', { configuration });
const value = {
  columns,
  data: [
    ['Tea', 2.5, 'S', true],
    ['Cake', 4, 'L', false]
  ]
};
const sample = { variables: [variable], values: { sales: value } };

activatorContract(tableActivator, [
  { step: 'input', sample },
  { step: 'input', sample: { ...sample, variables: [createVariable('input', 'sales', 'table')] } }
]);

const cell = (row: number, column: number) =>
  find<HTMLInputElement>(`tbody tr:nth-child(${row}) td:nth-child(${column}) :is(input, select)`);
const rowCount = () => document.querySelectorAll('tbody tr').length;

function write(row: number, column: number, text: string): void {
  const field = cell(row, column);
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  document.activeElement?.dispatchEvent(event);
  return event;
}

function paste(row: number, column: number, text: string): Event {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text } });
  cell(row, column).dispatchEvent(event);
  return event;
}

async function dataOf(page: Awaited<ReturnType<typeof openPage>>['page']): Promise<JsonValue> {
  const posted = (await page.values()).sales as unknown as { value: { data: JsonValue } };
  return posted.value.data;
}

describe('a table to fill in', () => {
  it('shows its rows in named cells, and gives them as they are', async () => {
    const { page } = await openPage('input', sample);
    expect(cell(2, 1).value).toBe('Cake');
    expect(cell(2, 2).getAttribute('aria-label')).toBe('price, row 2');
    expect(await page.values()).toEqual({ sales: { value } });
    expect(page.isChanged).toBe(false);
  });

  it('gives cells by their types; what is none stays for the server to refuse, and is marked', async () => {
    const { page } = await openPage('input', sample);
    write(1, 2, '3.0');
    write(2, 2, 'x');
    cell(2, 4).click();
    expect(await dataOf(page)).toEqual([
      ['Tea', 3, 'S', true],
      ['Cake', 'x', 'L', true]
    ]);
    expect(cell(2, 2).getAttribute('aria-invalid')).toBe('true');
    expect(cell(2, 2).title).toBe('"x" is not a number');
    page.setErrors([{ variable: 'sales', message: 'row 2, "price": "x" is not a number' }]);
    expect(document.activeElement).toBe(cell(2, 2));
    write(2, 2, '4');
    expect(cell(2, 2).hasAttribute('aria-invalid')).toBe(false);
  });

  it('moves between rows by the keyboard, and adds one at the end', async () => {
    const { page, host } = await openPage('input', sample);
    cell(1, 2).focus();
    expect(press('ArrowDown').defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(cell(2, 2));
    press('ArrowUp');
    expect(document.activeElement).toBe(cell(1, 2));
    press('Enter');
    press('Enter');
    expect(rowCount()).toBe(3);
    expect(document.activeElement).toBe(cell(3, 2));
    press('Enter', { shiftKey: true });
    expect(document.activeElement).toBe(cell(2, 2));
    expect(host.submit).not.toHaveBeenCalled();
    // A row that nobody wrote into is none.
    expect(page.isChanged).toBe(false);
  });

  it('adds and removes rows up to its limits, and keeps the focus', async () => {
    const { page } = await openPage('input', sample);
    click('Add row');
    expect(document.activeElement).toBe(cell(3, 1));
    write(3, 1, 'Milk');
    find('[aria-label="Remove row 1"]').click();
    expect(await dataOf(page)).toEqual([
      ['Cake', 4, 'L', false],
      ['Milk', null, null, false]
    ]);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Remove row 1');
    ['Add row', 'Add row', 'Add row'].forEach(text => click(text));
    expect(rowCount()).toBe(4);
    expect(find('[aria-label^="Add row"]').getAttribute('aria-disabled')).toBe('true');
  });

  it('takes what a spreadsheet copies, with its header, names of options, and no more rows than fit', async () => {
    const { page } = await openPage('input', sample);
    const text = 'item\tprice\tsize\n"a\tb"\t1\tlarge\nc\t2\tS\nd\tx\tM\ne\t4\tS\r\nf\t5\tS\r\n';
    expect(paste(1, 1, text).defaultPrevented).toBe(true);
    await until(() => rowCount() === 4);
    expect(await dataOf(page)).toEqual([
      ['a\tb', 1, 'L', true],
      ['c', 2, 'S', false],
      ['d', 'x', 'M', false],
      ['e', 4, 'S', false]
    ]);
    expect(find('._grid [role=status]').textContent).toBe('Rows pasted: 4 of 5');
    expect(paste(1, 1, 'plain').defaultPrevented).toBe(false);
  });

  it('keeps a draft, goes back, and keeps what a person gave when the batch changes', async () => {
    const host = new FakeHost();
    const { page } = await openPage('input', sample, {}, host);
    write(1, 1, 'Coffee');
    expect(find('fieldset').hasAttribute('data-changed')).toBe(true);
    const again = await openPage('input', sample, {}, host);
    expect(cell(1, 1).value).toBe('Coffee');
    await again.change({ ...sample, values: { sales: { columns, data: [['Rum']] } } });
    expect(cell(1, 1).value).toBe('Coffee');
    click('Use it');
    expect(cell(1, 1).value).toBe('Rum');
    expect(again.page.isChanged).toBe(false);
    page.dispose();
  });

  it('takes its columns from the data where none are configured', async () => {
    const plain = createVariable('input', 'sales', 'table');
    const data = [
      { a: 1, b: 'x' },
      { a: 2, b: null }
    ];
    const { page } = await openPage('input', { variables: [plain], values: { sales: data } });
    write(2, 2, '7');
    expect(await dataOf(page)).toEqual([
      [1, 'x'],
      [2, '7']
    ]);
  });

  it('says so when it has no columns at all', async () => {
    const plain = createVariable('input', 'sales', 'table');
    const { page } = await openPage('input', { variables: [plain] });
    expect(find('fieldset ._note').textContent).toBe('This table has no columns yet.');
    expect(await page.values()).toEqual({ sales: { value: { columns: [], data: [] } } });
  });

  it('fetches a CSV file, and leaves it to the batch until it is there', async () => {
    const host = new FakeHost();
    host.data = () => 'item,price\nTea,2.5\n';
    const file = { kind: 'file' as const, name: 'sales.csv', type: 'text/csv', size: 20 };
    await showPage(document, 'input', { variables: [variable], data: { sales: file } });
    const page = activatePage(document, host);
    await page.ready;
    await until(() => document.querySelector<HTMLInputElement>('tbody input')?.value === 'Tea');
    expect(await dataOf(page)).toEqual([['Tea', 2.5, null, false]]);
    expect(page.isChanged).toBe(false);
  });

  it('cannot be changed when it is disabled', async () => {
    const disabled = { ...variable, configuration: { ...configuration, disabled: true } };
    const { page } = await openPage('input', { ...sample, variables: [disabled] });
    expect(cell(1, 1).disabled).toBe(true);
    expect(await page.values()).toEqual({});
  });
});
