import type { IExecutor } from '../../core/run/execution';
import type { IRunRecord } from '../../core/run/run';
import type { IView } from '../../core/view/view';
import type { ILog } from '../log';
import type { IClock } from '../store/clock';
import type { writeRecord } from '../store/history';
import type { Journals } from '../store/journals';
import type { IResults } from '../store/resultStore';
import type { IRunSource } from './queue';
import type { RunControl } from './runControl';

/** A run that has a slot. */
export interface IStartedRun {
  id: string;
  /** Absolute. */
  automationFolder: string;
  /** ENVIRONMENT values by variable id. */
  secrets: Readonly<Record<string, string>>;
  control: RunControl;
  /** A server before this one began it, and its kernel goes on. */
  isAttached: boolean;
  /** The record as it is now. */
  record(): IRunRecord;
  /** Its scripts are over: another one may begin while what they made is written down. */
  leaveSlot(): void;
  /** Change the record, also in the index. */
  update(changes: Partial<IRunRecord>): IRunRecord;
  /**
   * Its key is another one now: let equal work that is in flight be done once.
   *
   * @returns the run that it follows from now on, which ends it: nothing more is to be done; null when it executes
   */
  joinEqual(): string | null;
}

/** What every run needs. */
export interface IRunnerServices {
  source: IRunSource;
  executors: readonly IExecutor[];
  /** Views that look at what a run wrote. */
  views: { get(name: string): IView | undefined };
  journals: Journals;
  results: IResults;
  clock: IClock;
  log: ILog;
  /** Identifier of the place where kernels are, for the record. */
  engineId: string;
  deleteKernel(engineId: string, kernelId: string): Promise<void>;
  /** `run.json` of a run that is not over, with what a restart must know. */
  mark(record: IRunRecord): Parameters<typeof writeRecord>[1];
}
