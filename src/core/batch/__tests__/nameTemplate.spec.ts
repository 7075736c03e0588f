import { fillName, parseNameTemplate, textOf } from '../nameTemplate';

function fill(text: string, values: Record<string, string>): string {
  return fillName(parseNameTemplate(text), id => values[id] ?? null);
}

describe('name templates', () => {
  it.each([
    ['batches/{city}', 'batches/new-york CITY'],
    ['{ city }', 'new-york CITY'],
    ['{city|slug}', 'new-york-city'],
    ['{ city | title | slug }', 'new-york-city'],
    ['{city | title}', 'New-York City'],
    ['{a b}-{größe}', '1-2'],
    ['{other}', '{other}'],
    ['{}{ }{{city}', '{}{ }{new-york CITY'],
    ['', '']
  ])('fills in %j', (text, expected) => {
    expect(fill(text, { city: 'new-york CITY', 'a b': '1', größe: '2' })).toBe(expected);
  });

  it('does not fill in what a value brings along', () => {
    expect(fill('{a}{b}', { a: '{b}', b: '$&' })).toBe('{b}$&');
  });

  it('knows its ids and the filters that do not exist', () => {
    expect(parseNameTemplate('{a | upper}{b}{a | slug | upper}')).toMatchObject({
      ids: ['a', 'b'],
      unknownFilters: ['upper']
    });
  });

  it.each<[Parameters<typeof textOf>[0], string]>([
    [3, '3'],
    [-0, '0'],
    [1e21, '1000000000000000000000'],
    [0.1, '0.1'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-1.5e-7, '-1.5e-07'],
    [1e-100, '1e-100'],
    [true, 'true'],
    [null, ''],
    ['x', 'x'],
    [[1, 'a'], '[1,"a"]']
  ])('writes %j as text', (value, expected) => {
    expect(textOf(value)).toBe(expected);
  });
});
