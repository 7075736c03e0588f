import type { IDisposable } from '../queue/queue';

/** Time, so that tests can turn it by hand. */
export interface IClock {
  /** Milliseconds since the epoch; somebody may set it. */
  nowMs(): number;
  /** Milliseconds since some moment, for what lasts: it passes evenly, and nobody sets it. */
  elapsedMs(): number;
  /** Call back once after some milliseconds, unless disposed before. */
  after(ms: number, callback: () => void): IDisposable;
}

/** The longest time that a timer of Node can wait; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The time of this machine. Its timers do not keep the process alive. */
export const systemClock: IClock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
    timer.unref();
    return { dispose: () => clearTimeout(timer) };
  }
};

/** A moment as records write it: RFC 3339 UTC with milliseconds. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
