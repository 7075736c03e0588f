import { trans } from './fakes';
import { localeOf } from '../locale';

const speaking = (locale: unknown) =>
  localeOf(Object.assign(Object.create(trans) as typeof trans, { getLocale: () => locale }));

describe('localeOf()', () => {
  it('is the language of the words, as Intl takes it', () => {
    expect(speaking('de_DE')).toBe('de-DE');
    expect(speaking('zh-Hans-CN')).toBe('zh-Hans-CN');
  });

  it("is the browser's where the words do not say", () => {
    expect(localeOf(trans)).toBeUndefined();
    expect(speaking(undefined)).toBeUndefined();
    expect(speaking('no such language')).toBeUndefined();
  });
});
