import * as fc from 'fast-check';
import { foldLog, initialLog, logText } from '../foldLog';
import type { JournalEntry } from '../journal';
import { arbitraryJournal, numberEvents } from './arbitraryJournal';

const write = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): JournalEntry => ({
  kind: 'output',
  script: 0,
  cell: null,
  stream,
  text
});
const fold = (entries: JournalEntry[], limits?: Parameters<typeof initialLog>[0]) =>
  numberEvents(entries).reduce(foldLog, initialLog(limits));

describe('foldLog()', () => {
  it('keeps both streams in the order of arrival with their own offsets in bytes', () => {
    const log = fold([write('Zoë\r'), write('boom', 'stderr'), write('end\n')]);
    expect(log.head).toEqual([
      { stream: 'stdout', text: 'Zoë\r', offset: 0, bytes: 5 },
      { stream: 'stderr', text: 'boom', offset: 0, bytes: 4 },
      { stream: 'stdout', text: 'end\n', offset: 5, bytes: 4 }
    ]);
    expect(log.totalBytes).toEqual({ stdout: 9, stderr: 4 });
  });

  it('joins short texts of one stream', () => {
    expect(fold([write('a'), write('b'), write('c')]).head).toHaveLength(1);
  });

  it('keeps the beginning and the end of a long log and says what is missing', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => write(`line ${index}\n`));
    const log = fold(lines, { headBytes: 5_000, tailBytes: 10_000 });
    expect(log.head[0].text.startsWith('line 0\n')).toBe(true);
    expect(logText(log).endsWith('line 4999\n')).toBe(true);
    expect(logText(log)).toContain(`${log.droppedBytes} bytes left out`);
    expect(log.tailBytes).toBeGreaterThanOrEqual(10_000);
    expect(log.tailBytes).toBeLessThan(10_000 + 5_000);
  });

  it('keeps at least the newest text, however long it is', () => {
    const log = fold([write('a'), write('b'.repeat(100))], { headBytes: 0, tailBytes: 10 });
    expect(log.tail.map(({ bytes }) => bytes)).toEqual([101]);
  });

  it('accounts for every byte', () => {
    fc.assert(
      fc.property(arbitraryJournal, journal => {
        const log = journal.reduce(foldLog, initialLog({ headBytes: 10, tailBytes: 15 }));
        const kept = [...log.head, ...log.tail].reduce((sum, { bytes }) => sum + bytes, 0);
        expect(kept + log.droppedBytes).toBe(log.totalBytes.stdout + log.totalBytes.stderr);
      })
    );
  });
});
