import { createVariable } from '../../../core/template/__tests__/sample';
import type { IChartTable } from '../../../core/chart/chartTable';
import type { ChartDrawer, IChartRequest } from '../../charts/chartDrawer';
import { find, until } from '../../__tests__/samplePage';
import { createChartActivator } from '../chart';
import { activatorContract, createPlace, newerElement, settle } from './activatorContract';

const variables = [createVariable('output', 'x', 'chart', { path: 'x.json' })];
const values = { x: { mark: 'bar' } };
const sample = { step: 'output' as const, sample: { variables, values } };
const table: IChartTable = { columns: ['town', 'n'], rows: [['<b>Ås', 1]] };

/** Draws a sentence. */
class FakeDrawer {
  readonly requests: IChartRequest[] = [];
  readonly disposed: number[] = [];
  failure = '';

  readonly draw: ChartDrawer = async (element, request) => {
    const number = this.requests.push(request);
    if (this.failure) {
      throw new Error(this.failure);
    }
    element.textContent = request.previous ? 'newer drawing' : 'drawing';
    return {
      table,
      state: number,
      resize: () => undefined,
      dispose: () => {
        this.disposed.push(number);
        element.replaceChildren();
      }
    };
  };
}

function create() {
  const [vega, echarts] = [new FakeDrawer(), new FakeDrawer()];
  const activator = createChartActivator({
    'vega-lite': async () => vega.draw,
    echarts: async () => echarts.draw
  });
  return { vega, echarts, activator };
}

activatorContract(create().activator, [
  { ...sample, data: '{"mark": "bar"}' },
  { ...sample, data: null },
  { ...sample, data: 'no JSON' }
]);

describe('charts', () => {
  it('are drawn by the library of their kind, and say when they are there', async () => {
    const { vega, echarts, activator } = create();
    const { place, context } = await createPlace({
      ...sample,
      data: '{"series": [], "description": "So so"}'
    });
    const activated = activator.activate(place.element, context);
    expect(place.element.dataset.ready).toBeUndefined();
    await settle();
    expect([vega.requests.length, echarts.requests.length]).toEqual([0, 1]);
    expect(place.element.dataset.ready).toBe('');
    expect(find('[role=img]').getAttribute('aria-label')).toBe('Some label: So so');
    activated?.dispose();
    expect(place.element.dataset.ready).toBeUndefined();
    expect(echarts.disposed).toEqual([1]);
  });

  it('may name files beside them and nothing else', async () => {
    const { vega, activator } = create();
    const { place, context } = await createPlace({ ...sample, data: '{"mark": "bar"}' });
    activator.activate(place.element, context);
    await settle();
    const [{ resolve }] = vega.requests;
    expect(resolve('towns.csv')).toBe('/root/a/sample/b/standard/o/x/towns.csv');
    expect(resolve('https://evil.example/')).toBeNull();
  });

  it('hand on how they were looked at when newer data come', async () => {
    const { vega, activator } = create();
    const { place, context } = await createPlace({ ...sample, data: '{"mark": "bar"}' });
    const activated = activator.activate(place.element, context);
    await settle();
    place.element.removeAttribute('data-ready');
    expect(activated?.update?.(await newerElement('output', sample.sample))).toBe(true);
    expect(find('._chart-place').textContent).toBe('drawing');
    await settle();
    expect(vega.requests[1].previous?.state).toBe(1);
    expect(vega.disposed).toEqual([1]);
    expect(document.querySelectorAll('._chart-place')).toHaveLength(1);
    expect(find('._chart-place').textContent).toBe('newer drawing');
    expect(place.element.dataset.ready).toBe('');
  });

  it('say why they cannot be drawn, with the link to the file, and are not waited for', async () => {
    for (const [data, reason] of [
      ['{"a": 1}', 'a specification of Vega-Lite or an option of ECharts is expected'],
      ['{', 'a specification of Vega-Lite'],
      [null, 'there is no data yet'],
      ['{"mark": 1}', 'Invalid <mark>']
    ]) {
      const { vega, activator } = create();
      vega.failure = 'Invalid <mark>';
      const { place, context } = await createPlace({ ...sample, data });
      const activated = activator.activate(place.element, context);
      await settle();
      expect(find('._problem').textContent).toContain(reason);
      expect(place.element.dataset.ready).toBe('failed');
      activated?.dispose();
    }
  });

  it('keep the drawing when newer data are none, and say so', async () => {
    const { activator } = create();
    const { place, context } = await createPlace({ ...sample, data: '{"mark": "bar"}' });
    let text = '{"mark": "bar"}';
    const activated = activator.activate(place.element, {
      ...context,
      fetchText: async () => text
    });
    await settle();
    text = '[';
    activated?.update?.(await newerElement('output', sample.sample));
    await settle();
    expect(find('._chart-place').textContent).toBe('drawing');
    expect(find('._problem').hidden).toBe(false);
    text = '{"mark": "bar"}';
    activated?.update?.(await newerElement('output', sample.sample));
    await settle();
    expect(find('._problem').hidden).toBe(true);
  });

  it('have their data as a table for who opens it', async () => {
    const { activator } = create();
    const { place, context } = await createPlace({ ...sample, data: '{"mark": "bar"}' });
    activator.activate(place.element, context);
    await settle();
    expect(place.element.querySelector('table')).toBeNull();
    const details = find('details') as HTMLDetailsElement;
    details.open = true;
    await until(() => place.element.querySelector('table') !== null);
    expect([...details.querySelectorAll('td')].map(cell => cell.innerHTML)).toEqual([
      '&lt;b&gt;Ås',
      '1'
    ]);
    expect(details.querySelector('._note')?.textContent).toBe('1 rows');
  });
});
