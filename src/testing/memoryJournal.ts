import { isText, type JournalEntry, type JournalEvent } from '../core/run/journal';

/** A journal in memory, for what emits entries. */
export class MemoryJournal {
  /** Events so far, numbered from 1, a millisecond apart. */
  readonly events: JournalEvent[] = [];

  /** Append an entry; can be handed on as a function. */
  readonly emit = (entry: JournalEntry): void => {
    const seq = this.events.length + 1;
    this.events.push({ seq, time: new Date(seq).toISOString(), ...entry });
    this._waiters.splice(0).forEach(resolve => resolve());
  };

  /** All text of a stream. */
  text(stream: 'stdout' | 'stderr'): string {
    return this.events
      .map(event =>
        event.kind === 'output' && isText(event) && event.stream === stream ? event.text : ''
      )
      .join('');
  }

  /** The first event that a test looks for; waits until it comes. */
  async find(isWanted: (event: JournalEvent) => boolean): Promise<JournalEvent> {
    for (;;) {
      const event = this.events.find(isWanted);
      if (event) {
        return event;
      }
      await new Promise<void>(resolve => this._waiters.push(resolve));
    }
  }

  private readonly _waiters: (() => void)[] = [];
}
