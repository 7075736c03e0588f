import fc from 'fast-check';
import { epochOf, fromTimeZone, inTimeZone, readMoment, writeMoment } from '../moment';
import { checkBy, parseBy, renderBy } from './renderView';

describe('date', () => {
  it('takes days of the calendar only', () => {
    expect(parseBy('date', ' 2024-02-29 ')).toBe('2024-02-29');
    for (const raw of ['2023-02-29', '2023-13-01', '2023-1-1', '01.02.2023', '0000-01-01']) {
      expect(parseBy('date', raw)).toBe(`refused: "${raw}" is not a date such as 2026-01-31`);
    }
    expect(parseBy('date', '')).toBe('refused: must be a date such as 2026-01-31');
  });

  it('keeps to min, max and step', () => {
    const configuration = { min: '2026-01-05', max: '2026-02-01', step: 7 };
    expect(parseBy('date', '2026-01-12', configuration)).toBe('2026-01-12');
    expect(parseBy('date', '2026-01-13', configuration)).toBe(
      'refused: must be a multiple of 7 days from 2026-01-05 on'
    );
    expect(parseBy('date', '2026-01-01', configuration)).toBe(
      'refused: must not be before 2026-01-05'
    );
    expect(parseBy('date', '2027-01-04', configuration)).toBe(
      'refused: must not be after 2026-02-01'
    );
    expect(renderBy('date', 'input', '2026-01-12', { configuration })).toMatch(
      /type="date" value="2026-01-12" step="7" min="2026-01-05" max="2026-02-01"/
    );
    expect(checkBy('date', { min: 'soon', max: 5 })).toHaveLength(2);
  });

  it('is a `<time>` for machines, whatever people see', () => {
    expect(renderBy('date', 'output', '2026-01-12')).toMatch(/^<time .*datetime="2026-01-12"/);
    expect(renderBy('date', 'output', 'soon')).toMatch(/^<span .*>soon<\/span>$/);
  });
});

describe('time', () => {
  it('takes what a clock shows', () => {
    expect(parseBy('time', '08:30')).toBe('08:30');
    expect(parseBy('time', '23:59:59')).toBe('23:59:59');
    for (const raw of ['24:00', '8:30', '08:60', 'noon']) {
      expect(parseBy('time', raw)).toBe(`refused: "${raw}" is not a time such as 08:30`);
    }
    expect(parseBy('time', '07:59', { min: '08:00' })).toBe('refused: must not be before 08:00');
    expect(parseBy('time', '08:07', { step: 900 })).toBe(
      'refused: must be a multiple of 900 seconds'
    );
  });
});

describe('datetime', () => {
  it('keeps the offset that is written', () => {
    expect(parseBy('datetime', '2026-01-31T08:30+01:00')).toBe('2026-01-31T08:30:00+01:00');
    expect(parseBy('datetime', '2026-01-31 08:30:15Z')).toBe('2026-01-31T08:30:15+00:00');
  });

  it('means `timezone` where no offset is written, else UTC', () => {
    expect(parseBy('datetime', '2026-01-31 08:30')).toBe('2026-01-31T08:30:00+00:00');
    const oslo = { timezone: 'Europe/Oslo' };
    expect(parseBy('datetime', '2026-01-31 08:30', oslo)).toBe('2026-01-31T08:30:00+01:00');
    expect(parseBy('datetime', '2026-07-31 08:30', oslo)).toBe('2026-07-31T08:30:00+02:00');
    expect(parseBy('datetime', '2026-07-31T08:30', { timezone: 'Asia/Kolkata' })).toBe(
      '2026-07-31T08:30:00+05:30'
    );
  });

  it('compares moments, not texts', () => {
    const configuration = { min: '2026-01-31T08:00+00:00', timezone: 'Europe/Oslo' };
    expect(parseBy('datetime', '2026-01-31T08:30+01:00', configuration)).toMatch(
      /^refused: must not be before/
    );
    expect(parseBy('datetime', '2026-01-31T09:30+01:00', configuration)).toMatch(/^2026/);
  });

  it('shows the clocks of its time zone, and names it', () => {
    const configuration = { timezone: 'Europe/Oslo' };
    const markup = renderBy('datetime', 'input', '2026-01-31T08:30:00+00:00', { configuration });
    expect(markup).toMatch(/type="datetime-local" value="2026-01-31T09:30"/);
    expect(markup).toContain('data-value="2026-01-31T08:30:00+00:00"');
    expect(markup).toContain('<span class="_unit">Europe/Oslo</span>');
    expect(checkBy('datetime', { timezone: 'Mars/Base' })[0]).toMatch(/^timezone: .*"Mars\/Base"/);
  });

  it('refuses what is none', () => {
    expect(parseBy('datetime', '2026-02-30T08:30')).toMatch(/^refused: "2026-02-30T08:30" is not/);
    expect(parseBy('datetime', '2026-02-20T08:30+19:00')).toMatch(/^refused/);
  });
});

describe('time zones', () => {
  const zones = ['UTC', 'Europe/Oslo', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Apia'];

  it('find the moment of every time that clocks show', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 4e9 }).map(seconds => seconds * 1000),
        (zone, epoch) => {
          const shown = inTimeZone(epoch, zone);
          expect(epochOf(shown)).toBe(epoch);
          const found = fromTimeZone(shown, zone);
          // An hour that clocks show twice may be the other one.
          const again = inTimeZone(epochOf(found), zone);
          expect([again.date, again.time]).toEqual([shown.date, shown.time]);
        }
      )
    );
  });

  it('take the first of two, and put a time that is left out forward', () => {
    const autumn = fromTimeZone({ date: '2026-10-25', time: '02:30:00' }, 'Europe/Oslo');
    expect(writeMoment(autumn)).toBe('2026-10-25T02:30:00+02:00');
    const spring = fromTimeZone({ date: '2026-03-29', time: '02:30:00' }, 'Europe/Oslo');
    expect(writeMoment(spring)).toBe('2026-03-29T02:30:00+01:00');
    expect(readMoment(writeMoment(spring))).toEqual(spring);
  });
});
