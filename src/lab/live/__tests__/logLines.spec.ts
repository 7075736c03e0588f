import { LogLines } from '../logLines';
import { LogSearch } from '../logSearch';

/** Append text that an event holds for itself. */
function append(log: LogLines, stream: 'stdout' | 'stderr', text: string): void {
  seq += 1;
  log.append({ seq, stream, text });
}

let seq = 0;
beforeEach(() => {
  seq = 0;
});

describe('LogLines', () => {
  it('joins pieces of a line and keeps streams apart', () => {
    const log = new LogLines();
    append(log, 'stdout', 'one ');
    append(log, 'stdout', 'line\ntwo');
    append(log, 'stderr', 'oops\n');
    append(log, 'stdout', ' more\n');
    expect(log.lines.map(({ stream, text }) => `${stream}: ${text}`)).toEqual([
      'stdout: one line',
      'stdout: two',
      'stderr: oops',
      'stdout:  more'
    ]);
    expect(log.toString()).toBe('one line\ntwo\noops\n more\n');
  });

  it('keeps empty lines', () => {
    const log = new LogLines();
    append(log, 'stdout', 'a\n\nb\n');
    expect(log.lines.map(({ text }) => text)).toEqual(['a', '', 'b']);
  });

  it('knows the last text', () => {
    const log = new LogLines();
    expect(log.lastText).toBe('');
    append(log, 'stdout', 'step 3\n \n');
    expect(log.lastText).toBe('step 3');
  });

  it('takes 100,000 lines and leaves out the oldest beyond its bound', () => {
    const log = new LogLines(1000);
    for (let line = 0; line < 100_000; line++) {
      append(log, 'stdout', `line ${line}\n`);
    }
    expect(log.lines.length).toBeLessThanOrEqual(1100);
    expect(log.lines.length + log.shift).toBe(100_000);
    expect(log.lastText).toBe('line 99999');
    expect(log.earlierThan).toBe(log.shift + 1);
  });

  it('takes back what was before, as if it had always been there', () => {
    const texts = ['one\ntw', 'o\nth', 'ree\n', 'four\n', 'fi', 've\n'];
    const pieces = texts.map((text, index) => ({
      seq: index + 1,
      stream: 'stdout' as const,
      text
    }));
    for (let kept = 1; kept < texts.length; kept++) {
      const log = new LogLines();
      pieces.slice(0, 2).forEach(piece => log.append(piece));
      pieces
        .slice(-kept)
        .forEach((piece, index) => log.append(index ? piece : { ...piece, isAfterGap: true }));
      expect(log.earlierThan).toBe(texts.length - kept + 1);
      const { shift } = log;
      const count = log.lines.length;
      log.prepend(pieces.slice(0, -kept), true);
      expect(log.toString()).toBe('one\ntwo\nthree\nfour\nfive\n');
      expect(log.earlierThan).toBe(null);
      expect(shift - log.shift).toBe(log.lines.length - count);
    }
  });

  it('leaves out whole events, so that none is missed when they come back', () => {
    const log = new LogLines(20);
    const pieces = Array.from({ length: 40 }, (_, index) => ({
      ...{ seq: index + 1, stream: 'stdout' as const, text: `a${index}\nb${index}\nc${index}` }
    }));
    pieces.push({ seq: 41, stream: 'stdout', text: '\nend\n' });
    pieces.forEach(piece => log.append(piece));
    const whole = new LogLines();
    pieces.forEach(piece => whole.append(piece));
    // Each event goes on in a line of the one before: there is no place to cut.
    expect(log.toString()).toBe(whole.toString());
    pieces.forEach(({ seq, text, stream }) =>
      log.append({ seq: 41 + seq, stream, text: `${text}\n` })
    );
    const { earlierThan } = log;
    expect(log.lines.length).toBeLessThan(30);
    expect(log.lines[0].text).toMatch(/^a/);
    expect(earlierThan).toBeGreaterThan(41);
  });
});

describe('LogSearch', () => {
  function createLog(...lines: string[]): LogLines {
    const log = new LogLines();
    lines.forEach(line => append(log, 'stdout', `${line}\n`));
    return log;
  }

  it('finds lines without regard to case and colours, and goes around', () => {
    const log = createLog('\u001b[31mRain\u001b[0m', 'sun', 'RAIN again');
    const search = new LogSearch();
    search.query = 'rain';
    search.update(log.lines, 0);
    expect(search.matches).toEqual([0, 2]);
    expect([search.move(1), search.move(1), search.move(1), search.move(-1)]).toEqual([0, 2, 0, 2]);
  });

  it('finds in lines that come later, and in a line that grew', () => {
    const log = new LogLines();
    const search = new LogSearch();
    search.query = 'done';
    append(log, 'stdout', 'not do');
    search.update(log.lines, 0);
    expect(search.matches).toEqual([]);
    append(log, 'stdout', 'ne\nall done\n');
    search.update(log.lines, 0);
    expect(search.matches).toEqual([0, 1]);
  });

  it('finds nothing for nothing', () => {
    const search = new LogSearch();
    search.update(createLog('a').lines, 0);
    expect(search.matches).toEqual([]);
    expect(search.move(1)).toBeNull();
  });
});
