import { withoutPrefix } from '../siteUrl';

describe('withoutPrefix()', () => {
  it.each([
    ['/x/a/tea?b=1', '/a/tea?b=1'],
    ['/x', '/'],
    ['/x?_embed', '/?_embed'],
    ['/xy/a', '/xy/a'],
    ['/a/tea', '/a/tea']
  ])('makes %s of requests below /x: %s', (url, expected) => {
    expect(withoutPrefix(url, '/x')).toBe(expected);
  });

  it('leaves requests alone where there is no prefix', () => {
    expect(withoutPrefix('/a?b', '')).toBe('/a?b');
  });
});
