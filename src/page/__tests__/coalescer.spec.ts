import { Coalescer } from '../coalescer';

describe('Coalescer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('acts at once three times, and once more for all calls that come meanwhile', async () => {
    const work = jest.fn();
    const coalescer = new Coalescer(work, 250);
    await coalescer.run();
    await coalescer.run();
    await coalescer.run();
    expect(work).toHaveBeenCalledTimes(3);
    const later = Promise.all([coalescer.run(), coalescer.run(), coalescer.run()]);
    await jest.advanceTimersByTimeAsync(249);
    expect(work).toHaveBeenCalledTimes(3);
    await jest.advanceTimersByTimeAsync(1);
    await later;
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('acts at most four times in any four intervals, however often it is asked', async () => {
    const begun: number[] = [];
    const coalescer = new Coalescer(() => void begun.push(Date.now()), 250);
    for (let elapsed = 0; elapsed < 10_000; elapsed += 10) {
      void coalescer.run();
      await jest.advanceTimersByTimeAsync(elapsed % 70 === 0 ? 130 : 10);
    }
    expect(begun.length).toBeGreaterThan(40);
    const fourApart = begun.slice(4).map((at, index) => at - begun[index]);
    expect(Math.min(...fourApart)).toBeGreaterThanOrEqual(1000);
    coalescer.dispose();
  });

  it('does not let what is urgent wait for others, four times at most, and lets those wait longer', async () => {
    const begun: number[] = [];
    const startMs = Date.now();
    const coalescer = new Coalescer(() => void begun.push(Date.now() - startMs), 250);
    await coalescer.run();
    await coalescer.run();
    await coalescer.run();
    const later = coalescer.run();
    await jest.advanceTimersByTimeAsync(20);
    expect(begun).toHaveLength(3);
    const urgent = coalescer.run(true);
    await jest.advanceTimersByTimeAsync(0);
    await Promise.all([later, urgent]);
    expect(begun).toEqual([0, 0, 0, 20]);
    const after = coalescer.run();
    await jest.advanceTimersByTimeAsync(980);
    await after;
    expect(begun).toEqual([0, 0, 0, 20, 1000]);
    coalescer.dispose();
  });

  it('acts at most eight times in any four intervals when much of it is urgent', async () => {
    const begun: number[] = [];
    const coalescer = new Coalescer(() => void begun.push(Date.now()), 250);
    for (let elapsed = 0; elapsed < 10_000; elapsed += 10) {
      void coalescer.run(elapsed % 30 === 0);
      await jest.advanceTimersByTimeAsync(10);
    }
    const eightApart = begun.slice(8).map((at, index) => at - begun[index]);
    expect(Math.min(...eightApart)).toBeGreaterThanOrEqual(1000);
    // Four a second, and those of the beginning.
    expect(begun.length).toBeLessThanOrEqual(48);
    coalescer.dispose();
  });

  it('never lets two turns overlap', async () => {
    let running = 0;
    let most = 0;
    const coalescer = new Coalescer(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(resolve => setTimeout(resolve, 1000));
      running -= 1;
    }, 250);
    const first = coalescer.run();
    await jest.advanceTimersByTimeAsync(10);
    const second = coalescer.run();
    await jest.advanceTimersByTimeAsync(5000);
    await Promise.all([first, second]);
    expect(most).toBe(1);
  });

  it('rejects for who asked, and works on', async () => {
    const work = jest.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValue(undefined);
    const coalescer = new Coalescer(work, 0);
    await expect(coalescer.run()).rejects.toThrow('no');
    await expect(coalescer.run()).resolves.toBeUndefined();
  });

  it('aborts its turn when it is disposed, and never acts again', async () => {
    const work = jest.fn(
      (signal: AbortSignal) =>
        new Promise<void>((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        )
    );
    const coalescer = new Coalescer(work, 250);
    const first = coalescer.run();
    await jest.advanceTimersByTimeAsync(1);
    const second = coalescer.run();
    coalescer.dispose();
    await jest.advanceTimersByTimeAsync(1000);
    await expect(first).resolves.toBeUndefined();
    await expect(second).resolves.toBeUndefined();
    expect(work).toHaveBeenCalledTimes(1);
  });
});
