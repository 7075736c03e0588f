import { chartDescription, chartKindOf } from '../chartKind';

describe('chartKindOf()', () => {
  it.each([
    [{ $schema: 'https://vega.github.io/schema/vega-lite/v5.json', data: {} }, 'vega-lite'],
    [{ $schema: 'https://vega.github.io/schema/vega/v5.json' }, 'vega-lite'],
    [{ mark: 'bar' }, 'vega-lite'],
    [{ hconcat: [] }, 'vega-lite'],
    [{ marks: [] }, 'vega-lite'],
    [{ series: [] }, 'echarts'],
    [{ dataset: {}, xAxis: {} }, 'echarts'],
    [{ a: 1 }, null],
    [[1], null],
    ['x', null],
    [null, null]
  ])('knows what %j is', (chart, kind) => {
    expect(chartKindOf(chart)).toBe(kind);
  });

  it('believes the configuration, as long as it names a kind', () => {
    expect(chartKindOf({ mark: 'bar' }, 'echarts')).toBe('echarts');
    expect(chartKindOf({ mark: 'bar' }, 'pie')).toBe('vega-lite');
    expect(chartKindOf({ a: 1 }, 'echarts')).toBe('echarts');
    expect(chartKindOf([1], 'echarts')).toBeNull();
  });
});

describe('chartDescription()', () => {
  it('finds what the author says, in both kinds', () => {
    expect(chartDescription({ description: 'Rain' })).toBe('Rain');
    expect(chartDescription({ aria: { label: { description: 'Sun' } } })).toBe('Sun');
    expect(chartDescription({ description: 3, aria: { label: 'x' } })).toBe('');
  });
});
