import type { JsonObject } from '../../core/json';
import type { IScriptContext } from '../../core/run/execution';
import type { IProgressEntry, OutputMessageType, TimingEntry } from '../../core/run/journal';
import { ProgressLines, readProgressOutput } from '../../core/run/progressProtocol';
import { TextBatches } from './textBatches';
import type { IText } from './textBatches';

/** Numbers that the spans of one script may have; each script of a run has its own range. */
const SPANS_PER_SCRIPT = 1_000_000;

/** Bytes of stderr that the error of a program with a protocol carries. */
const STDERR_BYTES = 64 * 1024;

const TAIL_LINES = 20;
const TAIL_LINE_LENGTH = 500;

/** How a span ends. */
export interface ISpanEnd {
  isOk: boolean;
  error?: { name: string; message: string };
  executionCount?: number | null;
  /** Milliseconds since the epoch, with fractions; now when left out. */
  atMs?: number;
}

/** A span that a script writes into the journal. */
export interface ISpan {
  name: string;
  /** Index of the cell in the notebook; left out for the script itself and for stages of ours. */
  cell?: number;
  /** Code cells to run, for a notebook. */
  cells?: number;
  atMs?: number;
  /** A stage such as the start of the kernel: it carries neither script nor cell. */
  isStage?: boolean;
}

/**
 * Writes what one script does into the journal of its run: spans, text and messages, in their order.
 */
export class ScriptJournal {
  constructor(private readonly _context: Pick<IScriptContext, 'emit' | 'index' | 'script'>) {
    this._number = _context.index * SPANS_PER_SCRIPT;
    if (_context.script.protocol) {
      this._progress = new ProgressLines({
        onProgress: entry => this._passProgress(entry),
        onWarning: message => {
          const cell = this._progressCell;
          this._texts.add({ stream: 'stderr', text: `${message}\n`, cell });
        }
      });
    }
  }

  /** The last 64 KiB that the script itself wrote to stderr; gathered only with a protocol. */
  get stderr(): string {
    return lastBytes(this._stderr, STDERR_BYTES);
  }

  /** Begin the span of the script. */
  beginScript(name: string, cells?: number): void {
    this._script = this.begin({ name, cells });
  }

  /** End the span of the script, and those that are still open within it. */
  endScript(end: ISpanEnd): void {
    this._progress?.end();
    for (const id of [...this._open.keys()].reverse()) {
      this.end(id, end);
    }
    this._texts.close();
  }

  /** Pass on what was said, and end nothing: another server goes on. */
  leave(): void {
    this._texts.close();
  }

  /**
   * Begin a span within that of the script.
   *
   * @returns its number, for `end`
   */
  begin(span: ISpan): number {
    this._texts.flush();
    const id = ++this._number;
    const own = span.isStage
      ? {}
      : {
          script: this._context.index,
          ...(span.cell === undefined ? {} : { cell: span.cell }),
          ...(span.cells === undefined ? {} : { cells: span.cells })
        };
    this._open.set(id, { cell: span.cell, isStage: span.isStage === true });
    this._write({
      n: id,
      ph: 'B',
      id,
      parent: this._script,
      lane: 'server',
      name: span.name,
      t: this._microseconds(span.atMs),
      cpu: null,
      ...own
    });
    return id;
  }

  /** End a span; nothing happens when it ended already. */
  end(id: number, end: ISpanEnd): void {
    const span = this._open.get(id);
    if (!span) {
      return;
    }
    this._open.delete(id);
    this._texts.flush();
    this._write({
      n: ++this._number,
      ph: 'E',
      id,
      t: this._microseconds(end.atMs),
      cpu: null,
      ok: end.isOk,
      ...(end.error ? { error: end.error } : {}),
      ...(span.isStage ? {} : { script: this._context.index }),
      ...(span.cell === undefined
        ? {}
        : { cell: span.cell, execution_count: end.executionCount ?? null })
    });
  }

  /** Write text of a stream; with a protocol stdout says how far the run is. */
  text(stream: 'stdout' | 'stderr', text: string, cell: number | null = null): void {
    if (!this._progress) {
      this._texts.add({ stream, text, cell });
    } else if (stream === 'stdout') {
      this._progressCell = cell;
      this._progress.push(text);
    } else {
      this._stderr = (this._stderr + text).slice(-STDERR_BYTES);
      this._texts.add({ stream, text, cell });
    }
  }

  /** Write a rich output; one that says how far the run is becomes progress. */
  message(type: OutputMessageType, content: JsonObject, cell: number | null = null): void {
    this._texts.flush();
    const progress = readProgressOutput(content);
    if (progress) {
      this._context.emit(progress.entry);
      if (progress.isAlone) {
        return;
      }
    }
    const { index } = this._context;
    this._context.emit({ kind: 'output', script: index, cell, message: { type, content } });
  }

  /** The last lines of text on both streams, at most 20, each cut to 500 characters. */
  tail(): string[] {
    this._texts.flush();
    const lines = this._tail.split('\n').map(line => {
      // What a progress bar wrote over is not seen on a screen either.
      const shown = line.replace(/\r+$/, '');
      return shown.slice(shown.lastIndexOf('\r') + 1).slice(0, TAIL_LINE_LENGTH);
    });
    if (lines[lines.length - 1] === '') {
      lines.pop();
    }
    return lines.slice(-TAIL_LINES);
  }

  private _passProgress(entry: IProgressEntry): void {
    this._texts.flush();
    this._context.emit(entry);
  }

  private _passText(piece: IText): void {
    const { stream, cell, text } = piece;
    this._context.emit({ kind: 'output', script: this._context.index, cell, stream, text });
    this._tail += text;
    if (this._tail.length > 64 * 1024) {
      this._tail = this._tail.slice(-32 * 1024);
    }
  }

  /** Times never run backwards and never lie ahead, whatever the kernel's clock says. */
  private _microseconds(atMs = Date.now()): number {
    const now = Date.now() * 1000;
    this._time = Math.max(this._time, Math.min(Math.round(atMs * 1000), now));
    return this._time;
  }

  private _write(entry: TimingEntry): void {
    this._context.emit({ kind: 'timing', entries: [entry] });
  }

  private readonly _open = new Map<number, { cell: number | undefined; isStage: boolean }>();
  private readonly _texts = new TextBatches(piece => this._passText(piece));
  private readonly _progress: ProgressLines | null = null;
  private _progressCell: number | null = null;
  private _stderr = '';
  private _tail = '';
  private _script = 0;
  private _number: number;
  private _time = 0;
}

/** The end of a text, at most so many bytes of UTF-8, from the begin of a character on. */
function lastBytes(text: string, bytes: number): string {
  const all = Buffer.from(text);
  let from = Math.max(0, all.length - bytes);
  while (from < all.length && (all[from] & 0xc0) === 0x80) {
    from += 1;
  }
  return all.subarray(from).toString('utf8');
}
