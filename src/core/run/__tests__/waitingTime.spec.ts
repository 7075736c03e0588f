import * as fc from 'fast-check';
import { coarseRange, quartiles, secondsLeft, waitingTimes, type IExpected } from '../waitingTime';

const run = (least: number, most = least, group: string | null = null): IExpected => ({
  seconds: { least, most },
  group
});
const unknown: IExpected = { seconds: null, group: null };
const times = (count: number, item: IExpected) => Array.from({ length: count }, () => item);

const range = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }))
  .map(([least, more]) => ({ least, most: least + more }));
const anyRun = (groups: readonly (string | null)[]) =>
  fc.record({ seconds: fc.option(range, { freq: 6 }), group: fc.constantFrom(...groups) });
const anyQueue = (groups: readonly (string | null)[]) =>
  fc.integer({ min: 1, max: 6 }).chain(slots =>
    fc.record({
      slots: fc.constant(slots),
      executing: fc.array(anyRun(groups), { maxLength: slots }),
      waiting: fc.array(anyRun(groups), { maxLength: 30 })
    })
  );

describe('waitingTimes()', () => {
  it('is a round for each slot when all take the same', () => {
    const begins = waitingTimes(times(2, run(4)), times(5, run(10, 12)), 2);
    expect(begins).toEqual([
      { least: 4, most: 4 },
      { least: 4, most: 4 },
      { least: 14, most: 16 },
      { least: 14, most: 16 },
      { least: 24, most: 28 }
    ]);
  });

  it('is nothing where a slot is free', () => {
    expect(waitingTimes([], [unknown, run(1)], 2)).toEqual([
      { least: 0, most: 0 },
      { least: 0, most: 0 }
    ]);
  });

  it('is told past a run of which nobody knows, as long as another slot frees itself', () => {
    expect(waitingTimes([unknown, run(3)], [run(5), run(5)], 2)).toEqual([
      { least: 0, most: 3 },
      { least: 3, most: 8 }
    ]);
    expect(waitingTimes([unknown], [run(5)], 1)).toEqual([null]);
    expect(waitingTimes([run(2)], [unknown, run(5)], 1)).toEqual([{ least: 2, most: 2 }, null]);
  });

  it('lets runs of a group follow each other, and others have the slots meanwhile', () => {
    const begins = waitingTimes(
      [run(10, 10, 'one')],
      [run(10, 10, 'one'), run(5), run(5), run(1, 1, 'one')],
      2
    );
    expect(begins.map(begin => begin?.least)).toEqual([10, 0, 5, 20]);
  });

  it('never ends before it begins, and is known where everything is', () => {
    fc.assert(
      fc.property(anyQueue([null, 'a', 'b']), ({ slots, executing, waiting }) => {
        const begins = waitingTimes(executing, waiting, slots);
        expect(begins).toHaveLength(waiting.length);
        const isKnown = [...executing, ...waiting].every(({ seconds }) => seconds !== null);
        for (const begin of begins) {
          expect(begin === null || (begin.least >= 0 && begin.most >= begin.least)).toBe(true);
          expect(begin !== null || !isKnown).toBe(true);
        }
      })
    );
  });

  it('grows with the position, and no more slots make it longer', () => {
    fc.assert(
      fc.property(anyQueue([null]), ({ slots, executing, waiting }) => {
        const begins = waitingTimes(executing, waiting, slots);
        const more = waitingTimes(executing, waiting, slots + 1);
        begins.forEach((begin, at) => {
          const before = begins[at - 1];
          expect(at === 0 || before !== null || begin === null).toBe(true);
          if (begin) {
            expect(begin.least).toBeGreaterThanOrEqual(before?.least ?? 0);
            expect(begin.most).toBeGreaterThanOrEqual(before?.most ?? 0);
            expect(more[at]?.most).toBeLessThanOrEqual(begin.most);
            expect(more[at]?.least).toBeLessThanOrEqual(begin.least);
          }
        });
      })
    );
  });
});

describe('quartiles()', () => {
  it('are those of the durations, and nothing for too few', () => {
    expect(quartiles([5, 1])).toBeNull();
    expect(quartiles([4, 2, 1, 3, 5])).toEqual({ least: 2, most: 4 });
  });

  it('leave room where all took the same', () => {
    expect(quartiles([100, 100, 100])).toEqual({ least: 95, most: 105 });
  });
});

describe('coarseRange()', () => {
  it('holds the range, and is wide where that is', () => {
    expect(coarseRange({ least: 0.4, most: 2.1 })).toEqual({ least: 0, most: 3 });
    expect(coarseRange({ least: 11, most: 31 })).toEqual({ least: 10, most: 35 });
    expect(coarseRange({ least: 100, most: 299 })).toEqual({ least: 90, most: 300 });
    expect(coarseRange({ least: 119, most: 301 })).toEqual({ least: 60, most: 360 });
  });
});

describe('secondsLeft()', () => {
  it('follows from what the run says, else from others, else from nothing', () => {
    expect(secondsLeft({ least: 1, most: 2 }, { elapsed: 10, fraction: 0.5 })).toEqual({
      least: 7,
      most: 13
    });
    expect(secondsLeft({ least: 8, most: 12 }, { elapsed: 5, fraction: null })).toEqual({
      least: 3,
      most: 7
    });
    expect(secondsLeft(null, { elapsed: 5, fraction: 0 })).toBeNull();
  });

  it('never ends for one that takes longer than others', () => {
    expect(secondsLeft({ least: 8, most: 12 }, { elapsed: 50, fraction: null })).toEqual({
      least: 0,
      most: 5
    });
  });
});
