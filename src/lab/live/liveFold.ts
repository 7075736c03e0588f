import type { IOutput } from '@jupyterlab/nbformat';
import { isText, type JournalEvent, type TimingEntry } from '../../core/run/journal';
import { isFinal, type RunState } from '../../core/run/run';
import { CellOutputs } from './cellOutputs';

/** How far a cell is. */
export type CellState = 'running' | 'done' | 'failed' | 'stopped';

/** A cell as Live shows it; a script without cells is one block. */
export interface ILiveCell {
  /** Unique in the run. */
  key: string;
  /** Index of the script, from 0. */
  script: number;
  /** Index in the notebook, from 0, Markdown cells included; null for a block outside of cells. */
  cell: number | null;
  /** Number of the code cell as people count it, from 1; null outside of cells. */
  number: number | null;
  /** What the cell is about, such as `Fit the model`; '' when it has no name. */
  name: string;
  state: CellState;
  /** Milliseconds since the epoch; null when unknown. */
  startedMs: number | null;
  endedMs: number | null;
  executionCount: number | null;
  outputs: readonly IOutput[];
  /** Lines of text that only the log has. */
  omittedLines: number;
  /** True when there are more of them, which nobody counted. */
  hasGap: boolean;
}

interface IEntry extends Omit<ILiveCell, 'outputs' | 'omittedLines' | 'hasGap'> {
  content: CellOutputs;
  snapshot: ILiveCell | null;
}

/**
 * The cells of a run with their outputs, as a fold over its journal. A cell that did not change is the
 * same object when it is read again.
 */
export class LiveFold {
  /** Cells in the order in which they began. */
  get cells(): readonly ILiveCell[] {
    return [...this._entries.values()].map(entry => {
      if (!entry.snapshot) {
        const { content, snapshot: _, ...rest } = entry;
        const { outputs, omittedLines, hasGap } = content;
        entry.snapshot = { ...rest, outputs, omittedLines, hasGap };
      }
      return entry.snapshot;
    });
  }

  apply(event: JournalEvent): void {
    switch (event.kind) {
      case 'timing':
        event.entries.forEach(entry => this._applyTiming(entry));
        break;
      case 'output':
        if (isText(event)) {
          const entry = this._entry(event.script, event.cell, Date.parse(event.time));
          entry.content.appendText(event.stream, event.text, event.isAfterGap);
        } else if (event.message.type === 'update_display_data') {
          this._update(event.message.content);
        } else {
          this._entry(event.script, event.cell, Date.parse(event.time)).content.apply(
            event.message
          );
        }
        break;
      case 'state':
        if (isFinal(event.state)) {
          this._finish(event.state, Date.parse(event.time));
        }
        break;
    }
  }

  private _applyTiming(timing: TimingEntry): void {
    const { script } = timing;
    if (script === undefined || timing.cell === undefined) {
      return;
    }
    if (timing.ph === 'B') {
      const entry = this._entry(script, timing.cell, timing.t / 1000);
      Object.assign(entry, readName(timing.name), { state: 'running', startedMs: timing.t / 1000 });
    } else {
      const entry = this._entry(script, timing.cell, null);
      entry.state = timing.ok ? 'done' : 'failed';
      entry.endedMs = timing.t / 1000;
      entry.executionCount = timing.execution_count ?? null;
    }
  }

  private _update(content: Parameters<CellOutputs['update']>[0]): void {
    for (const entry of this._entries.values()) {
      if (entry.content.update(content)) {
        entry.snapshot = null;
      }
    }
  }

  private _finish(state: RunState, endedMs: number): void {
    for (const entry of this._entries.values()) {
      if (entry.state === 'running') {
        // A block outside of cells has no end of its own; a cell without one was cut off.
        entry.state = state === 'done' ? 'done' : state === 'failed' ? 'failed' : 'stopped';
        entry.endedMs = endedMs;
        entry.snapshot = null;
      }
    }
  }

  /** The entry of a cell, about to be changed. */
  private _entry(script: number, cell: number | null, startedMs: number | null): IEntry {
    const key = `${script}/${cell ?? ''}`;
    let entry = this._entries.get(key);
    if (!entry) {
      entry = {
        key,
        script,
        cell,
        number: null,
        name: '',
        state: 'running',
        startedMs,
        endedMs: null,
        executionCount: null,
        content: new CellOutputs(),
        snapshot: null
      };
      this._entries.set(key, entry);
    }
    entry.snapshot = null;
    return entry;
  }

  private readonly _entries = new Map<string, IEntry>();
}

/** Take number and title out of `cell 3 “Fit the model”`. */
function readName(text: string): { number: number | null; name: string } {
  const match = /^cell (\d+)(?: “(.*)”)?$/s.exec(text);
  return match ? { number: Number(match[1]), name: match[2] ?? '' } : { number: null, name: text };
}
