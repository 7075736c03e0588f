import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { openArrowTable } from '../arrowTable';
import { decodeLz4Frame } from '../lz4Frame';
import { TableError } from '../rowTable';
import { TableQueries } from '../tableQuery';

/*
 * The files are of pyarrow 26: `kinds` has a column of each kind, in one batch as a stream, and in two as a file;
 * `pandas-lz4` is a frame of 600 rows with texts as its index, in two batches.
 */
const read = (name: string) => readFileSync(path.join(__dirname, 'input', name));

const KINDS = {
  name: ['Ä', '', 'x,"y"'],
  view: ['short', 'longer than twelve bytes', ''],
  kind: ['red', 'blue', 'red'],
  count: ['1', '12345678901234567', ''],
  size: ['3.0', '0.1', 'NaN'],
  small: ['3.0', '0.1', ''],
  half: ['1.5', '0.09998', '2.0'],
  price: ['12.50', '-0.05', ''],
  ok: ['true', 'false', ''],
  day: ['2024-02-29', '1969-12-31', ''],
  at: ['2024-02-29 12:34:56.123456789', '1969-12-31 23:59:59.999999999', ''],
  zoned: ['2024-02-29 12:34:56Z', '1970-01-01 00:00:00Z', ''],
  clock: ['08:05:30.25', '', '00:00:00'],
  span: ['90 s', '', '1 s'],
  list: ['[1,2]', '[]', ''],
  record: ['{"a":1,"b":"x"}', '', '{"a":null,"b":"y"}'],
  bytes: ['3 bytes', '0 bytes', ''],
  runs: ['7', '7', '8'],
  none: ['', '', '']
};
const NUMBERS = ['count', 'size', 'small', 'half', 'price', 'runs'];

describe('openArrowTable()', () => {
  it.each(['kinds.arrows', 'kinds-zstd.arrow'])('reads values of every kind in %s', name => {
    const table = openArrowTable(read(name));
    expect(table.columns).toEqual(Object.keys(KINDS));
    expect([table.indexColumns, table.length]).toEqual([0, 3]);
    const shown = table.columns.map((column, index) => [
      column,
      [0, 1, 2].map(row => table.cell(row, index).text)
    ]);
    expect(Object.fromEntries(shown)).toEqual(KINDS);
    const first = table.cells(0);
    expect(table.columns.filter((_, index) => first[index].isNumber)).toEqual(NUMBERS);
  });

  it('puts the index of pandas first, and sorts and filters as with other tables', () => {
    const table = openArrowTable(read('pandas-lz4.arrow'));
    expect([table.columns, table.indexColumns]).toEqual([['', 'place', 'value'], 1]);
    const sorting = { column: 2, direction: 'descending' } as const;
    const query = { offset: 1, limit: 2, sorting, filter: 'NUMBER 3' };
    const { rows, matched } = new TableQueries(table).page(query);
    expect(rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
      ['row 591', 'place number 3', '147.75'],
      ['row 584', 'place number 3', '146.0']
    ]);
    expect(matched).toBe(86);
  });

  it('refuses what is no table, or a part of one', () => {
    const whole = read('pandas-lz4.arrow');
    for (let length = 0; length < whole.length; length += 97) {
      expect(() => openArrowTable(whole.subarray(0, length))).toThrow(TableError);
    }
    expect(() => openArrowTable(Buffer.from('PK\u0003\u0004 something else'))).toThrow(
      'this is no table in Arrow or Feather'
    );
  });
});

describe('decodeLz4Frame()', () => {
  // Without checksums: three letters, then ten bytes from one byte back, then two letters.
  const frame = (...block: number[]) =>
    Uint8Array.from(
      [0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0, block.length, 0, 0, 0, ...block].concat(0, 0, 0, 0)
    );
  const packed = frame(0x36, 97, 98, 99, 1, 0, 0x20, 100, 101);

  it('repeats what overlaps itself', () => {
    expect(Buffer.from(decodeLz4Frame(packed, 100)).toString()).toBe(`abc${'c'.repeat(10)}de`);
  });

  it('refuses more than it is allowed, matches of nothing, and ends before their time', () => {
    expect(() => decodeLz4Frame(packed, 10)).toThrow('too large');
    expect(() => decodeLz4Frame(frame(0x16, 97, 9, 0, 0), 100)).toThrow('damaged');
    expect(() => decodeLz4Frame(packed.subarray(0, 14), 100)).toThrow('damaged');
    expect(() => decodeLz4Frame(packed.subarray(1), 100)).toThrow(TableError);
  });
});
