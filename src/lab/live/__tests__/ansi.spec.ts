import { ansiParts, plainText } from '../ansi';

describe('ansiParts()', () => {
  it('gives colours as classes of the theme', () => {
    expect(ansiParts('a\u001b[1;31mb\u001b[0mc')).toEqual([
      { text: 'a', className: '' },
      { text: 'b', className: 'ansi-bold ansi-red-fg' },
      { text: 'c', className: '' }
    ]);
  });

  it('takes bright colours and backgrounds', () => {
    expect(ansiParts('\u001b[92;44mx')[0].className).toBe('ansi-green-intense-fg ansi-blue-bg');
  });

  it('passes over colours that no theme has, with their numbers', () => {
    expect(ansiParts('\u001b[38;5;31mx\u001b[38;2;1;2;4my')).toEqual([
      { text: 'x', className: '' },
      { text: 'y', className: '' }
    ]);
  });

  it('drops cursor movements and titles', () => {
    expect(plainText('\u001b[2Ka\u001b]0;title\u0007b\u001b[1Ac')).toBe('abc');
  });

  it('leaves text without sequences alone', () => {
    expect(ansiParts('<b>&</b>')).toEqual([{ text: '<b>&</b>', className: '' }]);
    expect(ansiParts('')).toEqual([]);
  });
});
