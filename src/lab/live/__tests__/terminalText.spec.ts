import * as fc from 'fast-check';
import { TerminalText, writeToLine } from '../terminalText';

function write(...texts: string[]): string {
  const text = new TerminalText(100);
  texts.forEach(piece => text.append(piece));
  return text.toString();
}

describe('TerminalText', () => {
  it('keeps plain text as it is', () => {
    expect(write('a\nb', 'c\n')).toBe('a\nbc\n');
  });

  it('is empty without text', () => {
    expect(write()).toBe('');
    expect(write('')).toBe('');
  });

  it('overwrites a line after a carriage return, as a progress bar does', () => {
    expect(write('10 %\r20 %\r100 %\n')).toBe('100 %\n');
    expect(write('long line\r', 'short')).toBe('shortline');
  });

  it('takes a carriage return before a line end for part of it', () => {
    expect(write('a\r', '\nb')).toBe('a\nb');
  });

  it('moves back with a backspace', () => {
    expect(write('ab\bc')).toBe('ac');
    expect(write('\b\bx')).toBe('x');
  });

  it('starts a coloured line anew', () => {
    expect(write('\u001b[31mred\u001b[0m\r\u001b[32mok\u001b[0m')).toBe('\u001b[32mok\u001b[0m');
  });

  it('does not depend on how the text was cut into pieces', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r', '\b', ' '), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.nat(), (letters, at) => {
        const whole = letters.join('');
        const cut = whole.length ? at % whole.length : 0;
        expect(write(whole.slice(0, cut), whole.slice(cut))).toBe(write(whole));
      })
    );
  });

  it('keeps the last lines of a long text and counts the others', () => {
    const text = new TerminalText(10);
    for (let line = 0; line < 1000; line++) {
      text.append(`${line}\n`);
    }
    const lines = text.toString().split('\n');
    expect(lines.length).toBeLessThanOrEqual(13);
    expect(lines[lines.length - 2]).toBe('999');
    expect(text.omittedLines + lines.length).toBe(1001);
  });
});

describe('writeToLine()', () => {
  it('never loses what stands behind the cursor', () => {
    const line = { text: 'abcdef', column: 2 };
    writeToLine(line, 'X');
    expect(line).toEqual({ text: 'abXdef', column: 3 });
  });
});
