import { isPortAddress, placePortAddress } from '../portAddress';

const ADDRESS = '/ports/AAAAAAAAAAAAAAAAAAAA-_/my%20site/';

describe('placePortAddress()', () => {
  it('puts the root of a page before the address of a port, once', () => {
    const placed = placePortAddress(` ${ADDRESS}\n`, '/user/ana/crosscompute');
    expect(placed).toBe(`/user/ana/crosscompute${ADDRESS}`);
    expect(placePortAddress(placed, '/x')).toBe(placed);
    expect(placePortAddress(ADDRESS, '')).toBe(ADDRESS);
  });

  it.each([
    ...['', 'text', '/ports/short/a/', `${ADDRESS}more`, `/${ADDRESS}`, `https://evil${ADDRESS}`],
    ...['/ports/AAAAAAAAAAAAAAAAAAAA-_/a\\b/', '/ports/AAAAAAAAAAAAAAAAAAAA-_/a b/']
  ])('leaves "%s" as it is', text => {
    expect(placePortAddress(text, '/x')).toBe(text);
    expect(isPortAddress(text)).toBe(false);
  });
});
