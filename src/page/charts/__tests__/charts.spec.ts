import './structuredClone';
import { settle } from '../../activators/__tests__/activatorContract';
import type { JsonObject } from '../../../core/json';
import { addressBeside } from '../../../core/view/relativeAddress';
import type { ChartDrawer, IChartRequest, IDrawnChart } from '../chartDrawer';
import { drawEcharts } from '../echartsChart';
import { drawVega } from '../vegaChart';

const drawn: IDrawnChart[] = [];
const loaded: string[] = [];
const NativeFunction = Function;

beforeEach(() => {
  document.body.innerHTML = '<div></div>';
  loaded.length = 0;
  // What the policy of served pages refuses.
  window.Function = class {
    constructor() {
      throw new EvalError('code from text is refused');
    }
  } as unknown as FunctionConstructor;
});

afterEach(() => {
  window.Function = NativeFunction;
  drawn.splice(0).forEach(chart => chart.dispose());
});

async function draw(drawer: ChartDrawer, chart: JsonObject, more: Partial<IChartRequest> = {}) {
  const element = document.body.firstElementChild as HTMLElement;
  Object.defineProperty(element, 'clientWidth', { value: 400 });
  Object.defineProperty(element, 'clientHeight', { value: 200 });
  const one = await drawer(element, {
    chart,
    height: 200,
    theme: '',
    appearance: { isDark: true, background: '#000', color: '#abcdef', line: '#333', font: 'serif' },
    isPrint: true,
    resolve: address => addressBeside('/o/x', address),
    fetchText: async uri => {
      loaded.push(uri);
      return 'town,n\nOslo,3\nÅs,5\n';
    },
    previous: null,
    ...more
  });
  drawn.push(one);
  return { element, chart: one };
}

const bars = {
  data: { values: [{ town: '<x-evil>', n: 1 }] },
  transform: [{ calculate: "datum.town + '!' + length(datum.town)", as: 'name' }],
  mark: 'bar',
  encoding: { x: { field: 'name' }, y: { field: 'n', type: 'quantitative' } }
};

describe('drawVega()', () => {
  it('draws with expressions that are never made into code, and text that is never markup', async () => {
    const { element, chart } = await draw(drawVega, bars);
    expect(element.querySelector('svg')).not.toBeNull();
    expect(element.textContent).toContain('<x-evil>!8');
    expect(element.querySelector('x-evil')).toBeNull();
    expect(chart.table).toEqual({
      columns: ['town', 'n'],
      rows: [['<x-evil>', 1]]
    });
  });

  it('looks as the page does, unless the chart says otherwise', async () => {
    const { element } = await draw(drawVega, bars);
    expect(element.innerHTML).toContain('#abcdef');
    const own = await draw(drawVega, { ...bars, config: { axis: { labelColor: '#123456' } } });
    expect(own.element.innerHTML).toContain('#123456');
  });

  it('reads data beside the chart', async () => {
    const chart = {
      ...bars,
      transform: [],
      data: { url: 'towns.csv' },
      encoding: { x: { field: 'town' }, y: { field: 'n', type: 'quantitative' } }
    };
    const { element } = await draw(drawVega, chart);
    expect(loaded).toEqual(['/o/x/towns.csv']);
    expect(element.textContent).toContain('Ås');
  });

  it.each([
    'https://evil.example/x.json',
    '//evil.example/x.json',
    '../../secret.json',
    '/etc/passwd',
    'file:///etc/passwd'
  ])('refuses data at %s', async url => {
    await expect(draw(drawVega, { ...bars, data: { url } })).rejects.toThrow(
      `the data "${url}" are not loaded`
    );
    expect(loaded).toEqual([]);
    expect(document.querySelector('div')?.childNodes).toHaveLength(0);
  });

  it('loads no picture from elsewhere', async () => {
    const { element } = await draw(drawVega, {
      data: { values: [{ url: 'https://evil.example/x.png' }] },
      mark: { type: 'image', width: 9, height: 9 },
      encoding: { url: { field: 'url' } }
    });
    expect(element.querySelector('image')?.getAttribute('href')).toBe('');
  });

  it('follows links that lead somewhere, in another tab, and no others', async () => {
    const links: string[] = [];
    const followed = jest
      .spyOn(HTMLAnchorElement.prototype, 'dispatchEvent')
      .mockImplementation(function (this: HTMLAnchorElement) {
        links.push(`${this.getAttribute('href')} ${this.rel} ${this.target}`);
        return true;
      });
    for (const value of ['javascript:evil()', 'https://example.org/']) {
      const { element } = await draw(drawVega, {
        ...bars,
        encoding: { href: { value }, x: { field: 'n', type: 'quantitative' } }
      });
      element
        .querySelector('.mark-rect path')
        ?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      await settle();
    }
    expect(links).toEqual(['https://example.org/ noopener noreferrer _blank']);
    followed.mockRestore();
  });

  it('keeps its controls to itself', async () => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<input id="secret" type="password" value="x" />'
    );
    const bind = { input: 'range', min: 0, max: 5, element: '#secret' };
    const { element } = await draw(drawVega, { ...bars, params: [{ name: 'p', value: 1, bind }] });
    expect(element.querySelector('input[type=range]')).not.toBeNull();
    expect(document.getElementById('secret')?.children).toHaveLength(0);
  });

  it('says what is wrong', async () => {
    await expect(draw(drawVega, { mark: 'nonsense', encoding: {} })).rejects.toThrow('Vega-Lite');
  });

  it('takes selections over to newer data of the same chart, and not to another', async () => {
    const params = [{ name: 'p', value: 1, bind: { input: 'range' } }];
    const first = await draw(drawVega, { ...bars, params });
    const input = first.element.querySelector('input');
    if (input) {
      input.value = '7';
      input.dispatchEvent(new Event('input'));
    }
    const values = [{ town: 'Ås', n: 2 }];
    const next = await draw(
      drawVega,
      { ...bars, params, data: { values } },
      { previous: first.chart }
    );
    const states = JSON.stringify([first.chart.state, next.chart.state]);
    expect(states.match(/"p":7/g)).toHaveLength(2);
    const other = await draw(
      drawVega,
      { ...bars, mark: 'point', params },
      { previous: first.chart }
    );
    expect(JSON.stringify(other.chart.state)).toContain('"p":1');
  });
});

describe('drawEcharts()', () => {
  const option = {
    xAxis: { type: 'category', data: ['<x-evil>'] },
    yAxis: {},
    dataZoom: [{ type: 'inside', start: 10, end: 60 }],
    series: [{ type: 'bar', data: [1] }],
    tooltip: { formatter: '<img src=x onerror=evil()>' }
  };

  it('draws text as text', async () => {
    const { element, chart } = await draw(drawEcharts, { ...option, description: 'So so' });
    expect(element.textContent).toContain('<x-evil>');
    expect(element.querySelector('x-evil, img')).toBeNull();
    expect(element.getAttribute('aria-label')).toBe('So so');
    expect(chart.table?.rows).toEqual([['<x-evil>', 1]]);
  });

  it('keeps the zoom when newer data come', async () => {
    const first = await draw(drawEcharts, option);
    const dataZoom = [{ type: 'inside', start: 0, end: 100 }];
    const next = await draw(drawEcharts, { ...option, dataZoom }, { previous: first.chart });
    expect(next.chart.state).toMatchObject({ dataZoom: [{ start: 10, end: 60 }] });
  });
});
