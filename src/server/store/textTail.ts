import { isText, type JournalEvent } from '../../core/run/journal';

type ITextEvent = Extract<JournalEvent, { text: string }>;

/** Bytes of text in a row that are told of at least, as lines of the journal. */
const TAIL_BYTES = 256 * 1024;

/**
 * Hands on the events of a journal without the begin of long text: of many texts in a row the last ones alone, the
 * first of which says that it comes after a gap. So who comes late reads little, and each cell has its own tail.
 */
export class TextTail {
  constructor(private readonly _pass: (event: JournalEvent) => void) {}

  /**
   * Take the next event.
   *
   * @param bytes - of its line
   */
  take(event: JournalEvent, bytes: number): void {
    if (event.kind !== 'output' || !isText(event)) {
      this.flush();
      this._pass(event);
      return;
    }
    this._waiting.push({ event, bytes });
    this._bytes += bytes;
    while (this._bytes - this._waiting[0].bytes >= TAIL_BYTES) {
      this._bytes -= this._waiting.shift()?.bytes ?? 0;
      this._hasGap = true;
    }
  }

  /** Hand on what waits for text after it: the journal ends here, or goes on live. */
  flush(): void {
    const waiting = this._waiting;
    this._waiting = [];
    this._bytes = 0;
    for (const { event } of waiting) {
      this._pass(this._hasGap ? { ...event, isAfterGap: true } : event);
      this._hasGap = false;
    }
  }

  private _waiting: { event: ITextEvent; bytes: number }[] = [];
  private _bytes = 0;
  private _hasGap = false;
}
