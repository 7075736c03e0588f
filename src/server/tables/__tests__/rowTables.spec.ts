import * as fc from 'fast-check';
import type { JsonValue } from '../../../core/json';
import { parseTableFile, type ITable } from '../../../core/view/table';
import { selectRows } from '../../../core/view/tableOrder';
import { openCsvTable } from '../csvTable';
import { openJsonTable } from '../jsonTable';
import { TableError, type IRowTable } from '../rowTable';
import { TableQueries } from '../tableQuery';

const ALL = { offset: 0, limit: 1000, sorting: null, filter: '' };

function whole(table: IRowTable): ITable {
  const { columns, indexColumns, rows } = new TableQueries(table).page(ALL);
  return { columns: [...columns], indexColumns, rows };
}

const text = fc.oneof(
  fc.constantFrom('', 'a', 'Ä "b"', '{', '],[', '\\', '👩‍🚀', 'x,y\n', '\u0000', '12', ' '),
  fc.string()
);
const value = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const nested = fc.oneof(value, fc.array(value, { maxLength: 2 }), fc.dictionary(text, value));
const rows = fc.array(fc.array(nested, { maxLength: 4 }), { maxLength: 6 });
const tables: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.record({ columns: fc.array(text, { maxLength: 4 }), data: rows }),
  fc.record({ columns: fc.array(text), index: fc.array(value, { maxLength: 6 }), data: rows }),
  fc.array(fc.dictionary(text, nested, { noNullPrototype: true }), { maxLength: 6 }),
  fc.array(fc.array(nested, { minLength: 1, maxLength: 4 }), { maxLength: 6 })
) as fc.Arbitrary<JsonValue>;

describe('openJsonTable()', () => {
  it('reads row by row what the reader of whole tables reads', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(0, 2), (table, indent) => {
        const json = JSON.stringify(table, null, indent);
        const opened = openJsonTable(Buffer.from(json), null);
        expect(whole(opened)).toEqual(parseTableFile(json, '.json'));
        for (let row = 0; row < opened.length; row += 1) {
          const cells = opened.columns.map((_, column) => opened.cell(row, column));
          expect(cells).toEqual(opened.cells(row));
        }
      }),
      { numRuns: 300 }
    );
  });

  it('finds the table of a variable in a dictionary, with a mark before it', () => {
    const json = `\uFEFF{"a": 1, "x": [{"n": 3.0}, {"n": 12345678901234567890}]}`;
    const { rows: found } = whole(openJsonTable(Buffer.from(json), 'x'));
    expect(found.map(({ cells }) => cells[0].text)).toEqual(['3.0', '12345678901234567890']);
    expect(() => openJsonTable(Buffer.from(json), 'y')).toThrow('no data yet');
  });

  it.each([
    '',
    '{',
    '[1, 2]',
    '[[1], {"a": 1}]',
    '"text"',
    '{"columns": [], "data": 3}',
    '[{"a" 1}]'
  ])('refuses %p', json => {
    expect(() => whole(openJsonTable(Buffer.from(json), null))).toThrow(TableError);
  });
});

describe('openCsvTable()', () => {
  it('reads quotes, line ends in cells and blank lines as the reader of whole tables does', () => {
    const csv = '\uFEFFname,n\r\n"a ""b""\nc",1\r\n\r\n  \nplain,-2.5\nshort\nlong,1,2,3\n';
    for (const content of [csv, csv.trimEnd(), csv.replace(/\r/g, '')]) {
      const table = whole(openCsvTable(Buffer.from(content), ','));
      expect(table).toEqual(parseTableFile(content, '.csv'));
      expect(table.rows).toHaveLength(4);
    }
    const tabs = openCsvTable(Buffer.from('a\tb\n1\t\t\n'), '\t');
    expect(tabs.cells(0)).toEqual([
      { text: '1', isNumber: true },
      { text: '', isNumber: false }
    ]);
  });

  it('refuses what has no header, and names the row with an open quote', () => {
    expect(() => openCsvTable(Buffer.from(' \n'), ',')).toThrow(TableError);
    expect(() => openCsvTable(Buffer.from('a\n"b\n'), ',').cells(0)).toThrow('row 1');
  });
});

describe('TableQueries', () => {
  const filters = fc.oneof(fc.constantFrom('', 'a', '"', 'Ä', '1', '\\', 'null'), text);
  const sortings = fc.option(
    fc.record({
      column: fc.integer({ min: 0, max: 2 }),
      direction: fc.constantFrom('ascending' as const, 'descending' as const)
    })
  );

  it('sorts and filters as pages do, and gives each row once, page by page', () => {
    fc.assert(
      fc.property(tables, filters, sortings, (table, filter, asked) => {
        const json = JSON.stringify(table);
        const expected = parseTableFile(json, '.json') as ITable;
        const sorting = asked && asked.column < expected.columns.length ? asked : null;
        const selected = selectRows(expected.rows, filter, sorting);
        const queries = new TableQueries(openJsonTable(Buffer.from(json), null));
        const found = [];
        for (let offset = 0; ; offset += 2) {
          const page = queries.page({ offset, limit: 2, sorting, filter });
          expect(page.matched).toBe(selected.length);
          if (!page.rows.length) {
            break;
          }
          found.push(...page.rows);
        }
        expect(found).toEqual(selected);
      }),
      { numRuns: 300 }
    );
  });

  it('gives CSV in which nothing is calculated', () => {
    const csv = openCsvTable(Buffer.from('a,b\n=1+1,-2\n"x,""y",3\n'), ',');
    const given = new TableQueries(csv).csv({ sorting: null, filter: '' }).toString();
    expect(given).toBe(`\uFEFFa,b\r\n'=1+1,-2\r\n"x,""y",3\r\n`);
  });
});
