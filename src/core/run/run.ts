import type { JsonValue } from '../json';
import type { Lane } from './lane';

/** States of a run; the last four are final and never change. */
export const RUN_STATES = ['queued', 'running', 'done', 'failed', 'stopped', 'lost'] as const;

/** State of a run. */
export type RunState = (typeof RUN_STATES)[number];

/** Tell whether a state is final. */
export function isFinal(state: RunState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Stable codes of a run's error. */
export type RunErrorCode =
  | 'cell-error'
  | 'kernel-died'
  | 'kernel-unknown'
  | 'command-failed'
  | 'command-not-found'
  | 'input-requested'
  | 'output-missing'
  | 'timeout'
  | 'stopped'
  | 'lost'
  | 'disk-full'
  | 'store-failed'
  | 'image-failed'
  | 'configuration-invalid'
  | 'engine-unavailable';

/** Return codes that are ours; 0 is success, n the exit status of a script, 1 a failed cell. */
export const RETURN_CODES = {
  done: 0,
  failed: 1,
  stopped: -1,
  timeout: -2,
  notRunnable: -10,
  imageFailed: -20,
  kernelDied: -30,
  lost: -40,
  /** Of the progress protocol alone: it ended well without its result. */
  noResult: -999
} as const;

/** Why a run did not end well. */
export interface IRunError {
  code: RunErrorCode;
  /** One sentence for a person. */
  message: string;
  /** Index of the script, from 0. */
  script?: number;
  /** Number of the code cell as people count it, from 1. */
  cell?: number;
  /** Name of the exception, such as `ValueError`. */
  name?: string;
  /** Text of the exception. */
  value?: string;
  /** Lines of the traceback, with terminal colours as the kernel sent them. */
  traceback?: string[];
  /** Last lines of what the run wrote, at most 20. */
  tail?: string[];
}

/** Where the run's kernel lives; recorded so that a kernel is never left behind. */
export interface IEngineRecord {
  /** Identifier of the engine, such as `jupyter` or `private`. */
  id: string;
  /** Kernel id, while one exists. */
  kernel: string | null;
  /** Our session with it and the index of the script that it executes, while another server could go on with that. */
  session?: string;
  script?: number;
}

/** A file or key that the scripts did not write, or another remark about a finished run. */
export interface IRunProblem {
  code:
    | 'code-changed'
    | 'output-missing'
    | 'input-unknown'
    | 'log-incomplete'
    | 'outputs-changed'
    | 'dataset-outdated';
  /** Id of the variable concerned; '' for the whole run. */
  variable: string;
  message: string;
}

/**
 * Which batch a run belongs to. A run made from the form is its own batch: slug = run id, folder `runs/<id>`; so is that
 * of a test, which is shown nowhere.
 */
export interface IRunBatch {
  slug: string;
  name: string;
  /** POSIX path relative to the automation's folder. */
  folder: string;
  kind: 'folder' | 'row' | 'form' | 'test';
}

/**
 * The record of a run: `run.json` in its history folder. Holds no secret: neither passwords nor
 * ENVIRONMENT values nor tokens. All times are RFC 3339 UTC with milliseconds.
 */
export interface IRunRecord {
  /** 32 lower-case letters and digits. */
  id: string;
  /** Run key, lower-case hex SHA-256. */
  key: string;
  automation: {
    /** Identifier in the API, see `automationId`. */
    id: string;
    slug: string;
    version: string;
    /** Path of the configuration relative to the server's root folder. */
    configuration: string;
  };
  batch: IRunBatch;
  state: RunState;
  created: string;
  started: string | null;
  ended: string | null;
  /** Names of who asked; no tokens. */
  askers: string[];
  /** 10 a person's run, 0 a sweep, 20 put first. */
  priority: number;
  /** Whose slots it takes, see `laneOf`; absent in records of earlier versions. */
  lane?: Lane;
  /** Id of the run whose outputs this one takes over; null when it executes itself. */
  leader: string | null;
  /** Id of the run that this one repeats. */
  retryOf: string | null;
  /** 1 for the first, 2 for the first that repeats it by itself; absent in records of earlier versions. */
  attempt?: number;
  /** It does not start before this time; absent for at once. */
  retry_at?: string;
  /** Input values; files as `{"file": "sha256:…", "name": …}`; secrets left out. */
  inputs: Record<string, JsonValue>;
  /** Digest of the code, `sha256:…`. */
  code: string;
  datasets: Record<string, string>;
  /** Kernel spec name, or `command`. */
  kernel: string;
  engine: IEngineRecord;
  return_code: number | null;
  error: IRunError | null;
  /** Path relative to the batch folder (such as `output/report.txt`) → `sha256:…`. */
  outputs: Record<string, string>;
  problems: IRunProblem[];
  /** True when somebody wants it to stay however old it is. */
  pinned?: boolean;
  /** When outputs of it were last put into a document; absent when they never were. */
  printed?: string;
}

/** Tell whether a run stays however old it is: somebody pinned it, or it was printed. */
export function isKept({ pinned, printed }: Pick<IRunRecord, 'pinned' | 'printed'>): boolean {
  return pinned === true || typeof printed === 'string';
}

/** Priorities of the queue, see `order.ts`. */
export const PRIORITIES = { first: 20, interactive: 10, sweep: 0, background: -10 } as const;
