import { createViewRegistry } from '../../../core/view/registry';
import { createVariable } from '../../../core/template/__tests__/sample';
import { click, find, type } from '../../__tests__/samplePage';
import { activatorContract, createPlace, newerElement, settle } from './activatorContract';
import { fileActivator } from '../file';
import { imageActivator } from '../image';
import { jsonActivator } from '../json';
import { linkActivator } from '../link';
import { passwordActivator } from '../password';
import { BUILT_IN_ACTIVATORS, ActivatorRegistry, createActivatorRegistry } from '../registry';
import { tableActivator } from '../table';

const sampleOf = (view: string, value: string, path = `${view}.json`) => ({
  step: 'output' as const,
  sample: { variables: [createVariable('output', 'x', view, { path })], values: { x: value } }
});
const table = {
  columns: ['town', 'rain'],
  data: [
    ['Oslo', 7],
    ['Ås', 12],
    ['Bergen', 100]
  ]
};
const tableSample = {
  step: 'output' as const,
  sample: { variables: [createVariable('output', 'x', 'table')], values: { x: table } }
};
const imageSample = {
  step: 'output' as const,
  sample: {
    variables: [createVariable('output', 'x', 'image', { path: 'x.png' })],
    data: { x: { kind: 'file' as const, name: 'x.png', type: 'image/png', size: 5 } }
  }
};
const fileSample = {
  step: 'input' as const,
  sample: { variables: [createVariable('input', 'x', 'file', { path: 'x.txt' })] }
};
const largeTable = {
  step: 'output' as const,
  sample: {
    variables: [createVariable('output', 'x', 'table')],
    data: { x: { kind: 'file' as const, name: 'x.json', type: 'application/json', size: 9e6 } }
  },
  data: JSON.stringify(table)
};

activatorContract(tableActivator, [tableSample, largeTable]);
activatorContract(passwordActivator, [{ ...sampleOf('password', 'hush'), data: 'hush' }]);
activatorContract(imageActivator, [imageSample]);
activatorContract(fileActivator, [fileSample]);
activatorContract(jsonActivator, [sampleOf('json', '{}')]);
activatorContract(linkActivator, [sampleOf('link', 'x', 'x.txt')]);

describe('ActivatorRegistry', () => {
  it('knows the activators that come with us, each named like a view', () => {
    const registry = createActivatorRegistry();
    const views = createViewRegistry();
    for (const activator of BUILT_IN_ACTIVATORS) {
      expect(registry.get(activator.name)).toBe(activator);
      expect(views.get(activator.name)?.name).toBe(activator.name);
    }
  });

  it('refuses a second activator of a view, and can give one away', () => {
    const registry = new ActivatorRegistry();
    const added = registry.add(linkActivator);
    expect(() => registry.add({ ...linkActivator })).toThrow('"link"');
    added.dispose();
    added.dispose();
    expect(registry.get('link')).toBeUndefined();
    expect(() => registry.add(linkActivator)).not.toThrow();
  });
});

describe('tables', () => {
  const column = (index: number) =>
    [...document.querySelectorAll('tbody tr')].map(row => row.children[index].textContent);

  it('sort by a click on a header: up, down, as written', async () => {
    const { place, context } = await createPlace(tableSample);
    tableActivator.activate(place.element, context);
    click('rain');
    await settle();
    expect(column(1)).toEqual(['7', '12', '100']);
    click('rain');
    await settle();
    expect(column(1)).toEqual(['100', '12', '7']);
    const header = find('th:nth-child(2)');
    expect(header.getAttribute('aria-sort')).toBe('descending');
    click('rain');
    await settle();
    expect(column(0)).toEqual(['Oslo', 'Ås', 'Bergen']);
    expect(header.hasAttribute('aria-sort')).toBe(false);
  });

  it('show the rows that contain a text, and say when none does', async () => {
    const { place, context } = await createPlace(tableSample);
    tableActivator.activate(place.element, context);
    type('[type=search]', 'BERG');
    await settle();
    expect(column(0)).toEqual(['Bergen']);
    type('[type=search]', 'x');
    await settle();
    expect(column(0)).toEqual([]);
    expect(find('[role=status]').textContent).toBe('No row contains this.');
  });

  it('say that there are no rows where nobody looks for any', async () => {
    const { place, context } = await createPlace({
      step: 'output',
      sample: { ...tableSample.sample, values: { x: { ...table, data: [] } } }
    });
    tableActivator.activate(place.element, context);
    expect(find('[role=status]').textContent).toBe('This table has no rows.');
  });

  it('fetch what is not in the page only when it is needed, and show it page by page', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ n: index, text: `<b>${index}` }));
    const values = { x: rows };
    const variables = tableSample.sample.variables;
    const sample = { step: 'output' as const, sample: { variables, values } };
    const { place, context, signals } = await createPlace({
      ...sample,
      data: JSON.stringify(rows)
    });
    tableActivator.activate(place.element, context);
    await settle();
    expect(signals).toHaveLength(0);
    expect(find('[role=status]').textContent).toBe('Rows 1–100 of 250');
    click('›');
    click('›');
    await settle();
    expect(signals).toHaveLength(1);
    expect(column(0)[0]).toBe('200');
    expect(column(1)[0]).toBe('<b>200');
    expect(find('[role=status]').textContent).toBe('Rows 201–250 of 250');
    click('›');
    await settle();
    expect(column(0)[0]).toBe('200');
    click('‹');
    await settle();
    expect(column(0)).toHaveLength(100);
  });

  it('say why rows could not be loaded, and try again', async () => {
    const rows = Array.from({ length: 101 }, (_, n) => ({ n }));
    const variables = tableSample.sample.variables;
    const { place, context } = await createPlace({
      step: 'output',
      sample: { variables, values: { x: rows } }
    });
    let isThere = false;
    tableActivator.activate(place.element, {
      ...context,
      fetchText: async () => {
        if (!isThere) {
          throw new Error('the server answered 500');
        }
        return JSON.stringify(rows);
      }
    });
    click('›');
    await settle();
    expect(find('[role=status]').textContent).toContain('the server answered 500');
    isThere = true;
    click('n');
    await settle();
    expect(find('[role=status]').textContent).toBe('Rows 1–100 of 101');
  });

  it('keep order, filter and focus when newer data come', async () => {
    const { place, context } = await createPlace(tableSample);
    const activated = tableActivator.activate(place.element, context);
    click('rain');
    type('[type=search]', 's');
    await settle();
    const { variables } = tableSample.sample;
    const data = [...table.data, ['Tromsø', 1]];
    const newer = await newerElement('output', { variables, values: { x: { ...table, data } } });
    expect(activated?.update?.(newer)).toBe(true);
    await settle();
    expect(column(0)).toEqual(['Tromsø', 'Oslo', 'Ås']);
    expect(document.activeElement).toBe(find('[type=search]'));
    expect(find('th:nth-child(2)').getAttribute('aria-sort')).toBe('ascending');
  });

  it('give CSV in which nothing is calculated', async () => {
    const rows = [{ text: '=cmd()', n: -1, other: 'a,"b' }];
    const { variables } = tableSample.sample;
    const sample = { variables, values: { x: rows } };
    const { place, context } = await createPlace({ step: 'output', sample });
    tableActivator.activate(place.element, context);
    const blobs: Blob[] = [];
    URL.createObjectURL = blob => {
      blobs.push(blob as Blob);
      return 'blob:x';
    };
    const clicked = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => undefined);
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    click('Download CSV');
    await settle();
    jest.useRealTimers();
    expect(clicked).toHaveBeenCalledTimes(1);
    clicked.mockRestore();
    const text = await new Promise(resolve => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsText(blobs[0]);
    });
    expect(String(text).replace('\uFEFF', '')).toBe(`text,n,other\r\n'=cmd(),-1,"a,""b"\r\n`);
  });
});

describe('other views', () => {
  it('a secret is fetched when a person asks, and hidden again', async () => {
    const { place, context, signals } = await createPlace({
      ...sampleOf('password', 'hush'),
      data: '<i>hush'
    });
    passwordActivator.activate(place.element, context);
    expect(document.body.innerHTML).not.toContain('hush');
    click('Show');
    await settle();
    expect(place.element.textContent).toBe('<i>hush');
    expect(signals).toHaveLength(1);
    click('Hide');
    await settle();
    expect(place.element.textContent).toBe('••••••••');
  });

  it('a secret that is not given says so', async () => {
    const { place, context } = await createPlace(sampleOf('password', 'hush'));
    passwordActivator.activate(place.element, context);
    click('Show');
    await settle();
    expect(place.element.textContent).toBe('not available here');
  });

  it('JSON goes to scripts, from the page or its address', async () => {
    const small = await createPlace(sampleOf('json', '</script>'));
    jsonActivator.activate(small.place.element, small.context);
    expect(small.context.onData).toHaveBeenCalledWith('</script>');
    const { variables } = sampleOf('json', '').sample;
    const large = await createPlace({
      step: 'output',
      sample: {
        variables,
        data: { x: { kind: 'file', name: 'x.json', type: 'application/json', size: 9e6 } }
      },
      data: '{"a": [1, NaN]}'
    });
    const activated = jsonActivator.activate(large.place.element, large.context);
    await settle();
    expect(large.context.onData).toHaveBeenCalledWith({ a: [1, NaN] });
    const newer = await newerElement('output', { variables, values: { x: { b: 2 } } });
    expect(activated?.update?.(newer)).toBe(true);
    expect(large.context.onData).toHaveBeenLastCalledWith({ b: 2 });
  });

  it('a link says when its file was written anew', async () => {
    const sample = sampleOf('link', 'x', 'x.txt');
    const { place, context } = await createPlace(sample);
    const activated = linkActivator.activate(place.element, context);
    activated?.update?.(await newerElement('output', sample.sample));
    expect(find('._note time').textContent).toContain('updated');
    activated?.dispose();
    expect(document.querySelector('._note')).toBeNull();
  });

  it('an image that cannot be shown says so, until it can', async () => {
    const { place, context } = await createPlace(imageSample);
    imageActivator.activate(place.element, context);
    place.element.dispatchEvent(new Event('error'));
    place.element.dispatchEvent(new Event('error'));
    expect(document.querySelectorAll('._problem')).toHaveLength(1);
    place.element.dispatchEvent(new Event('load'));
    expect(document.querySelector('._problem')).toBeNull();
  });
});
