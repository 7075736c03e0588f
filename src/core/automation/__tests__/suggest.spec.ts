import { didYouMean, suggest } from '../suggest';

describe('suggest()', () => {
  it.each([
    ['numbr', 'number'],
    ['Number', 'number'],
    ['nubmer', 'number'],
    ['strings', 'string'],
    ['debug_folder', 'debug-folder']
  ])('finds for %j the near %j', (word, expected) => {
    expect(suggest(word, ['string', 'number', 'debug-folder'])).toBe(expected);
  });

  it.each(['zzz', '', 'x', 'completely-different'])('finds nothing near %j', word => {
    expect(suggest(word, ['string', 'number', 'a'])).toBeNull();
  });

  it('does not suggest the word itself', () => {
    expect(suggest('tip', ['tip'])).toBeNull();
  });

  it('writes a hint, or the other text', () => {
    expect(didYouMean('tipp', ['tip'])).toBe('did you mean "tip"?');
    expect(didYouMean('bill', ['tip'], 'see the reference')).toBe('see the reference');
    expect(didYouMean('bill', [])).toBe('');
  });
});
