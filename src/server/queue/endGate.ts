import type { JournalEvent } from '../../core/run/journal';
import { isFinal } from '../../core/run/run';
import type { IDisposable } from './queue';

/**
 * Holds back the last event of a run until the queue, too, says that the run is over: who hears of the
 * end and asks what it was must not be told that it still goes on.
 */
export class EndGate {
  /**
   * @param _isOver - tells whether the queue says so
   */
  constructor(private readonly _isOver: (id: string) => boolean) {}

  /** Let what was held of a run go, once it is over; to be called after every change of a run. */
  open(id: string): void {
    if (this._held.has(id) && this._isOver(id)) {
      const held = this._held.get(id) ?? new Set();
      this._held.delete(id);
      held.forEach(release => release());
    }
  }

  /**
   * Put listeners behind the gate.
   *
   * @param follow - subscribes the given listeners to the journal of the run
   */
  guard(
    id: string,
    listeners: { onEvent: (event: JournalEvent) => void; onEnd: () => void },
    follow: (onEvent: (event: JournalEvent) => void, onEnd: () => void) => IDisposable
  ): IDisposable {
    const waiting: (() => void)[] = [];
    const release = () => waiting.splice(0).forEach(tell => tell());
    const pass = (tell: () => void, isLast: boolean) => {
      if (waiting.length || (isLast && !this._isOver(id))) {
        waiting.push(tell);
        const held = this._held.get(id) ?? new Set();
        this._held.set(id, held.add(release));
      } else {
        tell();
      }
    };
    const subscription = follow(
      event => pass(() => listeners.onEvent(event), event.kind === 'state' && isFinal(event.state)),
      () => pass(listeners.onEnd, true)
    );
    return {
      dispose: () => {
        subscription.dispose();
        waiting.length = 0;
        this._held.get(id)?.delete(release);
      }
    };
  }

  private readonly _held = new Map<string, Set<() => void>>();
}
