import { BrowserStore } from '../browserStore';

describe('BrowserStore', () => {
  const reported: unknown[] = [];
  const create = (storage: Storage = localStorage) =>
    new BrowserStore(storage, '/user/ana/', error => void reported.push(error));

  beforeEach(() => {
    localStorage.clear();
    reported.length = 0;
  });

  it('keeps a value at once, under its own prefix', () => {
    create().save('draft:a', { amount: { value: 5 } });
    expect(create().load('draft:a')).toEqual({ amount: { value: 5 } });
    expect(localStorage.key(0)).toBe('/user/ana/draft:a');
  });

  it('forgets', () => {
    create().save('a', {});
    create().save('a', null);
    expect(create().load('a')).toBeNull();
    expect(localStorage).toHaveLength(0);
  });

  it('takes what is no object for nothing', () => {
    localStorage.setItem('/user/ana/a', '[1');
    localStorage.setItem('/user/ana/b', '[1]');
    expect([create().load('a'), create().load('b')]).toEqual([null, null]);
  });

  it('tells when there is no room', () => {
    const full: Partial<Storage> = {
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      }
    };
    create(full as Storage).save('a', {});
    expect(reported).toHaveLength(1);
  });
});
