import type { IAutomation, Script } from '../automation/automation';
import type { JournalEntry } from './journal';
import type { Lane } from './lane';
import type { IRunError } from './run';

/** Absolute folders of an execution; all exist before a script starts. */
export interface IRunFolders {
  input: string;
  output: string;
  log: string;
  debug: string;
  print: string;
}

/** A kernel of a run. */
export interface IRunKernel {
  /** Id of the engine that it is of. */
  engine: string;
  /** Id of the kernel there. */
  id: string;
  /** Id of our session with it, where another server of ours could go on with that. */
  session?: string;
}

/** What one script needs to execute. */
export interface IScriptContext {
  automation: IAutomation;
  script: Script;
  /** Index of the script, from 0. */
  index: number;
  folders: IRunFolders;
  /** The complete environment of the script: nothing else of the server's is to be seen. */
  environment: Readonly<Record<string, string>>;
  /** Append to the run's journal; kept in order; never throws. */
  emit(entry: JournalEntry): void;
  /** The kernel that now belongs to the run, or null once it is gone; recorded to leave none behind. */
  onKernel(kernel: IRunKernel | null): Promise<void>;
  /** Aborted with reason `stopped` or `timeout`: interrupt, then end everything that was started. */
  signal: AbortSignal;
  /** Aborted when this server ends before the kernel: let go of that, which goes on for the next server. */
  left?: AbortSignal;
  /** True for a batch of a sweep: nobody waits for it alone. */
  isSweep: boolean;
  /** Absolute path where a kernel may write down what it says, see `IKernelSetting`; absent where it must not. */
  messageLog?: string;
  /** The kernel in which a server before this one began to execute the script, and which goes on with it. */
  attached?: Required<IRunKernel>;
}

/** How a script ended. */
export interface IScriptResult {
  /** 0 success; n exit status; see `RETURN_CODES`. */
  returnCode: number;
  /** Null on success. */
  error: IRunError | null;
  /** True when it did not end, but goes on without us, see `IScriptContext.left`. */
  isLeft?: true;
}

/**
 * Executes scripts of some kinds. Leaves no kernel or process behind, however it ends, and never
 * throws for what a script does: that is a result.
 */
export interface IExecutor {
  /** Kinds that it executes. */
  readonly kinds: readonly Script['kind'][];
  /** The lane whose runs it executes. Default `run`. */
  readonly lane?: Lane;
  execute(context: IScriptContext): Promise<IScriptResult>;
}
