import { createVariable } from '../../../core/template/__tests__/sample';
import { parseJsonText } from '../../../core/view/jsonText';
import { click, find, type } from '../../__tests__/samplePage';
import { ENGLISH } from '../../words';
import { activatorContract, createPlace, newerElement, settle } from './activatorContract';
import { jsonActivator } from '../json';
import { createTree } from '../jsonTree';
import { tableActivator } from '../table';
import { textActivator } from '../text';

const longText = {
  step: 'output' as const,
  sample: {
    variables: [createVariable('output', 'x', 'text', { path: 'x.txt' })],
    data: { x: { kind: 'file' as const, name: 'x.txt', type: 'text/plain', size: 20 } }
  },
  data: 'one <b>\n'
};
const largeTable = {
  step: 'output' as const,
  sample: {
    variables: [createVariable('output', 'x', 'table', { path: 'x.csv' })],
    data: { x: { kind: 'file' as const, name: 'x.csv', type: 'text/csv', size: 9e7 } }
  },
  data: JSON.stringify({ columns: ['n'], indexColumns: 0, rows: [], offset: 0, matched: 0 })
};
const tree = {
  step: 'output' as const,
  sample: {
    variables: [createVariable('output', 'x', 'json', { configuration: { show: 'tree' } })],
    values: { x: { a: [1, { b: '<b>' }], c: null } }
  }
};

activatorContract(textActivator, [longText]);
activatorContract(tableActivator, [largeTable]);
activatorContract(jsonActivator, [tree]);

describe('a long text', () => {
  it('is fetched, and what is added later goes to its end', async () => {
    const { place, context } = await createPlace(longText);
    const activated = textActivator.activate(place.element, context);
    await settle();
    const box = find('[role=region]');
    expect(box.textContent).toBe('one <b>\n');
    expect(box.getAttribute('aria-label')).toBe('Some label');
    const [node] = box.childNodes;
    expect(activated?.update?.(await newerElement('output', longText.sample))).toBe(true);
    await settle();
    expect(box.textContent).toBe('one <b>\n');
    // Written anew only as far as it is new.
    expect([...box.childNodes].length).toBe(1);
    expect(node.isConnected || box.firstChild !== null).toBe(true);
    activated?.dispose();
  });
});

describe('a table on the server', () => {
  it('asks for the rows that are shown, sorted and filtered there', async () => {
    const asked: string[] = [];
    const { place, context } = await createPlace(largeTable, {
      fetchData: async uri => {
        asked.push(uri.replace(/^[^?]*\?v=[^&]*&/, ''));
        const rows = [{ cells: [{ text: `<i>${asked.length}`, isNumber: false }] }];
        const page = { columns: ['n'], indexColumns: 0, rows, offset: 0, matched: 250 };
        return { ok: true, status: 200, json: async () => page } as Response;
      }
    });
    tableActivator.activate(place.element, context);
    await settle();
    expect(find('tbody').textContent).toBe('<i>1');
    click('n');
    await settle();
    click('›');
    await settle();
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    type('[type=search]', 'a');
    type('[type=search]', 'a&b');
    await settle();
    jest.advanceTimersByTime(250);
    await settle();
    jest.useRealTimers();
    expect(asked).toEqual([
      'rows=0,100',
      'rows=0,100&sort=0,ascending',
      'rows=100,100&sort=0,ascending',
      'rows=0,100&sort=0,ascending&filter=a%26b'
    ]);
  });

  it('says why there are no rows', async () => {
    const { place, context } = await createPlace(largeTable, {
      fetchData: async () =>
        ({ ok: false, status: 422, json: async () => ({ detail: 'this is no table' }) }) as Response
    });
    tableActivator.activate(place.element, context);
    await settle();
    expect(find('[role=status]').textContent).toContain('this is no table');
  });
});

describe('a tree of JSON', () => {
  it('shows values as they are written, never as markup', () => {
    const node = parseJsonText('{"<i>": "<b>", "n": 3.0, "big": 12345678901234567890, "x": NaN}');
    const element = createTree(node, '', ENGLISH);
    expect(element.querySelector('i, b')).toBeNull();
    const lines = [...element.querySelectorAll('._json-line')].map(line => line.textContent);
    expect(lines).toEqual(['<i>: "<b>"', 'n: 3.0', 'big: 12345678901234567890', 'x: NaN']);
  });

  it('makes branches when they are opened, and long ones in steps', async () => {
    const numbers = Array.from({ length: 250 }, (_, n) => n);
    const node = parseJsonText(JSON.stringify({ numbers, inner: { deep: [1] } }));
    document.body.replaceChildren(createTree(node, '', ENGLISH));
    const [list, inner] = [...document.querySelectorAll<HTMLDetailsElement>('details details')];
    expect(document.querySelectorAll('._json-line')).toHaveLength(0);
    const open = (branch: HTMLDetailsElement) => {
      branch.open = true;
      branch.dispatchEvent(new Event('toggle'));
    };
    open(list);
    expect(list.querySelectorAll('._json-line')).toHaveLength(100);
    click('Show 100 more');
    click('Show 50 more');
    expect(list.querySelectorAll('._json-line')).toHaveLength(250);
    expect(list.querySelector('button')).toBeNull();
    open(inner);
    expect(inner.querySelector('details')?.textContent).toContain('deep');
  });

  it('stands in the place of its text', async () => {
    const { place, context } = await createPlace(tree);
    const activated = jsonActivator.activate(place.element, context);
    await settle();
    expect(find('pre').hidden).toBe(true);
    expect(find('[role=group] details').textContent).toContain('a: [2]');
    activated?.dispose();
    expect(find('pre').hidden).toBe(false);
  });
});
