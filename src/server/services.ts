import type { IFiles } from '../core/files';
import type { ContainerPorts } from './engine/container/containerPorts';
import type { Preparations } from './engine/preparations';
import type { ILog } from './log';
import type { Prints } from './print/prints';
import type { IRunQueue } from './queue/queue';
import type { AccessControl } from './access/accessControl';
import type { AddedTokens } from './access/addedTokens';
import type { TokenDigester } from './access/tokenDigest';
import type { Installations } from './packages/installations';
import type { Packages } from './packages/packages';
import type { Automations } from './site/automations';
import type { BatchList } from './site/batchList';
import type { BatchSaver } from './site/batchSaver';
import type { Documents } from './site/documents';
import type { Finder } from './site/finder';
import type { Intervals } from './site/intervals';
import type { Pages } from './site/pages';
import type { RunService } from './site/runService';
import type { RunSource } from './site/runSource';
import type { Summaries } from './site/summaries';
import type { Sweeps } from './site/sweeps';
import type { Uploads } from './site/uploads';
import type { VariableReader } from './site/variableReader';
import type { Tables } from './tables/tables';
import type { TrustedModules } from './views/trustedModules';
import type { ViewModules } from './views/viewModules';
import type { WatchedBatches } from './site/watchedBatches';

/** Everything that requests and commands work with. Built by `createServices`, ended by `close`. */
export interface Services {
  log: ILog;
  files: IFiles;
  automations: Automations;
  queue: IRunQueue;
  runService: RunService;
  runSource: RunSource;
  /** True when everything is served as it was opened. */
  isFixed: boolean;
  uploads: Uploads;
  /** Who may see and do what. */
  access: AccessControl;
  addedTokens: AddedTokens;
  digester: TokenDigester;
  finder: Finder;
  pages: Pages;
  documents: Documents;
  variables: VariableReader;
  /** Tables that are too large for a page. */
  tables: Tables;
  /** Views that automations bring. */
  viewModules: ViewModules;
  /** Whose code people said may run, where it needs their word. */
  trustedModules: TrustedModules;
  batchList: BatchList;
  batchSaver: BatchSaver;
  summaries: Summaries;
  packages: Packages;
  installations: Installations;
  prints: Prints;
  /** Ports of containers that run. */
  ports: ContainerPorts;
  watchedBatches: WatchedBatches;
  /** Makes the runs of many batches; goes on with what an earlier server left with `resume`. */
  sweeps: Sweeps;
  /** Repeats batches; begins with `start`, which commands that end by themselves leave out. */
  intervals: Intervals;
  /** Absolute folder of `page.js`, `page.css` and `logo.svg`. */
  assetsFolder: string;
  preparations: Preparations;
  /**
   * Stop runs, release kernels, watchers and the database.
   *
   * @param outlivesUs - see `IRunQueue.close`
   */
  close(outlivesUs?: (engineId: string) => boolean): Promise<void>;
}
