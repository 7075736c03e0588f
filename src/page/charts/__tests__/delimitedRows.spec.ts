import { delimitedRows } from '../delimitedRows';

describe('delimitedRows()', () => {
  it('reads quotes, line breaks, a byte order mark and short rows', () => {
    expect(delimitedRows('\uFEFFtown,n\r\n"Ås, ""city""",1\r\nOslo\r\n', ',')).toEqual([
      { town: 'Ås, "city"', n: '1' },
      { town: 'Oslo', n: '' }
    ]);
    expect(delimitedRows('a\tb\n1\t2', '\t')).toEqual([{ a: '1', b: '2' }]);
    expect(delimitedRows('1;2\n3;4', ';', ['x', 'y'])).toEqual([
      { x: '1', y: '2' },
      { x: '3', y: '4' }
    ]);
    expect(delimitedRows('', ',')).toEqual([]);
  });
});
