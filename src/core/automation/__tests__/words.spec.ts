import fc from 'fast-check';
import { formatName, slug, titleFilter } from '../words';

describe('words', () => {
  it.each([
    ['ONETwo_Three  Four! é9', 'onetwo-three-four-é9', 'ONE Two Three Four É9'],
    ['Ice Cream, 2 scoops', 'ice-cream-2-scoops', 'Ice Cream 2 Scoops'],
    ['rowXColumn12b', 'rowxcolumn12b', 'Row X Column 12 B'],
    ['HTMLPage', 'htmlpage', 'HTML Page'],
    ['x1y2', 'x1y2', 'X 1 Y 2'],
    ['y2.5', 'y2-5', 'Y 2 5'],
    ['3.50', '3-50', '3 50'],
    ['-3', '3', '3'],
    ['a--b', 'a-b', 'A B'],
    ['a/b', 'a-b', 'A B'],
    ['Straße', 'straße', 'Straße'],
    ['日本 語', '日本-語', '日本 語'],
    ['!!!', '', ''],
    ['', '', '']
  ])('makes slug and label of %j', (text, expectedSlug, expectedName) => {
    expect(slug(text)).toBe(expectedSlug);
    expect(formatName(text)).toBe(expectedName);
  });

  it.each([
    ['new-york CITY', 'New-York City'],
    ["they're", "They'Re"],
    ['élan vital', 'Élan Vital'],
    ['2nd', '2Nd'],
    ['', '']
  ])('raises the letters of %j', (text, expected) => {
    expect(titleFilter(text)).toBe(expected);
  });

  it('keeps letters beyond the basic plane whole', () => {
    expect(formatName('𐐨x')).toBe('𐐀x');
  });

  it('makes slugs that an address can hold', () => {
    fc.assert(
      fc.property(fc.oneof(fc.fullUnicodeString(), fc.string16bits()), text => {
        expect(slug(text)).not.toMatch(/^-|-$|--|[\s/?#%]/);
        expect(() => encodeURIComponent(slug(text))).not.toThrow();
        expect(slug(slug(text))).toBe(slug(text));
      })
    );
  });
});
