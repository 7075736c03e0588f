import { LogLines } from '../logLines';
import { LogSearch } from '../logSearch';

describe('LogLines', () => {
  it('joins pieces of a line and keeps streams apart', () => {
    const log = new LogLines();
    log.append('stdout', 'one ');
    log.append('stdout', 'line\ntwo');
    log.append('stderr', 'oops\n');
    log.append('stdout', ' more\n');
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
    log.append('stdout', 'a\n\nb\n');
    expect(log.lines.map(({ text }) => text)).toEqual(['a', '', 'b']);
  });

  it('knows the last text', () => {
    const log = new LogLines();
    expect(log.lastText).toBe('');
    log.append('stdout', 'step 3\n \n');
    expect(log.lastText).toBe('step 3');
  });

  it('takes 100,000 lines and leaves out the oldest beyond its bound', () => {
    const log = new LogLines(1000);
    for (let line = 0; line < 100_000; line++) {
      log.append('stdout', `line ${line}\n`);
    }
    expect(log.lines.length).toBeLessThanOrEqual(1100);
    expect(log.lines.length + log.omittedLines).toBe(100_000);
    expect(log.lastText).toBe('line 99999');
  });
});

describe('LogSearch', () => {
  function createLog(...lines: string[]): LogLines {
    const log = new LogLines();
    lines.forEach(line => log.append('stdout', `${line}\n`));
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
    log.append('stdout', 'not do');
    search.update(log.lines, 0);
    expect(search.matches).toEqual([]);
    log.append('stdout', 'ne\nall done\n');
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
