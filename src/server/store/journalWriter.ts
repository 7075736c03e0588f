import { promises as fs } from 'node:fs';
import type { IProgressEntry, JournalEntry, JournalEvent } from '../../core/run/journal';
import { isFinal } from '../../core/run/run';
import type { IDisposable } from '../queue/queue';
import { whenDescriptorsAreFree } from '../systemError';
import type { BlobStore } from './blobs';
import { formatTime, type IClock } from './clock';
import { JOURNAL_LIMITS, splitEntry, storeLarge } from './journalEntry';
import { formatEvent, type IJournalEnd } from './journalFile';

/** Milliseconds between two progress events of a run; the newest wins. */
export const PROGRESS_INTERVAL_MS = 100;

/** Events that were written last stay in memory, so that a reader can catch up with a fast run. */
const RECENT_EVENTS = 500;
const RECENT_BYTES = 512 * 1024;

/** An entry that waits to be written. */
interface IWaitingEntry {
  time: string;
  entry: JournalEntry;
}

/**
 * Appends to the journal of one run. Events of one turn of the event loop are written together, in
 * their order; those of kind `state` are on the disk before anybody hears of them. Listeners hear of an
 * event when it is written, never before: nobody can know of an event that a crash takes back.
 */
export class JournalWriter {
  /**
   * @param path - absolute path of the journal
   * @param end - where it ends now, see `recoverJournal`
   */
  constructor(
    readonly path: string,
    end: IJournalEnd,
    private readonly _options: JournalWriter.IOptions
  ) {
    this._seq = end.seq;
    this._bytes = end.bytes;
    this._isOver = end.last !== null && isEnd(end.last);
  }

  /** True when the final event is written. */
  get isOver(): boolean {
    return this._isOver;
  }

  /** Number of the last event that is written. */
  get seq(): number {
    return this._seq;
  }

  /** Why the last attempt to write failed; null while all is well. What was not written then is lost. */
  get error(): unknown {
    return this._error;
  }

  /** Append an entry; never throws. Progress that comes too fast waits, and the newest wins. */
  append(entry: JournalEntry): void {
    if (this._isClosed) {
      return;
    }
    if (entry.kind === 'progress') {
      this._appendProgress(entry);
      return;
    }
    if (entry.kind === 'state') {
      // What was said last comes before how it ended.
      this._releaseProgress();
    }
    this._push(entry);
  }

  /**
   * Wait until all that was appended is written. Never rejects, see `error`.
   */
  async flush(): Promise<void> {
    while (this._draining || this._waiting.length) {
      await (this._draining ?? this._drain());
    }
  }

  /**
   * Forget a failed write, so that the next one is tried again: somebody made room.
   */
  clearError(): void {
    this._error = null;
  }

  /**
   * Hear of the events after a number, as far as memory reaches back, and then of each that is written.
   *
   * @param after - number of the last event that the listener knows
   * @returns null when it must read more of the file first; nothing was told then
   */
  attach(after: number, listener: (event: JournalEvent) => void): IDisposable | null {
    const oldest = this._recent.length ? this._recent[0].event.seq : this._seq + 1;
    if (after < this._seq && after < oldest - 1) {
      return null;
    }
    this._listeners.add(listener);
    const missed = this._recent.filter(({ event }) => event.seq > after);
    for (const { event } of missed) {
      if (this._listeners.has(listener)) {
        this._tell(listener, event);
      }
    }
    return { dispose: () => void this._listeners.delete(listener) };
  }

  /** Write what waits and give the file back for now; what is appended later opens it again. */
  async release(): Promise<void> {
    await this.flush();
    const handle = this._handle;
    this._handle = null;
    await handle?.close();
  }

  /** Write what waits and give the file back; what is appended later is dropped. */
  async close(): Promise<void> {
    this._releaseProgress();
    this._isClosed = true;
    await this.flush();
    this._listeners.clear();
    this._recent = [];
    const handle = this._handle;
    this._handle = null;
    await handle?.close();
  }

  private _appendProgress(entry: IProgressEntry): void {
    const last = this._progress;
    if (
      last &&
      last.fraction === entry.fraction &&
      last.message === entry.message &&
      last.source === entry.source
    ) {
      return;
    }
    this._progress = entry;
    if (this._progressTimer) {
      this._isProgressHeld = true;
      return;
    }
    this._push(entry);
    this._awaitProgress();
  }

  private _awaitProgress(): void {
    this._progressTimer = this._options.clock.after(PROGRESS_INTERVAL_MS, () => {
      this._progressTimer = null;
      if (this._isProgressHeld) {
        this._releaseProgress();
        this._awaitProgress();
      }
    });
  }

  private _releaseProgress(): void {
    this._progressTimer?.dispose();
    this._progressTimer = null;
    if (this._isProgressHeld && this._progress) {
      this._isProgressHeld = false;
      this._push(this._progress);
    }
  }

  private _push(entry: JournalEntry): void {
    const time = formatTime(this._options.clock.nowMs());
    for (const part of splitEntry(entry)) {
      this._waiting.push({ time, entry: part });
    }
    if (!this._draining && this._waiting.length) {
      // After this turn, so that what it appends is written together.
      this._draining = new Promise(resolve => setImmediate(resolve)).then(() => this._drain());
    }
  }

  private _drain(): Promise<void> {
    this._draining = this._writeAll().finally(() => {
      this._draining = null;
    });
    return this._draining;
  }

  private async _writeAll(): Promise<void> {
    while (this._waiting.length) {
      const batch = this._waiting.splice(0, RECENT_EVENTS);
      if (this._error) {
        continue;
      }
      try {
        await this._write(batch);
      } catch (error) {
        this._error = error;
        await this._cutTornLine();
        this._options.onError(error);
      }
    }
  }

  private async _write(batch: readonly IWaitingEntry[]): Promise<void> {
    const written: { event: JournalEvent; bytes: number }[] = [];
    const lines: Buffer[] = [];
    let seq = this._seq;
    for (const { time, entry } of batch) {
      const event: JournalEvent = { seq: ++seq, time, ...entry };
      const line = Buffer.from(formatEvent(event));
      lines.push(
        line.length > JOURNAL_LIMITS.lineBytes
          ? Buffer.from(formatEvent(await storeLarge(event, this._options.blobs)))
          : line
      );
      // Who listens now gets the whole content without reading it again.
      written.push({ event, bytes: line.length });
    }
    const bytes = Buffer.concat(lines);
    this._handle ??= await whenDescriptorsAreFree(() => fs.open(this.path, 'a'));
    await this._handle.appendFile(bytes);
    if (batch.some(({ entry }) => entry.kind === 'state')) {
      await this._handle.datasync();
    }
    this._seq = seq;
    this._bytes += bytes.length;
    this._isOver ||= batch.some(({ entry }) => isEnd(entry));
    for (const { event, bytes } of written) {
      this._remember(event, bytes);
      [...this._listeners].forEach(listener => this._tell(listener, event));
    }
  }

  private _remember(event: JournalEvent, bytes: number): void {
    this._recent.push({ event, bytes });
    this._recentBytes += bytes;
    while (this._recent.length > RECENT_EVENTS || this._recentBytes > RECENT_BYTES) {
      this._recentBytes -= this._recent.shift()?.bytes ?? 0;
    }
  }

  private _tell(listener: (event: JournalEvent) => void, event: JournalEvent): void {
    try {
      listener(event);
    } catch (error) {
      this._options.onListenerError(error);
    }
  }

  private async _cutTornLine(): Promise<void> {
    try {
      await this._handle?.truncate(this._bytes);
    } catch (error) {
      // Recovery cuts it off when the journal is opened next.
      this._options.onListenerError(error);
    }
  }

  private readonly _listeners = new Set<(event: JournalEvent) => void>();
  private _seq: number;
  private _bytes: number;
  private _waiting: IWaitingEntry[] = [];
  private _draining: Promise<void> | null = null;
  private _recent: { event: JournalEvent; bytes: number }[] = [];
  private _recentBytes = 0;
  private _handle: fs.FileHandle | null = null;
  private _error: unknown = null;
  private _isClosed = false;
  private _isOver: boolean;
  private _progress: IProgressEntry | null = null;
  private _progressTimer: IDisposable | null = null;
  private _isProgressHeld = false;
}

function isEnd(entry: JournalEntry): boolean {
  return entry.kind === 'state' && isFinal(entry.state);
}

/** A namespace for `JournalWriter` statics. */
export namespace JournalWriter {
  /** What a writer needs. */
  export interface IOptions {
    /** Where outputs go that are too large for a line. */
    blobs: BlobStore;
    clock: IClock;
    /** Called when events could not be written. */
    onError: (error: unknown) => void;
    /** Called when a listener failed; the others go on. */
    onListenerError: (error: unknown) => void;
  }
}
