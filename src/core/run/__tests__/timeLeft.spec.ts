import { formatTimeLeft, Spread, timeLeft } from '../timeLeft';

function spreadOf(...values: number[]): Spread {
  const spread = new Spread();
  values.forEach(value => spread.add(value));
  return spread;
}

describe('timeLeft()', () => {
  it('says nothing before three ended', () => {
    expect(timeLeft(spreadOf(1, 1), { left: 5, slots: 2, seconds: 1 })).toBeNull();
  });

  it('is the pace so far for runs that all take the same', () => {
    const range = timeLeft(spreadOf(2, 2, 2, 2), { left: 10, slots: 2, seconds: 4.4 });
    expect(range).toEqual({ least: 11, most: 11 });
  });

  it('is wider the more the durations differ, and narrower the more ended, and holds what comes', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const left = 100;
    const few = timeLeft(spreadOf(...values), { left, slots: 1, seconds: 36 });
    const many = timeLeft(spreadOf(...values, ...values, ...values), {
      left,
      slots: 1,
      seconds: 108
    });
    expect(few?.least).toBeLessThan(many?.least ?? 0);
    expect(few?.most).toBeGreaterThan(many?.most ?? Infinity);
    expect(many?.least).toBeLessThan(450);
    expect(many?.most).toBeGreaterThan(450);
    expect(timeLeft(spreadOf(1, 50, 100), { left: 1, slots: 1, seconds: 3 })?.least).toBe(0);
  });

  it('knows the deviation', () => {
    expect(spreadOf(2, 4, 4, 4, 5, 5, 7, 9).deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(spreadOf(3).deviation).toBe(0);
  });
});

describe('formatTimeLeft()', () => {
  it('writes seconds, minutes and hours, as one number where the ends are close', () => {
    expect(formatTimeLeft({ least: 11.2, most: 11.4 })).toBe('12 s');
    expect(formatTimeLeft({ least: 20, most: 45.5 })).toBe('20 to 46 s');
    expect(formatTimeLeft({ least: 70, most: 200 })).toBe('1 to 4 min');
    expect(formatTimeLeft({ least: 7200, most: 20_000 })).toBe('2 to 6 h');
  });
});
