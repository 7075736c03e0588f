import { createOutput } from '../output';

/** A terminal of ten columns, and what stands on it: lines that are done, and the last one. */
class Screen {
  readonly isTTY = true;
  readonly columns = 10;
  lines: string[] = [''];
  write = (text: string) => {
    for (const part of text.split(/(\n|\r\u001b\[K)/)) {
      if (part === '\n') {
        this.lines.push('');
      } else if (part === '\r\u001b[K') {
        this.lines[this.lines.length - 1] = '';
      } else {
        this.lines[this.lines.length - 1] += part;
      }
    }
    return true;
  };
}

describe('createOutput()', () => {
  it('keeps one rewritten line below all others on a terminal, no wider than it', () => {
    const screen = new Screen();
    const output = createOutput(false, screen, screen);
    expect(output.isTerminal).toBe(true);
    output.status('1 done');
    output.result('a: failed');
    output.status('2 done, many waiting');
    output.say('note');
    expect(screen.lines).toEqual(['a: failed', 'note', '2 done, m']);
    output.status(null);
    expect(screen.lines).toEqual(['a: failed', 'note', '']);
  });

  it('writes lines alone where either stream is no terminal, or nobody wants to be told', () => {
    for (const [isQuiet, isTTY] of [
      [false, false],
      [true, true]
    ]) {
      const screen = new Screen();
      const output = createOutput(isQuiet, { write: screen.write, isTTY }, screen);
      output.status('1 done');
      output.result('a: done');
      output.say('note');
      expect(screen.lines).toEqual(isQuiet ? ['a: done', ''] : ['a: done', 'note', '']);
    }
  });
});
