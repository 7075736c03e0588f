import type { Identity } from '../../core/access/identity';
import type { IAutomation } from '../../core/automation/automation';
import type { IQueueState, ITurn } from '../../core/api';
import type { InputValues } from '../../core/batch/batch';
import type { JsonValue } from '../../core/json';
import type { JournalEvent } from '../../core/run/journal';
import type { Lane } from '../../core/run/lane';
import type { IRunBatch, IRunProblem, IRunRecord, RunState } from '../../core/run/run';
import type { IUnfinishedRun } from '../store/activity';
import type { IJournalRange } from '../store/journalFile';

/** Ends a subscription; a second call does nothing. */
export interface IDisposable {
  dispose(): void;
}

/** Everything that the queue must know of a run that somebody asks for. */
export interface IEnsureRequest {
  /** Id for a new run, 32 lower-case letters and digits; a joined run keeps its own. */
  id: string;
  key: string;
  automation: IRunRecord['automation'];
  batch: IRunBatch;
  /** Absolute folder below which its home lies: that of the automation, or of a test its own. */
  automationFolder: string;
  /** For the record: secrets left out, files as digests. */
  inputs: Record<string, JsonValue>;
  code: string;
  datasets: Record<string, string>;
  kernel: string;
  /** Name of who asks. */
  asker: string;
  /** What scripts may know of who asks; default the name alone. */
  identity?: Identity;
  priority: number;
  /** Whose slots it takes. Default `run`. */
  lane?: Lane;
  retryOf: string | null;
  problems: IRunProblem[];
  /** True when the automation runs one batch at a time (`environment.batch: single`). */
  isSingle: boolean;
  /** ENVIRONMENT values by variable id: held in memory only, never written. */
  secrets: Readonly<Record<string, string>>;
  /** Number of the attempt. Default 1. */
  attempt?: number;
  /** It does not start before this time (RFC 3339). Default at once. */
  retryAt?: string;
  /** True when the result of an earlier run of the same work may answer. Default false. */
  allowsCached?: boolean;
}

/** Answer of `ensureRun`. */
export interface IEnsureResult {
  run: IRunRecord;
  joined: boolean;
  cached: boolean;
  /** 1 + queued runs before it; null unless queued. */
  position: number | null;
}

/** What lists sort and look for of a run. */
export type IRunBrief = Pick<IRunRecord, 'batch' | 'state' | 'created' | 'started' | 'ended'>;

/** Which runs to list, newest first. */
export interface IRunFilter {
  /** Automation id. */
  automation?: string;
  /** Batch slug. */
  batch?: string;
  lane?: Lane;
  states?: readonly RunState[];
  /** Only runs created before this time (RFC 3339). */
  before?: string;
  /** Only runs that come after this one in the list, by its id; none when it is unknown. */
  beforeRun?: string;
  /** Default 100. */
  limit?: number;
}

/** Which part of the queue is told. */
export interface IQueueQuery {
  /** How many waiting runs are left out of the list. Default 0. */
  after?: number;
  /** How many are listed. Default `QUEUE_LIST_LENGTH`. */
  limit?: number;
  /** Leaves out what somebody may not know. Default nothing. */
  isVisible?: (run: IUnfinishedRun) => boolean;
}

/** Bounded, durable queue of runs. State is in SQLite, histories in `.crosscompute/history/`. */
export interface IRunQueue {
  /** Recover what an earlier server left, then start runs as slots are free. */
  start(): Promise<void>;
  /**
   * Join the run that is already queued or running under the same key, or answer with an earlier result where the
   * request allows it, or queue a run.
   *
   * @throws {HttpError} 429 `queue-full`
   */
  ensureRun(request: IEnsureRequest): Promise<IEnsureResult>;
  /** @throws {HttpError} 404 `run-unknown`, 409 `already-final`; resolves when the run is final */
  stop(id: string): Promise<void>;
  /** @throws {HttpError} 429 `queue-full` when there is no room for so many further runs of a name */
  requireRoom(asker: string, count: number): void;
  /**
   * Write down that a run cannot be queued: it failed before it could begin. That counts, and it can be repeated.
   *
   * @param cause - what was thrown
   */
  refuse(request: IEnsureRequest, cause: unknown): Promise<void>;
  /** Tell that runs of an automation are about to be asked for, or (negative) were, or never will be. */
  expect(automation: string, change: number): void;
  /**
   * Stop all runs of an automation; none of those that wait begins meanwhile. They end in the background.
   *
   * @returns how many there are
   */
  stopAll(automation: string): number;
  /**
   * Want a run no more: the asker leaves, and the run ends when that was the last one.
   *
   * @returns true when others still want it, and it goes on
   * @throws {HttpError} as `stop`
   */
  leave(id: string, asker: string): Promise<boolean>;
  /** Put a queued run before all others. @throws {HttpError} 404 `run-unknown`, 409 `not-queued` */
  first(id: string): void;
  /**
   * Hold back new starts, also after a restart; executing runs go on.
   *
   * @param automation - id of the one that is meant; default all
   */
  pause(automation?: string): void;
  /** Start queued runs again, of one automation or of all that are not held back by themselves. */
  resume(automation?: string): void;
  /** @returns null for an unknown id */
  get(id: string): IRunRecord | null;
  /** Newest first. */
  list(filter: IRunFilter): IRunRecord[];
  /** The newest run of a batch; null when it never ran. */
  newest(automation: string, batch: string): IRunRecord | null;
  /** The newest run of every batch of an automation, by batch slug, in one query. */
  newestByBatch(automation: string): Map<string, IRunRecord>;
  /** The same with what lists look at alone, so that ten thousand take little memory. */
  briefsByBatch(automation: string): Map<string, IRunBrief>;
  /** 1 + queued runs of its lane before it; null unless queued. */
  position(id: string): number | null;
  /** Runs that execute in its lane and queued runs before it; 0 unless queued. */
  ahead(id: string): number;
  /** When it is the turn of each of some runs, by one look for all; unknown ids are left out. */
  turns(ids: readonly string[]): Map<string, ITurn>;
  /** Tell whether a run executes that a server before this one began, or one that it follows. */
  isAttached(id: string): boolean;
  /** How far a run is: 1 when done, the newest of its events while it runs, nulls when nothing is known. */
  progress(id: string): { fraction: number | null; message: string | null };
  /** Forget a final run: its history folder and its row. @throws {HttpError} 404 `run-unknown`, 409 `not-final` */
  remove(id: string): Promise<void>;
  /**
   * Let a final run stay in the history however old it is, or no more.
   *
   * @throws {HttpError} 404 `run-unknown`, 409 `not-final`
   */
  pin(id: string, isPinned: boolean): Promise<void>;
  /** Note that outputs of a run are in a document, so that it stays. Never rejects; nothing happens for an unknown id. */
  notePrinted(id: string): Promise<void>;
  /** Ids of automations whose runs are told in the state. */
  automations(): string[];
  /** What runs and what waits, in order. */
  state(query?: IQueueQuery): IQueueState;
  /** Called after every change of the queue or of a run's state. */
  onChange(listener: (run: IRunRecord | null) => void): IDisposable;
  /**
   * Replay the journal of a run after a sequence number, then go on live: no gap, no repetition.
   *
   * @param onEnd - called once when the final event was delivered
   * @param isTail - true leaves out the begin of long text that is there already
   */
  follow(
    id: string,
    afterSeq: number,
    onEvent: (event: JournalEvent) => void,
    onEnd: () => void,
    isTail?: boolean
  ): IDisposable;
  /** Events so far, in order; all of them unless a part is wanted. @throws {HttpError} 404 `run-unknown` */
  journal(id: string, range?: IJournalRange): AsyncIterable<JournalEvent>;
  /**
   * Make an automation known whose history may hold runs that the index does not: reads
   * `.crosscompute/history/*\/run.json` of the folder, adds them, resumes queued ones.
   */
  adopt(automationFolder: string): Promise<void>;
  /** How many runs have a slot. */
  readonly executing: number;
  /**
   * No new starts from now on; what is asked for waits for the next server.
   *
   * @param patience - aborted when runs have had their time
   * @returns when nothing executes any more, or when patience is over
   */
  drain(patience: AbortSignal): Promise<void>;
  /**
   * No new starts; running runs end as `stopped`; state is on disk when it resolves.
   *
   * @param outlivesUs - tells of an engine, by its id, that its kernels go on without this server: runs that can are
   * left to the next one. Default: none does
   */
  close(outlivesUs?: (engineId: string) => boolean): Promise<void>;
}

/** A run that is about to execute, with the automation as it is now. */
export interface IPreparedRun {
  automation: IAutomation;
  /** Absolute path of the batch or run folder. */
  folder: string;
  /** Values to write as input files; null when the files already lie there. */
  inputs: InputValues | null;
  /** Absolute input folder from which files among `inputs` are copied, such as that of a reference. */
  filesFrom?: string;
  /** Key and code digest as they are now; when they differ from the record the run is re-keyed. */
  key: string;
  code: string;
  /** Digests of the datasets as they are now, for the record. */
  datasets: Record<string, string>;
  /** Remarks for the record, such as a dataset that could not be brought up to date. */
  problems: readonly IRunProblem[];
  /** Complete environment for scripts, without the five folders and without secrets. */
  environment: Record<string, string>;
  /** Variables that scripts get as files in `debug/`, by name; gone after the run. Default none. */
  fileVariables?: Readonly<Record<string, string>>;
}

/** Gives the queue what it needs when a slot is free. Implemented by the sites. */
export interface IRunSource {
  /**
   * @throws {ConfigError} when the automation has errors now; the run fails as `configuration-invalid`
   */
  prepare(run: IRunRecord): Promise<IPreparedRun>;
  /** Absolute path of a configuration, from its path in a record. */
  configurationPath(relative: string): string;
  /** Put datasets that replace inputs into an absolute input folder. */
  placeDatasets(automation: IAutomation, inputFolder: string): Promise<void>;
  /** Take over, after a successful run, what datasets get from an absolute output folder. */
  takeDatasets(automation: IAutomation, outputFolder: string): Promise<void>;
  /** Put uploaded files (`{"uri": "/f/<id>"}`) under a path pattern into a folder. */
  placeUpload(uri: string, folder: string, pattern: string): Promise<void>;
}
