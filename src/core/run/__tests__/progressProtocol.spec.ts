import type { IProgressEntry } from '../journal';
import {
  PROGRESS_TYPE,
  ProgressLines,
  parseProgressLine,
  readProgressOutput
} from '../progressProtocol';

/** What pieces of text come to: progress as `[fraction, message]`, warnings as text. */
function read(...pieces: string[]): unknown[] {
  const told: unknown[] = [];
  const lines = new ProgressLines({
    onProgress: ({ fraction, message }: IProgressEntry) => told.push([fraction, message]),
    onWarning: message => told.push(message)
  });
  pieces.forEach(piece => lines.push(piece));
  lines.end();
  return told;
}

const warning = (line: string) =>
  `invalid program: stdout must look like '0.25\\tmessage'; got '${line}'`;

describe('parseProgressLine()', () => {
  it.each([
    ['0.24', 0.24, null],
    ['0', 0, null],
    ['1', 1, null],
    ['1.0', 1, null],
    ['.5', 0.5, null],
    ['1e-05', 0.00001, null],
    ['0.3\thi', 0.3, 'hi'],
    ['0.3\t', 0.3, ''],
    ['0.3\tGröße\tm²', 0.3, 'Größe\tm²']
  ])('reads %j', (line, fraction, message) => {
    expect(parseProgressLine(line)).toMatchObject({ fraction, message, source: 'explicit' });
  });

  it.each(['', 'hi', '1.1', '-0.1', 'nan', 'Infinity', '0x1', '50%', ' 0.5', '0.5 hi', '0,5'])(
    'refuses %j',
    line => {
      expect(parseProgressLine(line)).toBeNull();
    }
  );
});

describe('ProgressLines', () => {
  it('joins lines that come in pieces, and takes what is left at the end for one', () => {
    expect(read('0.', '1\r\n0.2\th', 'i\n0.3')).toEqual([
      [0.1, null],
      [0.2, 'hi'],
      [0.3, null]
    ]);
    expect(read('0.1\n')).toEqual([[0.1, null]]);
    expect(read()).toEqual([]);
  });

  it('warns of every other line', () => {
    expect(read('hello\n0.5\n\n')).toEqual([warning('hello'), [0.5, null], warning('')]);
  });

  it('warns once of a line that never ends, in bounded memory, and goes on after it', () => {
    const told = read(...Array.from({ length: 40 }, () => 'x'.repeat(10_000)), 'y\n0.5\n');
    expect(told).toEqual([warning(`${'x'.repeat(200)}…`), [0.5, null]]);
  });
});

describe('readProgressOutput()', () => {
  const output = (value: unknown, more = {}) =>
    readProgressOutput({ data: { [PROGRESS_TYPE]: value as never, ...more } });

  it('reads fraction and message, each if it is one', () => {
    expect(output({ fraction: 0.25, message: 'hi' })).toMatchObject({
      entry: { fraction: 0.25, message: 'hi', source: 'explicit' },
      isAlone: true
    });
    expect(output({ fraction: 7, message: 'hi' })?.entry.fraction).toBeNull();
    expect(output({ fraction: 1 }, { 'text/plain': '100 %' })?.isAlone).toBe(false);
  });

  it('finds none in other outputs', () => {
    expect(output({ fraction: 'half' })).toBeNull();
    expect(output('0.5')).toBeNull();
    expect(readProgressOutput({ data: { 'text/plain': '0.5' } })).toBeNull();
    expect(readProgressOutput({})).toBeNull();
  });
});
