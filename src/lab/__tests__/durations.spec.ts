import { formatDuration, formatPercent, formatTime } from '../durations';

describe('formatDuration()', () => {
  it.each([
    [0, '0 ms'],
    [-3, '0 ms'],
    [0.34, '340 ms'],
    [0.9996, '1 sec'],
    [4.24, '4.2 sec'],
    [59.6, '1 min'],
    [185, '3 min 5 sec'],
    [3599.7, '1 hr'],
    [7800, '2 hr 10 min']
  ])('writes %d seconds as %s', (seconds, expected) => {
    expect(formatDuration(seconds, 'en')).toBe(expected);
  });

  it('speaks the language of the reader', () => {
    expect(formatDuration(4.2, 'de')).toBe('4,2 Sek.');
  });
});

describe('formatPercent()', () => {
  it('says 100 % only at the end', () => {
    expect(formatPercent(0.999, 'en')).toBe('99%');
    expect(formatPercent(1, 'en')).toBe('100%');
    expect(formatPercent(0.29, 'en')).toBe('29%');
  });
});

describe('formatTime()', () => {
  it('is empty for what is no time', () => {
    expect(formatTime('yesterday')).toBe('');
  });
});
