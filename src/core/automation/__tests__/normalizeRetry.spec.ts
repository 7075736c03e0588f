import { minimal, read } from './reading';

const retryOf = async (text: string) => {
  const { automation, problems } = await read(minimal(`environment:\n  retry: ${text}\n`));
  return { retry: automation?.environment.retry, codes: problems.map(({ code }) => code) };
};

describe('environment.retry', () => {
  it('has defaults, and is off without a count', async () => {
    expect((await retryOf('{count: 3}')).retry).toEqual({
      count: 3,
      delayMs: 10_000,
      codes: ['kernel-died', 'lost', 'timeout']
    });
    expect((await retryOf('{delay: 5 minutes}')).retry).toBeNull();
    expect((await retryOf('{count: 1, delay: 5 minutes, on: [cell-error]}')).retry).toEqual({
      count: 1,
      delayMs: 300_000,
      codes: ['cell-error']
    });
    expect((await retryOf('{count: 1, on: []}')).retry?.codes).toEqual([]);
  });

  it.each([
    ['{count: 11}', 'retry-count'],
    ['{count: 1.5}', 'retry-count'],
    ['{count: 1, delay: soon}', 'interval-syntax'],
    ['{count: 1, on: [kernel-dead]}', 'retry-code']
  ])('refuses %s', async (text, code) => {
    expect((await retryOf(text)).codes).toContain(code);
  });
});
