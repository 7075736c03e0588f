import type { StepName } from './automation/automation';
import type { JsonValue } from './json';
import type { IProblem } from './problem';
import type { Lane } from './run/lane';
import type { ITimeRange } from './run/timeLeft';
import type { IRunBatch, IRunError, IRunProblem, IRunRecord, RunState } from './run/run';

/*
 * The words that server and browser say to each other under `api/`. All addresses are relative to
 * the root address of the server; all times are RFC 3339 UTC.
 */

/** Values posted for input variables: a value, or uploaded files. */
export type PostedInputs = Record<string, { value: JsonValue } | { uri: string }>;

/** An automation, as lists and the panel show it. */
export interface IAutomationSummary {
  /** Stable for a configuration: 16 hex digits of the SHA-256 of its path. */
  id: string;
  /** Path of the configuration relative to the root folder. */
  configuration: string;
  name: string;
  slug: string;
  title: string;
  description: string;
  version: string;
  /** Address of the automation's page relative to the root, such as `at/x/automate.yaml/a/x` or `a/x`. */
  uri: string;
  /** Steps that have variables or templates. */
  steps: StepName[];
  /** False while errors keep it closed. */
  isUsable: boolean;
  /** False while errors refuse runs. */
  isRunnable: boolean;
  /** Paths relative to the root folder. */
  problems: IProblem[];
  batchCount: number;
  /** Slug of the first batch, whose inputs fill the form; '' when there is none. */
  firstBatch: string;
  /** Paths of its notebook scripts relative to the root folder. */
  notebooks: string[];
}

/** `POST api/automations/find` asks which automations belong to a file or folder. */
export interface IFindRequest {
  /** Path relative to the root folder: a notebook, a configuration, a batch or run folder, or any folder. */
  path: string;
}

/** What was found, best first. */
export interface IFindResponse {
  /** Nearest first; the automations whose scripts name the notebook come before all others. */
  candidates: IAutomationSummary[];
  /** Id of the automation to open without asking; null when there is none or a person must choose. */
  chosen: string | null;
  /** Slug of the batch (or id of the run) whose folder was asked for; null otherwise. */
  batch: string | null;
}

/** `GET api/automations/{id}/page?step=&batch=`: the page of a step, to be put into a shadow root. */
export interface IPageFragment {
  /** Rendered and sanitised markup. */
  html: string;
  /** Text of the style sheets in order: ours, then the author's. */
  styles: string[];
  /** Addresses of the author's style sheets elsewhere. */
  styleUris: string[];
  title: string;
  step: StepName;
  batch: string;
  /** Changes whenever the markup may differ. */
  stamp: string;
}

/** `GET api/automations/{id}/packages`. */
export interface IPackagesResource {
  /** Id of the automation. */
  automation: string;
  /** Declared packages that are not there, and can be installed from here; as written, such as `numpy>=2`. */
  missing: readonly string[];
  /** What a person types to install the others, which need an administrator; '' for none. */
  byHand: string;
  /** The newest installation since the server started; null for none. */
  installation: IInstallationState | null;
}

/** How an installation of packages goes; the topic `packages:{id}` tells it, and null before the first one. */
export interface IInstallationState {
  state: 'running' | 'done' | 'failed' | 'stopped';
  /** The end of what the package managers said. */
  output: string;
}

/** A batch in a list. */
export interface IBatchSummary {
  slug: string;
  name: string;
  folder: string;
  kind: IRunBatch['kind'];
  /** Text of small input values by id; long ones are cut. Secrets are left out. */
  inputs: Record<string, string>;
  /** Text of small string and number outputs by id. */
  outputs: Record<string, string>;
  /** Addresses of images among the outputs, relative to the root. */
  thumbnails: string[];
  /** Id of its newest run; null when it never ran. */
  run: string | null;
  /** `new` when it never ran. */
  state: RunState | 'new';
  /** Why its newest run did not end well; null when it did, or is not over. */
  error: string | null;
  /** Seconds that its newest run took; null when unknown. */
  durationSeconds: number | null;
  /** True when inputs or code changed since the newest run. */
  isStale: boolean;
}

/** `GET api/automations/{id}/batches?offset&limit&filter&sort&order&runs`. */
export interface IBatchPage {
  /** Batches that match the filter, not only those of this page. */
  total: number;
  offset: number;
  batches: IBatchSummary[];
}

/** `POST api/automations/{id}/batches`: save inputs as a batch. */
export interface ISaveBatchRequest {
  name: string;
  inputs: PostedInputs;
  /** Batch whose values fill what is not given. */
  from?: string;
}

/** `POST api/runs`. */
export interface IRunRequest {
  /** Automation id. */
  automation: string;
  /**
   * Slug. Without `inputs` this batch itself runs; with them it fills what is not given. Without it, what the form
   * asks for must be given, and the first batch fills what stands on none of its templates.
   */
  batch?: string;
  /** From a form: makes a run in `runs/`. */
  inputs?: PostedInputs;
  /** The step on whose page the form stands; default `input`. */
  step?: StepName;
  /** Execute even if an equal result could answer. Default false. */
  fresh?: boolean;
  priority?: 'interactive' | 'sweep' | 'background';
}

/** Answer to `POST api/runs`: 201 for a new run, 200 for a joined one. */
export interface IRunResponse {
  id: string;
  key: string;
  state: RunState;
  /** True when the same work was already queued or running. */
  joined: boolean;
  cached: boolean;
  /** 1 + queued runs before it; null unless queued. */
  position: number | null;
  /** Slug under which its pages are shown. */
  batch: string;
  /** Posted ids that are no inputs, and the like. */
  problems: IRunProblem[];
}

/** Answer to `POST api/automations/{id}/run-all`: 202 while runs are still to be made, else 201. */
export interface IRunAllResponse {
  /** Batches that are run. */
  count: number;
  /** What the first ten of them came to; the others are made after the answer. */
  runs: IRunResponse[];
}

/** A refused input: 400 answers hold one for each variable. */
export interface IInputRefusal {
  variable: string;
  message: string;
}

/** A run in a list. */
export interface IRunSummary {
  id: string;
  automation: string;
  automationName: string;
  batch: string;
  batchName: string;
  state: RunState;
  lane: Lane;
  created: string;
  started: string | null;
  ended: string | null;
  /** 1 + queued runs of its lane before it; null unless queued. */
  position: number | null;
  error: IRunError | null;
  return_code: number | null;
  /** 0–1; null when nothing is known. */
  fraction: number | null;
  message: string | null;
  /** How many people want it. */
  askerCount: number;
}

/** `GET api/runs/{id}`. */
export type IRunResource = IRunSummary & { record: IRunRecord };

/** How many runs of an automation there are. */
export interface IActivity {
  running: number;
  queued: number;
  /** Asked for together with others, and about to be queued. */
  coming: number;
  /** Ended since the first of these came; they stay when nothing is left, until something begins anew. */
  ended: number;
  /** Of those, failed and lost ones. */
  failed: number;
}

/** Runs of one kind that the state of the queue lists at most, unless others are asked for. */
export const QUEUE_LIST_LENGTH = 100;

/** `GET api/queue?after&limit`, and the data of each event of topic `queue`. */
export interface IQueueState {
  /** The first hundred that run: those that execute, then those that follow others. */
  running: IRunSummary[];
  /** The first hundred that wait, in their order; `after` leaves out that many, `limit` asks for more or fewer. */
  queued: IRunSummary[];
  /** All of them, also those that are not listed. */
  counts: Pick<IActivity, 'running' | 'queued' | 'coming'>;
  /** The same by automation id. */
  automations: Record<string, IActivity>;
  /** The lanes, whose runs neither wait for those of others nor count among them. */
  lanes: Record<Lane, ILaneState>;
  isPaused: boolean;
  /** Ids of automations whose runs alone are held back. */
  pausedAutomations: string[];
  /** Slots of the lane `run`. */
  maximumConcurrentRuns: number;
}

/** A lane of the queue. */
export interface ILaneState {
  /** How many of its runs execute at a time. */
  slots: number;
  /** Runs that have a slot. */
  running: number;
  /** Runs that wait for one; those who follow others need none. */
  queued: number;
}

/** Data of topic `turn:<run id>`: when it is the turn of a run. */
export interface ITurn {
  /** 1 + queued runs before it; null unless it waits. */
  position: number | null;
  /** Seconds until it begins; null unless it waits, and when nobody can tell. */
  seconds: ITimeRange | null;
  /** True while it waits because new runs of all, or of its automation, are held back. */
  isPaused: boolean;
  /** The run that executes for both; null when it executes itself. */
  leader: { id: string; batch: string; batchName: string } | null;
}

/** Data of topic `config:<automation id>`: the automation changed on disk. */
export interface IConfigEvent {
  automation: string;
  /** What changed: the list of problems and batches, or only how pages look. */
  change: 'configuration' | 'template' | 'style' | 'data' | 'code';
}

/** Data of topic `data:<automation id>/<batch slug>`: files in the folders of the batch changed, or its run's state. */
export interface IDataEvent {
  automation: string;
  batch: string;
  steps: StepName[];
  /** A run of the batch is over and what it made is there, or a person changed a file: somebody waits to see it. */
  isUrgent: boolean;
}

/** `POST api/prints`: print batches. */
export interface IPrintRequest {
  /** Automation id. */
  automation: string;
  /** Slugs, or ids of runs made from the form; default all batches. */
  batches?: string[];
  /** Run new and stale batches first; default true. */
  run?: boolean;
}

/** `GET api/prints/{id}`, and the data of topic `print:<id>`: how far a print job is. */
export interface IPrintResource {
  id: string;
  automation: string;
  /** `failed`: at least one batch has no document; the others have theirs. */
  state: 'running' | 'done' | 'failed' | 'stopped';
  /** Batches asked for. */
  total: number;
  /** Batches that are printed, or never will be. */
  finished: number;
  documents: IPrintedFile[];
  failures: { batch: string; code: string; message: string }[];
  /** Name of the file to download: that of the only document, or of an archive. */
  fileName: string;
  /** Address of that file, relative to the root. */
  uri: string;
  created: string;
}

/** A printed document. */
export interface IPrintedFile {
  batch: string;
  /** Id of the print variable; null for an automation without. */
  variable: string | null;
  /** File name. */
  name: string;
  /** Bytes. */
  size: number;
  /** What is missing in it. */
  warnings: string[];
}

/** Data of topic `draft:<automation id>/<batch slug>`: the draft of a batch is being printed while someone looks. */
export interface IDraftEvent {
  state: 'waiting' | 'printing' | 'done' | 'failed';
  /** A sentence for people; '' when there is nothing to say. */
  message: string;
}

/** Body of an error answer, RFC 9457 `application/problem+json`. */
export interface IProblemDocument {
  type: string;
  title: string;
  status: number;
  /** Stable kebab-case code. */
  code: string;
  detail: string;
  /** With code `input-refused`. */
  refusals?: IInputRefusal[];
  /** With code `configuration-invalid`. */
  problems?: IProblem[];
}
