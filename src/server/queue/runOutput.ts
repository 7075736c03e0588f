import {
  isText,
  type IMessageEntry,
  type ITextEntry,
  type JournalEntry
} from '../../core/run/journal';
import { utf8Length } from '../../core/run/utf8';
import type { IRunError } from '../../core/run/run';
import type { SecretMask, StreamMask } from './secretMask';
import type { TextFile } from './textFile';

/** Lines of output that an error carries. */
const TAIL_LINES = 20;

/** UTF-16 units of output that are remembered for them. */
const TAIL_LENGTH = 16 * 1024;

/** Bytes of text that a run may write. */
export const MAX_OUTPUT_BYTES = 1024 ** 3;

/** What is kept of an error, in UTF-16 units and lines: its event has to stay a line of the journal. */
const MAX_MESSAGE_LENGTH = 8 * 1024;
/** The same for a program whose message ends with the last 64 KiB of its stderr. */
const MAX_PROGRAM_MESSAGE_LENGTH = 65 * 1024;
/** UTF-16 units of that message as JSON, in which a control character takes six. */
const MAX_PROGRAM_JSON_LENGTH = 128 * 1024;
const MAX_LINE_LENGTH = 1_000;
const MAX_TRACEBACK_LINES = 100;

type Stream = ITextEntry['stream'];

/** A stream with what its last text belonged to. */
interface IStream {
  mask: StreamMask;
  file: TextFile;
  last: ITextEntry | null;
}

/**
 * Takes what scripts say, without the secrets in it, to the journal and to `debug/stdout.txt` and
 * `stderr.txt`.
 */
export class RunOutput {
  constructor(
    private readonly _append: (entry: JournalEntry) => void,
    files: Record<Stream, TextFile>,
    private readonly _mask: SecretMask,
    private readonly _maxBytes = MAX_OUTPUT_BYTES
  ) {
    this._streams = {
      stdout: { mask: _mask.stream(), file: files.stdout, last: null },
      stderr: { mask: _mask.stream(), file: files.stderr, last: null }
    };
  }

  /** The last lines of both streams. */
  get tail(): string[] {
    const lines = this._tail.replace(/\r?\n$/, '').split('\n');
    return this._tail ? lines.slice(-TAIL_LINES) : [];
  }

  /** Take an entry of a script; never throws, and does nothing after `close`. */
  emit(entry: JournalEntry): void {
    if (this._isClosed) {
      return;
    }
    if (entry.kind === 'output' && isText(entry)) {
      this._emitText(entry);
      return;
    }
    // What was said before stays before.
    this._flush();
    if (entry.kind === 'output') {
      this._append({ ...entry, message: this._mask.json(entry.message) } as IMessageEntry);
    } else if (entry.kind === 'progress' && entry.message !== null) {
      this._append({ ...entry, message: this._mask.text(entry.message) });
    } else if (entry.kind !== 'state') {
      // States are the runner's to tell.
      this._append(entry);
    }
  }

  /** An error as it may be kept: without secrets, bounded, with the last lines of output. */
  describe(error: IRunError): IRunError {
    const cut = (text: string, length: number) => this._mask.text(text).slice(0, length);
    const cutLine = (line: string) => cut(line, MAX_LINE_LENGTH);
    const isLong =
      error.code === 'command-failed' &&
      JSON.stringify(error.message).length <= MAX_PROGRAM_JSON_LENGTH;
    const length = isLong ? MAX_PROGRAM_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH;
    const described: IRunError = { ...error, message: cut(error.message, length) };
    if (error.value !== undefined) {
      described.value = cut(error.value, MAX_MESSAGE_LENGTH);
    }
    if (error.traceback !== undefined) {
      described.traceback = error.traceback.slice(-MAX_TRACEBACK_LINES).map(cutLine);
    }
    const tail = (error.tail ?? this.tail).slice(-TAIL_LINES).map(cutLine);
    if (tail.length) {
      described.tail = tail;
    }
    return described;
  }

  /** Say the rest, and give the files back. */
  async close(): Promise<void> {
    this._flush();
    this._isClosed = true;
    await Promise.all([this._streams.stdout.file.close(), this._streams.stderr.file.close()]);
  }

  /** Say what waits for more of its text. */
  flush(): void {
    this._flush();
  }

  private _emitText(entry: ITextEntry): void {
    const stream = this._streams[entry.stream];
    const { last } = stream;
    if (last && (last.script !== entry.script || last.cell !== entry.cell)) {
      this._flushStream(stream);
    }
    stream.last = entry;
    this._write(entry, stream.mask.push(entry.text));
  }

  private _flush(): void {
    this._flushStream(this._streams.stdout);
    this._flushStream(this._streams.stderr);
  }

  private _flushStream(stream: IStream): void {
    if (stream.last) {
      this._write(stream.last, stream.mask.flush());
    }
  }

  private _write(entry: ITextEntry, text: string): void {
    if (!text || this._isCut) {
      return;
    }
    this._bytes += utf8Length(text);
    if (this._bytes > this._maxBytes) {
      this._isCut = true;
      const notice = `\n[the output is cut off here: a run may write ${this._maxBytes} bytes]\n`;
      this._put({ ...entry, stream: 'stderr', text: notice });
      return;
    }
    this._put({ ...entry, text });
  }

  private _put(entry: ITextEntry): void {
    this._tail = (this._tail + entry.text).slice(-TAIL_LENGTH);
    this._streams[entry.stream].file.append(entry.text);
    this._append(entry);
  }

  private readonly _streams: Record<Stream, IStream>;
  private _tail = '';
  private _bytes = 0;
  private _isCut = false;
  private _isClosed = false;
}
