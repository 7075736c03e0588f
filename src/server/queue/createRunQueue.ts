import type { IExecutor } from '../../core/run/execution';
import type { LaneSlots } from '../../core/run/lane';
import type { IRunRecord } from '../../core/run/run';
import type { IView } from '../../core/view/view';
import type { ILog } from '../log';
import type { IClock } from '../store/clock';
import type { IResults } from '../store/resultStore';
import type { IStateDatabase } from '../store/stateDatabase';
import type { IKeepRuns } from './retention';
import type { IRunSource } from './queue';
import { RunQueue } from './runQueue';

/** What a queue needs. */
export interface IRunQueueOptions {
  /** Opened by whoever makes the queue, and closed by it after the queue. */
  database: IStateDatabase;
  /** See `loadServerKey`. */
  serverKey: Uint8Array;
  source: IRunSource;
  executors: readonly IExecutor[];
  /** Views that look at what a run wrote; default none. */
  views?: { get(name: string): IView | undefined };
  /** Identifier of the place where kernels are, recorded with each run: `jupyter` or `private`. */
  engineId: string;
  /** End a kernel that nobody uses any more; a kernel that is gone already is no error. */
  deleteKernel: (engineId: string, kernelId: string) => Promise<void>;
  /** Slots of the lane `run`, 1–64. */
  maximumConcurrentRuns: number;
  /** Slots of other lanes. Default of `media` one a core, of `data` 2. */
  laneSlots?: Partial<Omit<LaneSlots, 'run'>>;
  log: ILog;
  /** Default: the time of this machine. */
  clock?: IClock;
  /** Milliseconds that an executor has to end after Stop. Default 11 s, so that all is over in 12 s. */
  stopGraceMs?: number;
  /** Runs that may wait in total. Default 100,000. */
  maximumQueued?: number;
  /** Runs that may wait of one name that is not the owner. Default 1,000. */
  maximumQueuedPerAsker?: number;
  /** Where outputs are kept. Default `folderResults`. */
  results?: IResults;
  /** How long the history of runs is kept. Default `DEFAULT_KEEP_RUNS`. */
  keepRuns?: IKeepRuns;
  /** Default: everybody is. */
  isOwner?: (asker: string) => boolean;
  /** The shown name of an automation; default its slug. */
  automationName?: (automation: IRunRecord['automation']) => string;
}

/** Make the queue of a server; call `start` when the executors are ready. */
export function createRunQueue(options: IRunQueueOptions): RunQueue {
  return new RunQueue(options);
}
