import { createHash } from 'node:crypto';
import {
  isText,
  type IMessageEntry,
  type ITextEntry,
  type JournalEntry,
  type JournalEvent,
  type TimingEntry
} from '../../core/run/journal';

type Stream = ITextEntry['stream'];

/**
 * Leaves out what a journal holds already when a script says all again from its begin, and what scripts before it said. Text and rich outputs are
 * compared with those in the journal; where they differ, nobody knows what is missing.
 */
export class SaidBefore {
  /** @param _script - index of the script that says all again */
  constructor(private readonly _script: number) {}

  /** Take an event that the journal holds. */
  take(event: JournalEvent): void {
    if (event.kind === 'timing') {
      event.entries.forEach(entry => this._takeTiming(entry));
    } else if (event.kind === 'output' && event.script === this._script) {
      if (isText(event)) {
        this._texts[event.stream].push(event.text);
      } else {
        this._messages.push(digest(event));
      }
    }
  }

  /**
   * Tell, when a script is over, whether what was said again is something else than what was said, or less.
   *
   * @param script - its index
   */
  isDoubtfulAfter(script: number): boolean {
    this._isDoubtful ||= script === this._script && this._isBehind;
    return this._isDoubtful;
  }

  /**
   * Tell what of an entry the journal does not hold.
   *
   * @returns null when it holds all of it, or when nobody knows any more
   */
  admit(entry: JournalEntry): JournalEntry | null {
    if (this._isDoubtful) {
      return null;
    }
    if (entry.kind === 'timing') {
      const entries = entry.entries.flatMap(each => this._admitTiming(each) ?? []);
      return entries.length ? { ...entry, entries } : null;
    }
    if (entry.kind === 'progress') {
      // Those on the way to where the journal ends would move the bar back.
      return this._isBehind ? null : entry;
    }
    if (entry.kind !== 'output' || entry.script > this._script) {
      return entry;
    }
    if (entry.script < this._script) {
      return null;
    }
    return isText(entry) ? this._admitText(entry) : this._admitMessage(entry);
  }

  private get _isBehind(): boolean {
    const { stdout, stderr } = this._texts;
    return stdout.isLeft || stderr.isLeft || this._messages.length > this._messageCount;
  }

  private _admitText(entry: ITextEntry): ITextEntry | null {
    const rest = this._texts[entry.stream].skip(entry.text);
    if (rest === null) {
      this._isDoubtful = true;
    }
    return rest ? { ...entry, text: rest } : null;
  }

  private _admitMessage(entry: IMessageEntry): IMessageEntry | null {
    if (this._messageCount === this._messages.length) {
      return entry;
    }
    const expected = this._messages[this._messageCount++];
    this._isDoubtful = expected !== null && expected !== digest(entry);
    return null;
  }

  private _takeTiming(entry: TimingEntry): void {
    this._number = Math.max(this._number, entry.n);
    if (entry.script === this._script) {
      if (entry.ph === 'B') {
        this._begun.set(entry.cell ?? null, entry.id);
      } else {
        this._ended.add(entry.id);
      }
    }
  }

  /** Spans of the journal keep their numbers; those that are new get the next ones. */
  private _admitTiming(entry: TimingEntry): TimingEntry | null {
    if (entry.ph === 'E') {
      const id = this._ids.get(entry.id) ?? entry.id;
      return this._ended.has(id) ? null : { ...entry, id, n: ++this._number };
    }
    const known = entry.script === this._script ? this._begun.get(entry.cell ?? null) : undefined;
    if (known !== undefined) {
      this._ids.set(entry.id, known);
      return null;
    }
    const n = ++this._number;
    this._ids.set(entry.id, n);
    return { ...entry, n, id: n, parent: this._ids.get(entry.parent) ?? entry.parent };
  }

  private readonly _texts: Record<Stream, SaidText> = {
    stdout: new SaidText(),
    stderr: new SaidText()
  };
  private readonly _messages: (string | null)[] = [];
  private _messageCount = 0;
  /** Spans by cell; that of the script itself has none. */
  private readonly _begun = new Map<number | null, number>();
  private readonly _ended = new Set<number>();
  /** Numbers of spans as they are said again → in the journal. */
  private readonly _ids = new Map<number, number>();
  private _number = 0;
  private _isDoubtful = false;
}

/** The text of one stream. */
class SaidText {
  push(text: string): void {
    this._parts.push(text);
  }

  get isLeft(): boolean {
    return this._parts.length > 0;
  }

  /** @returns what of a text comes after all that was said; null when it is something else */
  skip(text: string): string | null {
    let rest = text;
    while (rest && this._parts.length) {
      const [part] = this._parts;
      const length = Math.min(part.length, rest.length);
      if (part.slice(0, length) !== rest.slice(0, length)) {
        return null;
      }
      rest = rest.slice(length);
      if (length === part.length) {
        this._parts.shift();
      } else {
        this._parts[0] = part.slice(length);
      }
    }
    return rest;
  }

  private readonly _parts: string[] = [];
}

/** @returns null for what is so large that it was not put back into its event */
function digest({ cell, message }: IMessageEntry): string | null {
  const { type, content } = message;
  if (typeof content.blob === 'string' && Object.keys(content).length === 2) {
    return null;
  }
  return createHash('sha256')
    .update(JSON.stringify([cell, type, content]))
    .digest('base64');
}
