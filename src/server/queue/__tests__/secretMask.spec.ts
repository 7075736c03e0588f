import * as fc from 'fast-check';
import { SecretMask } from '../secretMask';

const pushAll = (mask: SecretMask, parts: readonly string[]) => {
  const stream = mask.stream();
  return parts.map(part => stream.push(part)).join('') + stream.flush();
};

describe('SecretMask', () => {
  it('masks values of four letters and more, the longest first', () => {
    const mask = new SecretMask(['abc', 'abcd', 'abcdef', 'a.c+']);
    expect(mask.text('abc abcd abcdef a.c+ abbc')).toBe('abc •••• •••• •••• abbc');
  });

  it('masks texts in JSON, keys included', () => {
    expect(new SecretMask(['sesame']).json({ sesame: ['a sesame', 1, null] })).toEqual({
      '••••': ['a ••••', 1, null]
    });
  });

  it('gives everything back as it is when there is no secret', () => {
    const value = { a: 'b' };
    expect(new SecretMask(['', 'abc']).json(value)).toBe(value);
    expect(new SecretMask([]).stream().push('text')).toBe('text');
  });

  it('holds back only what may become a secret', () => {
    const stream = new SecretMask(['sesame']).stream();
    expect(stream.push('open ses')).toBe('open ');
    expect(stream.push('sion')).toBe('session');
    expect(stream.push('ses')).toBe('');
    expect(stream.push('ame')).toBe('••••');
    expect(stream.push('se')).toBe('');
    expect(stream.flush()).toBe('se');
  });

  it('never shows a secret, wherever a stream is torn apart', () => {
    const letters = fc.stringOf(fc.constantFrom('a', 'b', '.'), { maxLength: 40 });
    const secrets = fc.array(
      fc.stringOf(fc.constantFrom('a', 'b'), { minLength: 4, maxLength: 6 }),
      {
        minLength: 1,
        maxLength: 3
      }
    );
    fc.assert(
      fc.property(fc.array(letters), secrets, (parts, values) => {
        const shown = pushAll(new SecretMask(values), parts);
        values.forEach(value => expect(shown).not.toContain(value));
      })
    );
  });

  it('leaves text without secrets as it is, wherever a stream is torn apart', () => {
    fc.assert(
      fc.property(fc.array(fc.stringOf(fc.constantFrom('s', 'e', '.'))), parts => {
        expect(pushAll(new SecretMask(['sesame']), parts)).toBe(parts.join(''));
      })
    );
  });
});
