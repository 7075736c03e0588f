import { rewriteSite, withoutPrefix } from '../siteUrl';

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

describe('rewriteSite()', () => {
  it('names the configuration of a page in one part', () => {
    expect(rewriteSite('/at/a/automate.yaml/a/tea?b=/c')).toBe(
      '/_site/a%2Fautomate.yaml/a/tea?b=/c'
    );
    expect(rewriteSite('/api/runs')).toBe('/api/runs');
  });

  it.each(['/_site/x.txt/', '/%5Fsite/x.txt/', '/streams/mutations/%5fsite/x/a', '/_site%2Fx/'])(
    'takes the inner form from nobody outside: %s',
    url => expect(rewriteSite(url)).toBe('/not-found')
  );
});
