import * as fc from 'fast-check';
import { utf8Length } from '../utf8';

describe('utf8Length()', () => {
  it('counts what an encoder writes, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.oneof(fc.fullUnicodeString(), fc.string16bits()), text => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
      })
    );
  });
});
