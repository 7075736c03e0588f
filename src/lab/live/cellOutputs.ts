import type { IOutput } from '@jupyterlab/nbformat';
import { isJsonObject, type JsonObject } from '../../core/json';
import type { IMessageEntry } from '../../core/run/journal';
import { TerminalText } from './terminalText';

/** Lines of one stream output that are shown; the log has more. */
const MAX_STREAM_LINES = 1000;

type Item =
  | { kind: 'stream'; name: 'stdout' | 'stderr'; text: TerminalText; output: IOutput | null }
  | { kind: 'rich'; displayId: string | null; output: IOutput };

/**
 * The outputs of one cell, from its messages, as a notebook would show them. An output that did not
 * change is the same object when it is read again.
 */
export class CellOutputs {
  /** Outputs in their order. */
  get outputs(): IOutput[] {
    return this._items.map(item => {
      if (item.kind === 'stream') {
        item.output ??= { output_type: 'stream', name: item.name, text: item.text.toString() };
        return item.output;
      }
      return item.output;
    });
  }

  /** Lines of streams that are not shown. */
  get omittedLines(): number {
    return this._items.reduce(
      (sum, item) => sum + (item.kind === 'stream' ? item.text.omittedLines : 0),
      0
    );
  }

  /** True when text is missing whose lines nobody counted; the log has it. */
  get hasGap(): boolean {
    return this._hasGap;
  }

  /** @param isAfterGap - true when text before it is missing */
  appendText(name: 'stdout' | 'stderr', text: string, isAfterGap = false): void {
    this._clearIfPending();
    this._hasGap ||= isAfterGap;
    const last = this._items[this._items.length - 1];
    if (last?.kind === 'stream' && last.name === name) {
      last.text.append(text);
      last.output = null;
      return;
    }
    const written = new TerminalText(MAX_STREAM_LINES);
    written.append(text);
    this._items.push({ kind: 'stream', name, text: written, output: null });
  }

  /** Take a message in; `update_display_data` goes through `update` instead. */
  apply({ type, content }: IMessageEntry['message']): void {
    if (type === 'clear_output') {
      this._isClearPending = content.wait === true;
      if (!this._isClearPending) {
        this._clear();
      }
      return;
    }
    if (type === 'update_display_data') {
      return;
    }
    this._clearIfPending();
    const displayId = displayIdOf(content);
    this._items.push({ kind: 'rich', displayId, output: toOutput(type, content) });
  }

  /**
   * Show new data in every place of a display id.
   *
   * @returns false when this cell has no such place
   */
  update(content: JsonObject): boolean {
    const displayId = displayIdOf(content);
    let isFound = false;
    for (const item of this._items) {
      if (item.kind === 'rich' && displayId !== null && item.displayId === displayId) {
        item.output = { ...item.output, ...bundleOf(content) };
        isFound = true;
      }
    }
    return isFound;
  }

  private _clearIfPending(): void {
    if (this._isClearPending) {
      this._isClearPending = false;
      this._clear();
    }
  }

  private _clear(): void {
    this._items = [];
    this._hasGap = false;
  }

  private _items: Item[] = [];
  private _isClearPending = false;
  private _hasGap = false;
}

/** The display id of a message's content; null when it has none. */
export function displayIdOf(content: JsonObject): string | null {
  const { transient } = content;
  return isJsonObject(transient) && typeof transient.display_id === 'string'
    ? transient.display_id
    : null;
}

function bundleOf(content: JsonObject): { data: JsonObject; metadata: JsonObject } {
  const { data, metadata } = content;
  return {
    data: isJsonObject(data) ? data : {},
    metadata: isJsonObject(metadata) ? metadata : {}
  };
}

function toOutput(type: 'display_data' | 'execute_result' | 'error', content: JsonObject): IOutput {
  if (typeof content.blob === 'string') {
    // Too large for the journal; the executed notebook and the store have it.
    const text = `[output of ${String(content.bytes)} bytes, see the executed notebook]`;
    return { output_type: 'display_data', data: { 'text/plain': text }, metadata: {} };
  }
  if (type === 'error') {
    const { ename, evalue, traceback } = content;
    return {
      output_type: 'error',
      ename: String(ename ?? ''),
      evalue: String(evalue ?? ''),
      traceback: Array.isArray(traceback) ? traceback.map(String) : []
    };
  }
  const count = content.execution_count;
  return {
    output_type: type,
    ...bundleOf(content),
    ...(type === 'execute_result'
      ? { execution_count: typeof count === 'number' ? count : null }
      : {})
  };
}
