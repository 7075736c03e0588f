import * as fc from 'fast-check';
import { TextBatches } from '../textBatches';
import type { IText } from '../textBatches';

describe('TextBatches', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const create = () => {
    const passed: IText[] = [];
    return { passed, batches: new TextBatches(text => passed.push(text)) };
  };
  const out = (text: string, cell: number | null = 0): IText => ({ cell, stream: 'stdout', text });

  it('passes the first text on at once, and gathers what follows', () => {
    const { passed, batches } = create();
    batches.add(out('a'));
    batches.add(out('b'));
    batches.add(out('c'));
    batches.add(out(''));
    expect(passed).toEqual([out('a')]);
    jest.advanceTimersByTime(50);
    expect(passed).toEqual([out('a'), out('bc')]);
    jest.advanceTimersByTime(50);
    batches.add(out('d'));
    expect(passed).toEqual([out('a'), out('bc'), out('d')]);
    batches.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not wait when there is much', () => {
    const { passed, batches } = create();
    batches.add(out('a'));
    batches.add(out('b'.repeat(40_000)));
    expect(passed.map(({ text }) => text.length)).toEqual([1, 32_768, 7232]);
    batches.close();
  });

  it('keeps the order across streams and cells, and every character whole', () => {
    const piece = fc.record({
      cell: fc.constantFrom(null, 0, 1),
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: fc.oneof(fc.string(), fc.constantFrom('x😀'.repeat(20_000), '😀'.repeat(16_384)))
    });
    const whole = (texts: IText[]) => {
      const merged: IText[] = [];
      for (const { cell, stream, text } of texts) {
        const last = merged[merged.length - 1];
        if (last && last.cell === cell && last.stream === stream) {
          last.text += text;
        } else if (text) {
          merged.push({ cell, stream, text });
        }
      }
      return merged;
    };
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.constantFrom(0, 0, 10, 60))), pieces => {
        const { passed, batches } = create();
        for (const [text, waitMs] of pieces) {
          batches.add(text);
          jest.advanceTimersByTime(waitMs);
        }
        batches.close();
        expect(whole(passed)).toEqual(whole(pieces.map(([text]) => text)));
        expect(passed.every(({ text }) => !/\p{Surrogate}/u.test(text))).toBe(true);
      }),
      { numRuns: 50 }
    );
  });
});
