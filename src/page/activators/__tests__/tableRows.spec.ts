import fc from 'fast-check';
import { selectRows } from '../../../core/view/tableOrder';
import { nextSorting } from '../tableRows';

const cell = fc.oneof(
  fc.integer().map(value => ({ text: String(value), isNumber: true })),
  fc.string().map(text => ({ text, isNumber: false }))
);
const rows = fc.array(fc.record({ cells: fc.array(cell, { minLength: 2, maxLength: 2 }) }));
const texts = (found: ReturnType<typeof selectRows>) => found.map(({ cells }) => cells[0].text);
const rowOf = (text: string, isNumber = false) => ({ cells: [{ text, isNumber }] });

describe('selectRows()', () => {
  it('sorts numbers by size, before text, with what is empty last', () => {
    const mixed = [rowOf('b10'), rowOf('10', true), rowOf(''), rowOf('9', true), rowOf('b9')];
    const up = selectRows(mixed, '', { column: 0, direction: 'ascending' });
    expect(texts(up)).toEqual(['9', '10', 'b9', 'b10', '']);
    const down = selectRows(mixed, '', { column: 0, direction: 'descending' });
    expect(texts(down)).toEqual(['b10', 'b9', '10', '9', '']);
  });

  it('finds text without regard to case', () => {
    expect(texts(selectRows([rowOf('Ås'), rowOf('Oslo')], ' åS ', null))).toEqual(['Ås']);
  });

  it('loses and doubles no row, and leaves the rows as they were', () => {
    fc.assert(
      fc.property(rows, fc.nat(1), fc.boolean(), (given, column, isUp) => {
        const copy = [...given];
        const direction = isUp ? 'ascending' : 'descending';
        const sorted = selectRows(given, '', { column, direction });
        expect(given).toEqual(copy);
        expect(new Set(sorted)).toEqual(new Set(given));
        expect(sorted).toHaveLength(given.length);
      })
    );
  });
});

describe('nextSorting()', () => {
  it('goes round, and begins anew in another column', () => {
    const first = nextSorting(null, 1);
    const second = nextSorting(first, 1);
    expect([first, second, nextSorting(second, 1)]).toEqual([
      { column: 1, direction: 'ascending' },
      { column: 1, direction: 'descending' },
      null
    ]);
    expect(nextSorting(second, 0)).toEqual({ column: 0, direction: 'ascending' });
  });
});
