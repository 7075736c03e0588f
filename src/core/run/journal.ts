import type { JsonObject } from '../json';
import type { IRunError, RunState } from './run';

/**
 * Events of a run's journal: append-only, one JSON object a line. `seq` counts from 1 without gaps,
 * `time` is RFC 3339 UTC with milliseconds. Every view of a run is a fold over these.
 */
export type JournalEvent = { seq: number; time: string } & JournalEntry;

/** An event before the journal gives it its number and time. */
export type JournalEntry = IStateEntry | IProgressEntry | ITextEntry | IMessageEntry | ITimingEntry;

/** The run changed its state. */
export interface IStateEntry {
  kind: 'state';
  state: RunState;
  asker?: string;
  /** 1 + queued runs before it, with `queued`. */
  position?: number;
  error?: IRunError;
  return_code?: number;
  /** With `queued`: when it starts at the earliest. */
  retry_at?: string;
  /** With `running`: another server goes on with it. */
  attached?: true;
  leader?: string;
}

/** The run said how far it is; the newest counts. */
export interface IProgressEntry {
  kind: 'progress';
  /** 0–1, or null when only a message is known. */
  fraction: number | null;
  message: string | null;
  source: 'explicit' | 'estimate' | 'cells';
}

/** Text on a stream of a script. */
export interface ITextEntry {
  kind: 'output';
  /** Index of the script, from 0. */
  script: number;
  /** Index of the cell in the notebook, from 0, Markdown cells included; null outside of notebooks. */
  cell: number | null;
  stream: 'stdout' | 'stderr';
  text: string;
  /** True for who reads the topic `tail:<run>`: text right before this is left out. Never in a journal. */
  isAfterGap?: true;
}

/** Output message types of the Jupyter protocol that reach the journal. */
export type OutputMessageType =
  'display_data' | 'update_display_data' | 'execute_result' | 'clear_output' | 'error';

/** A rich output: a message of the Jupyter protocol, type and content as the kernel sent them. */
export interface IMessageEntry {
  kind: 'output';
  script: number;
  cell: number | null;
  message: { type: OutputMessageType; content: JsonObject };
}

/** One begin or end, see `timing.md` §3.1; times are integer microseconds since the epoch. */
export type TimingEntry =
  | {
      n: number;
      ph: 'B';
      id: number;
      /** 0 is the run itself. */
      parent: number;
      lane: string;
      /** For a cell `cell 3 “Fit the model”`. */
      name: string;
      t: number;
      cpu: number | null;
      script?: number;
      cell?: number;
      /** Code cells to run in this script, given with the begin of the script. */
      cells?: number;
    }
  | {
      n: number;
      ph: 'E';
      id: number;
      t: number;
      cpu: number | null;
      ok: boolean;
      error?: { name: string; message: string };
      script?: number;
      cell?: number;
      execution_count?: number | null;
    };

/** Spans of time: scripts and cells begin and end. */
export interface ITimingEntry {
  kind: 'timing';
  entries: TimingEntry[];
}

/** Tell a stream's text from a rich output. */
export function isText(entry: ITextEntry | IMessageEntry): entry is ITextEntry {
  return 'stream' in entry;
}
