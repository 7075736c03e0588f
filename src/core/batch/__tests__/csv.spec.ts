import fc from 'fast-check';
import { formatProblem } from '../../problem';
import { parseCsv } from '../csv';

function rowsOf(text: string): (readonly string[])[] {
  return parseCsv(text, '/b.csv').table.rows.map(({ cells }) => cells);
}

function problemsOf(text: string): string[] {
  return parseCsv(text, '/b.csv').problems.map(formatProblem);
}

describe('parseCsv()', () => {
  it('reads a header and rows, cells as written', () => {
    const { table, problems } = parseCsv('\uFEFF a ,b\n1, x \n"q ""r"", s",ünï\n', '/b.csv');
    expect(problems).toEqual([]);
    expect(table.header).toEqual(['a', 'b']);
    expect(table.rows.map(({ cells }) => cells)).toEqual([
      ['1', ' x '],
      ['q "r", s', 'ünï']
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('reads lines that end in %j', lineBreak => {
    expect(rowsOf(['a,b', '1,2', '"3",4', '5,"6"', ''].join(lineBreak))).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6']
    ]);
  });

  it('reads line ends of both kinds in one file', () => {
    expect(rowsOf('a,b\r\n1,2\n3,4\r\n5,6')).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6']
    ]);
  });

  it('skips blank lines and rows marked with #', () => {
    expect(rowsOf('#,a\n\n,1\n#,2\n   \n # ,3\nx,4\n')).toEqual([
      ['', '1'],
      ['x', '4']
    ]);
  });

  it('keeps a row of empty cells', () => {
    expect(rowsOf('a,b\n,\n')).toEqual([['', '']]);
  });

  it('knows the place of rows and cells, after line breaks in quotes too', () => {
    const { table } = parseCsv('a,b,c\r\n"x\r\ny","""",z\r\n\r\n1,2\r\n', '/b.csv');
    const [first, second] = table.rows;
    expect(table.rowPosition(first)).toEqual({ file: '/b.csv', line: 2, column: 1 });
    expect(table.cellPosition(first, 1)).toEqual({ file: '/b.csv', line: 3, column: 4 });
    expect(table.cellPosition(first, 2)).toEqual({ file: '/b.csv', line: 3, column: 9 });
    expect(table.rowPosition(second)).toEqual({ file: '/b.csv', line: 5, column: 1 });
    expect(table.cellPosition(second, 1)).toEqual({ file: '/b.csv', line: 5, column: 3 });
    expect(table.cellPosition(second, 2)).toEqual({ file: '/b.csv', line: 5, column: 4 });
    expect(table.headerPosition(2)).toEqual({ file: '/b.csv', line: 1, column: 5 });
  });

  it.each([
    ['', '/b.csv:1:1 warning csv-empty: "b.csv" has no rows; this makes no batches'],
    ['a\n', '/b.csv:1:1 warning csv-empty'],
    ['a,b,a\n1,2,3\n', '/b.csv:1:5 error csv-header: column "a" is given twice'],
    ['a,,b\n1,2,3\n', '/b.csv:1:3 warning csv-header: column 2 has no name; it is ignored'],
    ['a\n1,2\n', '/b.csv:2:3 warning csv-row: row has 2 cells; the header has 1'],
    ['a,b\n1,"open\n2,3\n', '/b.csv:2:3 error csv-syntax: a quote that starts here is not closed'],
    ['a,b\n"x"y,2\n', '/b.csv:2:1 error csv-syntax: after a closing quote']
  ])('in %j', (text, expected) => {
    expect(problemsOf(text)).toHaveLength(1);
    expect(problemsOf(text)[0]).toContain(expected);
  });

  it('lets rows be shorter, or longer by empty cells', () => {
    expect(problemsOf('a,b\n1\n1,2,,\n')).toEqual([]);
  });

  it('gives no rows when quotes are broken', () => {
    expect(rowsOf('a,b\n1,"open\n2,3\n')).toEqual([]);
  });

  it('reads back any cells, and finds each at its place', () => {
    const cell = fc.string().map(text => `c${text}`);
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, lineBreak) => {
        const quote = (text: string) => `"${text.replace(/"/g, '""')}"`;
        const lines = written.map(cells => cells.map(quote).join(','));
        const text = ['a,b', ...lines].join(lineBreak);
        const { table } = parseCsv(text, '/b.csv');
        expect(table.rows.map(({ cells }) => [...cells])).toEqual(written);
        table.rows.forEach((row, index) => {
          const { line, column } = table.cellPosition(row, 1);
          const found = text.split('\n')[line - 1].slice(column - 1);
          expect(found.startsWith(quote(written[index][1]).split('\n')[0])).toBe(true);
        });
      })
    );
  });

  it('never throws', () => {
    const piece = fc.constantFrom('a', ',', '"', '\n', '\r', '#', ' ', '\uFEFF');
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const { table } = parseCsv(pieces.join(''), '/b.csv');
        table.rows.forEach(row => table.cellPosition(row, 1));
      }),
      { numRuns: 1000 }
    );
  });
});
