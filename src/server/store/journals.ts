import { isFinal } from '../../core/run/run';
import type { JournalEvent } from '../../core/run/journal';
import type { ILog } from '../log';
import type { IDisposable } from '../queue/queue';
import { BlobStore } from './blobs';
import type { IClock } from './clock';
import { journalPathOf } from './history';
import { expandEvent } from './journalEntry';
import { findLine, readJournal, readRange, recoverJournal } from './journalFile';
import type { IJournalRange } from './journalFile';
import { JournalWriter } from './journalWriter';
import { TextTail } from './textTail';

/** The place of a journal. */
export interface IJournalPlace {
  id: string;
  /** Absolute. */
  automationFolder: string;
}

/** What somebody reads who follows a journal. */
export interface IReading {
  /** Number of the last event that is known. */
  after: number;
  /** True when the run is final: nothing more will come. */
  isOver: boolean;
  /** True leaves out the begin of long text, see `TextTail`. */
  isTail?: boolean;
}

/** All journals of a server: one writer for each run that is not over, readers for all. */
export class Journals {
  constructor(
    private readonly _clock: IClock,
    private readonly _log: ILog
  ) {}

  /** The writer of a run that is not over, the same for everybody; a torn last line is cut off first. */
  async open(place: IJournalPlace): Promise<JournalWriter> {
    const known = this._writers.get(place.id);
    if (known) {
      return known;
    }
    const opening = this._create(place);
    this._writers.set(place.id, opening);
    try {
      return await opening;
    } catch (error) {
      this._writers.delete(place.id);
      throw error;
    }
  }

  /** Hear of it when events of a run cannot be written. */
  onWriteError(id: string, listener: (error: unknown) => void): IDisposable {
    this._errorListeners.set(id, listener);
    return { dispose: () => void this._errorListeners.delete(id) };
  }

  /** Close the writer of a run, if there is one: the run is over, or the server ends. */
  async close(id: string): Promise<void> {
    const writer = this._writers.get(id);
    if (writer) {
      await (await writer).close();
      this._writers.delete(id);
    }
  }

  /** Close all writers: the server ends. */
  async closeAll(): Promise<void> {
    await Promise.all([...this._writers.keys()].map(id => this.close(id)));
  }

  /** Events of a run that are written, in order, with stored contents put back, one after the other. */
  async *read(place: IJournalPlace, range: IJournalRange = {}): AsyncGenerator<JournalEvent> {
    await this._flush(place.id);
    const blobs = new BlobStore(place.automationFolder);
    const file = journalPathOf(place.automationFolder, place.id);
    for await (const event of readRange(file, range)) {
      yield await expandEvent(event, blobs);
    }
  }

  /**
   * Replay the journal of a run after a number, then go on live: no gap, no repetition, and never
   * before this call has returned.
   *
   * @param reading - what is read
   * @param onEnd - called once, after the final event
   */
  follow(
    place: IJournalPlace,
    reading: IReading,
    onEvent: (event: JournalEvent) => void,
    onEnd: () => void
  ): IDisposable {
    const reader = new Reader(reading.after, onEvent, onEnd);
    this._pump(place, reading, reader).catch(error => {
      this._log.error(`the journal of run ${place.id} cannot be read`, error);
      reader.end();
    });
    return { dispose: () => reader.dispose() };
  }

  private async _pump(
    place: IJournalPlace,
    { isOver, isTail = false }: IReading,
    reader: Reader
  ): Promise<void> {
    const file = journalPathOf(place.automationFolder, place.id);
    const blobs = new BlobStore(place.automationFolder);
    const writer = isOver ? null : await this.open(place);
    const tail = isTail ? new TextTail(event => reader.deliver(event)) : null;
    let offset = reader.last > 0 ? await findLine(file, reader.last + 1) : 0;
    let seq = 0;
    while (!reader.isDisposed) {
      for await (const { event, nextOffset } of readJournal(file, offset)) {
        const bytes = nextOffset - offset;
        offset = nextOffset;
        seq = event.seq;
        if (event.seq > reader.last) {
          const whole = await expandEvent(event, blobs);
          if (tail) {
            tail.take(whole, bytes);
          } else {
            reader.deliver(whole);
          }
        }
        if (reader.isDisposed) {
          return;
        }
      }
      tail?.flush();
      // A number from a journal that was longer once, before the disk lost its end.
      reader.last = Math.min(reader.last, Math.max(seq, writer?.seq ?? 0));
      if (!writer) {
        reader.end();
        return;
      }
      if (reader.attach(writer)) {
        return;
      }
    }
  }

  private async _create(place: IJournalPlace): Promise<JournalWriter> {
    const file = journalPathOf(place.automationFolder, place.id);
    return new JournalWriter(file, await recoverJournal(file), {
      blobs: new BlobStore(place.automationFolder),
      clock: this._clock,
      onError: error => {
        this._log.error(`events of run ${place.id} could not be written`, error);
        this._errorListeners.get(place.id)?.(error);
      },
      onListenerError: error => this._log.error(`a reader of run ${place.id} failed`, error)
    });
  }

  private async _flush(id: string): Promise<void> {
    const writer = this._writers.get(id);
    await (await writer)?.flush();
  }

  private readonly _writers = new Map<string, Promise<JournalWriter>>();
  private readonly _errorListeners = new Map<string, (error: unknown) => void>();
}

/** One who follows a journal. */
class Reader {
  constructor(
    public last: number,
    private readonly _onEvent: (event: JournalEvent) => void,
    private readonly _onEnd: () => void
  ) {}

  isDisposed = false;

  /** Deliver an event that is new to the reader; the final one ends it. */
  deliver(event: JournalEvent): void {
    if (this.isDisposed || event.seq <= this.last) {
      return;
    }
    this.last = event.seq;
    this._onEvent(event);
    if (event.kind === 'state' && isFinal(event.state)) {
      this.end();
    }
  }

  /** Go on live; false when more of the file must be read first. */
  attach(writer: JournalWriter): boolean {
    const subscription = writer.attach(this.last, event => this.deliver(event));
    if (subscription && this.isDisposed) {
      subscription.dispose();
    } else {
      this._subscription = subscription;
    }
    return subscription !== null;
  }

  end(): void {
    if (!this.isDisposed) {
      this.dispose();
      this._onEnd();
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this._subscription?.dispose();
    this._subscription = null;
  }

  private _subscription: IDisposable | null = null;
}
