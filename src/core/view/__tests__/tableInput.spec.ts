import fc from 'fast-check';
import { layOutInputs } from '../../batch/inputFiles';
import { createVariable } from '../../template/__tests__/sample';
import type { JsonObject, JsonValue } from '../../json';
import { parseDelimited } from '../delimited';
import { parseTableInput } from '../parseTableInput';
import { tableValueToCsv } from '../tableValue';
import { checkBy, parseBy, renderBy } from './renderView';

const configuration: JsonObject = {
  columns: [
    { name: 'item' },
    { name: 'price', type: 'number', min: 0, max: 10 },
    { name: 'count', type: 'integer' },
    { name: 'size', options: ['S', { value: 'L', name: 'large' }] },
    { name: 'sold', type: 'boolean' },
    { name: 'day', type: 'date', min: '2026-01-01' }
  ]
};
const row = ['Tea', 2.5, 3, 'L', true, '2026-01-31'];
const columns = ['item', 'price', 'count', 'size', 'sold', 'day'];

describe('table as input', () => {
  it.each([
    [{ columns, data: [row] }],
    [[row]],
    [[{ item: 'Tea', price: '2.5', count: 3, size: 'L', sold: 'yes', day: '2026-01-31' }]],
    ['item,price,count,size,sold,day\r\nTea,2.5,3,L,1,2026-01-31\r\n'],
    [JSON.stringify({ columns: [...columns].reverse(), data: [[...row].reverse()] })]
  ])('reads %j by the types of its columns', raw => {
    expect(parseBy('table', raw, configuration)).toEqual({ columns, data: [row] });
  });

  it('leaves out blank rows, and says what is empty', () => {
    const data = [['', null, '', null, false, ''], ['Tea'], []];
    expect(parseBy('table', { columns, data }, configuration)).toEqual({
      columns,
      data: [['Tea', null, null, null, null, null]]
    });
  });

  it('names refused cells by row and column', () => {
    const data = [row, ['Tea', 'x', 2.5, 'M', 'maybe', '2025-12-31'], ['Tea', -1]];
    expect(parseBy('table', { columns, data }, configuration)).toBe(
      'refused: row 2, "price": "x" is not a number; row 2, "count": must be a whole number; ' +
        'row 2, "size": "M" is not one of the options; row 2, "sold": "maybe" is neither yes nor no; ' +
        'row 2, "day": must not be before 2026-01-01; and 1 more'
    );
  });

  it('keeps to the number of rows', () => {
    const limits = { 'min-rows': 1, 'max-rows': 2 };
    expect(parseBy('table', [], limits)).toBe('refused: needs at least 1 rows; it has 0');
    expect(parseBy('table', [[1], [2], [3]], limits)).toMatch(/takes at most 2 rows; it has 3/);
  });

  it('takes any columns where none are configured, and refuses others where some are', () => {
    expect(parseBy('table', 'a,b\n1,2\n')).toEqual({ columns: ['a', 'b'], data: [['1', '2']] });
    expect(parseBy('table', { columns: ['colour'], data: [] }, configuration)).toBe(
      'refused: there is no column "colour"'
    );
    const others: JsonValue[] = [5, { columns: 1 }, [1, []], { columns: [], data: [1] }];
    for (const raw of others) {
      expect(parseBy('table', raw)).toMatch(/^refused: must be a table/);
    }
    expect(parseBy('table', 'a\n"b')).toBe('refused: row 2: a quote is not closed');
    expect(parseBy('table', [[{}]])).toMatch(/^refused: row 1, "1": must be a number, a text/);
  });

  it('is written as CSV where the path says so, else as JSON', () => {
    const value = parseTableInput([['a "b"', 1, null, 'x,y', true]], {});
    const files = (path: string) =>
      layOutInputs([createVariable('input', 't', 'table', { path })], { t: value });
    expect(files('t.csv')).toEqual([
      { path: 't.csv', text: '1,2,3,4,5\n"a ""b""",1,,"x,y",true\n' }
    ]);
    expect(files('t.json')).toEqual([
      { path: 't.json', text: expect.stringContaining('"columns"') }
    ]);
  });

  it('splits text at its delimiter, whatever ends its lines', () => {
    expect(parseDelimited('\uFEFFa,"b ""c""\nd"\r\n\r\n,\r1', ',')).toEqual([
      ['a', 'b "c"\nd'],
      ['', ''],
      ['1']
    ]);
    expect(parseDelimited('a,b\t\n', '\t')).toEqual([['a,b', '']]);
    expect(parseDelimited('5" pipe,x', ',')).toEqual([['5" pipe', 'x']]);
    expect(parseDelimited('', ',')).toEqual([]);
    expect(() => parseDelimited('"a"b,c', ',')).toThrow('row 1');
  });

  it('comes back from CSV as it was', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('a,b', '"', 'x\ny', ' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), data => {
        const kept = data.map(cells => cells.map(text => text.replace(/\r\n?/g, '\n')));
        const csv = tableValueToCsv({ columns: ['a', 'b'], data: kept });
        expect(parseDelimited(csv, ',')).toEqual([['a', 'b'], ...kept]);
      })
    );
  });

  it('hands columns, limits and data to the browser as text', () => {
    const markup = renderBy('table', 'input', [['<b>']], {
      configuration: { columns: ['<i>'], 'max-rows': 3 }
    });
    expect(markup).toContain('data-max-rows="3"');
    expect(markup).toContain('data-value="[[&quot;&lt;b&gt;&quot;]]"');
    expect(markup).toContain('&lt;i&gt;');
  });

  it('says what is wrong with its columns', () => {
    const wrong: JsonValue = [
      { name: 'a' },
      { name: 'a' },
      {},
      { name: 'b', type: 'colour', options: 5 }
    ];
    expect(checkBy('table', { columns: wrong, 'min-rows': 2, 'max-rows': 1 })).toEqual([
      'columns.1: column "a" is given twice',
      'columns.2: each item of "columns" needs a name; item 3 has none',
      'columns.3: the type of column "b" must be string, number, integer, boolean or date',
      'columns.3: the options of column "b" must be a list of values',
      'max-rows: configuration "max-rows" must not be below "min-rows"'
    ]);
  });
});
