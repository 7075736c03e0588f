import type { IDisposable } from '../server/queue/queue';
import type { IClock } from '../server/store/clock';

/** A clock that stands still until a test turns it. */
export class HandTurnedClock implements IClock {
  constructor(private _beginMs = Date.UTC(2026, 2, 2, 9, 15)) {}

  nowMs(): number {
    return this._beginMs + this._elapsedMs;
  }

  elapsedMs(): number {
    return this._elapsedMs;
  }

  after(ms: number, callback: () => void): IDisposable {
    const timer = { dueMs: this._elapsedMs + ms, callback };
    this._timers.add(timer);
    return { dispose: () => void this._timers.delete(timer) };
  }

  /** Timers that wait. */
  get timerCount(): number {
    return this._timers.size;
  }

  /** Let time pass: timers that come due call back in the order of their times. */
  turn(ms: number): void {
    const endMs = this._elapsedMs + ms;
    for (;;) {
      const due = [...this._timers]
        .filter(({ dueMs }) => dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!due) {
        break;
      }
      this._timers.delete(due);
      this._elapsedMs = Math.max(this._elapsedMs, due.dueMs);
      due.callback();
    }
    this._elapsedMs = endMs;
  }

  /** Set it forwards or backwards, as people and time servers do: no time passes, and timers do not see it. */
  set(ms: number): void {
    this._beginMs += ms;
  }

  private _elapsedMs = 0;
  private readonly _timers = new Set<{ dueMs: number; callback: () => void }>();
}
