import { parseInterval } from '../interval';

describe('parseInterval()', () => {
  it.each([
    ['1 second', 1000, false],
    ['30 minutes', 1_800_000, false],
    ['2 Hours!', 7_200_000, true],
    ['1day !', 86_400_000, true],
    [' 2 weeks ', 1_209_600_000, false]
  ])('reads %j', (text, milliseconds, isStrict) => {
    expect(parseInterval(text)).toEqual({ milliseconds, isStrict });
  });

  it.each(['', 'soon', '0 seconds', '-1 day', '1.5 hours', 'minutes', '9999999999 days'])(
    'does not understand %j',
    text => {
      expect(parseInterval(text)).toEqual({ problem: 'syntax' });
    }
  );

  it.each(['moons', 'constructor', 'months'])('knows no unit %s', unit => {
    expect(parseInterval(`3 ${unit}`)).toEqual({ problem: 'unit', unit });
  });
});
