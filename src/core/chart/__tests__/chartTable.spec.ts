import type { JsonObject } from '../../json';
import { echartsTable, objectsTable } from '../chartTable';

describe('echartsTable()', () => {
  it('reads a dataset with a header, with dimensions, and of objects', () => {
    const rows = [
      ['a', 1],
      ['b', 2]
    ];
    expect(echartsTable({ dataset: { source: [['name', 'n'], ...rows] } })).toEqual({
      columns: ['name', 'n'],
      rows
    });
    expect(
      echartsTable({ dataset: [{ dimensions: ['name', { name: 'n' }], source: rows }] })
    ).toEqual({
      columns: ['name', 'n'],
      rows
    });
    expect(echartsTable({ dataset: { source: [{ a: 1 }, { b: 2 }] } })).toEqual({
      columns: ['a', 'b'],
      rows: [
        [1, null],
        [null, 2]
      ]
    });
  });

  it('puts series side by side over their categories', () => {
    const option: JsonObject = {
      xAxis: { type: 'category', data: ['Jan', { value: 'Feb' }] },
      yAxis: {},
      series: [{ name: 'rain', data: [1, { value: 2 }] }, { data: [3] }]
    };
    expect(echartsTable(option)).toEqual({
      columns: ['', 'rain', '2'],
      rows: [
        ['Jan', 1, 3],
        ['Feb', 2, null]
      ]
    });
  });

  it('lists series without categories', () => {
    const pie = {
      series: {
        type: 'pie',
        name: 'p',
        data: [
          { name: 'x', value: 1 },
          { name: 'y', value: 2 }
        ]
      }
    };
    expect(echartsTable(pie)).toEqual({
      columns: ['series', 'name', 'value'],
      rows: [
        ['p', 'x', 1],
        ['p', 'y', 2]
      ]
    });
    const points = {
      series: [
        {
          type: 'scatter',
          data: [
            [1, 2],
            [3, 4, 5]
          ]
        }
      ]
    };
    expect(echartsTable(points)).toEqual({
      columns: ['series', '1', '2', '3'],
      rows: [
        ['1', 1, 2, null],
        ['1', 3, 4, 5]
      ]
    });
  });

  it('finds nothing where nothing is', () => {
    const options: JsonObject[] = [
      {},
      { series: [] },
      { series: [{}] },
      { dataset: {} },
      { dataset: { source: [] } }
    ];
    for (const option of options) {
      expect(echartsTable(option)).toBeNull();
    }
  });
});

describe('objectsTable()', () => {
  it('keeps to what is its own', () => {
    expect(objectsTable([{ a: 1 }, { toString: 'x' }])?.rows).toEqual([
      [1, null],
      [null, 'x']
    ]);
    expect(objectsTable([])).toBeNull();
  });
});
