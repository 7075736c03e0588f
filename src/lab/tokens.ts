import type { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { StepName } from '../core/automation/automation';
import type {
  IAutomationSummary,
  IBatchPage,
  IBatchSummary,
  IFindResponse,
  IPackagesResource,
  IPageFragment,
  IPrintRequest,
  IPrintResource,
  IQueueState,
  IRunAllResponse,
  IRunRequest,
  IRunResource,
  IRunResponse,
  ISaveBatchRequest
} from '../core/api';
import type { JournalEvent } from '../core/run/journal';
import type { RunState } from '../core/run/run';
import type { ICrossComputeSettings, Placement } from './settings';
import type { ToolPanel } from './panel/toolPanel';
import type { IPanelState, Tab } from './panel/panelState';

/** Which batches to list. */
export interface IBatchQuery {
  offset?: number;
  /** 1–1000. */
  limit?: number;
  /** Text in name or slug. */
  filter?: string;
  /** Default `order`, that of the configuration. */
  sort?: 'order' | 'name' | 'state' | 'duration';
  order?: 'ascending' | 'descending';
  /** Also runs made from the form. */
  runs?: boolean;
}

/** Which runs of an automation to list, newest first. */
export interface IRunQuery {
  /** Automation id. */
  automation: string;
  /** Slug of a batch; all of them when left out. */
  batch?: string;
  state?: RunState;
  /** Id of the last run of the list before this one. */
  before?: string;
  /** 1–1000. */
  limit: number;
}

/**
 * The bundled server, seen from JupyterLab. Rejected promises hold `UnreachableError` or `RequestError`;
 * nothing was changed on the server then, as far as anyone knows.
 */
export interface ICrossComputeClient {
  /** Absolute address of the server's root, with a trailing slash. */
  readonly rootUri: string;
  /** @param path - relative to Jupyter's root folder, without a drive */
  find(path: string): Promise<IFindResponse>;
  listAutomations(): Promise<IAutomationSummary[]>;
  getAutomation(id: string): Promise<IAutomationSummary>;
  /** Let the code of an automation's own views run, as it is now. */
  trust(id: string): Promise<IAutomationSummary>;
  /** Declared packages that are missing, and how their installation goes; the topic `packages:<id>` tells the latter. */
  getPackages(id: string): Promise<IPackagesResource>;
  /** Install what is missing: this changes the machine of the server. */
  installPackages(id: string): Promise<IPackagesResource>;
  /** End the installation. */
  stopInstallation(id: string): Promise<IPackagesResource>;
  getPage(id: string, step: StepName, batch: string): Promise<IPageFragment>;
  listBatches(id: string, query: IBatchQuery, signal?: AbortSignal): Promise<IBatchPage>;
  saveBatch(id: string, request: ISaveBatchRequest): Promise<IBatchSummary>;
  /** @param batches - slugs; all batches when left out */
  runBatches(id: string, batches?: readonly string[]): Promise<IRunAllResponse>;
  run(request: IRunRequest): Promise<IRunResponse>;
  getRun(id: string): Promise<IRunResource>;
  listRuns(query: IRunQuery): Promise<IRunResource[]>;
  stopRun(id: string): Promise<IRunResource>;
  /** Stop all runs of an automation: none that waits begins any more. They end in the background. */
  stopAll(automation: string): Promise<void>;
  retryRun(id: string): Promise<IRunResponse>;
  deleteRun(id: string): Promise<void>;
  /** Keep a final run however old it is, or no more. */
  keepRun(id: string, isKept: boolean): Promise<void>;
  /** All that a run wrote on a stream; a browser keeps what is large on its disk. */
  getLog(id: string, stream: 'stdout' | 'stderr'): Promise<Blob>;
  /** Events of a run before one, in order: at least one where there are some, about half a megabyte. */
  getEventsBefore(id: string, seq: number): Promise<JournalEvent[]>;
  getQueue(): Promise<IQueueState>;
  /** Hold back new starts of an automation, or of all; what executes goes on. */
  pauseQueue(automation?: string): Promise<void>;
  /** Start queued runs again: of one automation, or of all that are not held back by themselves. */
  resumeQueue(automation?: string): Promise<void>;
  /** Start printing; the topic `print:<id>` tells how far it is. */
  startPrint(request: IPrintRequest): Promise<IPrintResource>;
  /** Stop printing and forget the documents. */
  stopPrint(id: string): Promise<void>;
  /**
   * Any request to the server, with Jupyter's authentication; refusals resolve, too.
   *
   * @param uri - relative to the root, or absolute below it
   */
  fetch(uri: string, init?: RequestInit): Promise<Response>;
}

/** Takes the events of a topic. */
export interface ITopicListener {
  /** An event. */
  onEvent(data: unknown): void;
  /** The server refuses the topic; nothing follows. */
  onError?(message: string): void;
  /** Events may have been missed while there was no connection: look again. Never for runs. */
  onGap?(): void;
}

/** Ends a subscription; a second call does nothing. */
export interface ISubscription {
  dispose(): void;
}

/** One connection for all events of this browser window. */
export interface IEventHub {
  /**
   * Listen to a topic: a run from its first event on, everything else from its present state on.
   *
   * @param topic - such as `tail:<id>`, `queue`, `config:<id>`, `data:<id>/<batch>`, `print:<id>`
   * @param listener - gets each event once, in order
   */
  subscribe(topic: string, listener: ITopicListener): ISubscription;
}

/** What a tool may be opened with. */
export interface IOpenOptions {
  /** Ask even if an answer is remembered. */
  choose?: boolean;
  tab?: Tab;
  /** Default: as the settings say beside `ref`, else in a tab. */
  placement?: Placement;
  /** Id of the widget beside which a new panel goes. */
  ref?: string;
}

/** A tool that was opened. */
export interface IOpenedTool {
  widget: MainAreaWidget<ToolPanel>;
  /** Slug of the batch whose folder was asked for; null when something else was. */
  batch: string | null;
}

/** Opens notebooks, configurations and batch folders as tools. */
export interface IToolOpener {
  /**
   * Find the tool of a path and show its panel; an open panel is brought to the front.
   *
   * @param path - path in the file browser: a notebook, a configuration, a batch folder, any folder
   * @returns null when a person had to choose and did not
   */
  open(path: string, options?: IOpenOptions): Promise<IOpenedTool | null>;
  /** Show a panel as it was left. */
  restore(state: IPanelState): Promise<void>;
}

/** The panels of tools; only the opener adds to it. */
export type IToolTracker = WidgetTracker<MainAreaWidget<ToolPanel>>;

/** The settings of the extension as they are now. */
export interface ISettingsSource {
  readonly current: ICrossComputeSettings;
  readonly changed: ISignal<ISettingsSource, ICrossComputeSettings>;
}

/** Follows the queue of the server, from the first use of a tool on. */
export interface IQueueMonitor {
  /** Null until the server told. */
  readonly state: IQueueState | null;
  readonly changed: ISignal<IQueueMonitor, IQueueState>;
  /** Begin to follow; a second call does nothing. */
  start(): void;
}

export const ICrossComputeClient = new Token<ICrossComputeClient>(
  'jupyterlab-crosscompute:ICrossComputeClient',
  'Requests to the bundled CrossCompute server.'
);

export const IEventHub = new Token<IEventHub>(
  'jupyterlab-crosscompute:IEventHub',
  'Live events of runs, configurations and the queue.'
);

export const IToolOpener = new Token<IToolOpener>(
  'jupyterlab-crosscompute:IToolOpener',
  'Opens notebooks, configurations and batch folders as tools.'
);

export const IToolTracker = new Token<IToolTracker>(
  'jupyterlab-crosscompute:IToolTracker',
  'The open panels of tools.'
);

export const ISettingsSource = new Token<ISettingsSource>(
  'jupyterlab-crosscompute:ISettingsSource',
  'The settings of the extension as they are now.'
);

export const IQueueMonitor = new Token<IQueueMonitor>(
  'jupyterlab-crosscompute:IQueueMonitor',
  'What the server runs, and what waits.'
);
