import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { fillCommand, splitCommand } from '../../core/automation/splitCommand';
import type { CommandFolders } from '../../core/automation/splitCommand';
import { joinPath } from '../../core/path';
import type {
  IExecutor,
  IRunFolders,
  IScriptContext,
  IScriptResult
} from '../../core/run/execution';
import type { ILog } from '../log';
import { withProtocol } from './progressProgram';
import { describeProgram } from './programRecord';
import { SUCCESS, aborted, failure, interruption } from './scriptFailure';
import { ScriptJournal } from './scriptJournal';
import { isFolder } from './scriptPlan';
import { errorCode } from '../files';
import { EXHAUSTED_REASON, isExhausted, whenDescriptorsAreFree } from '../systemError';

/** A process to start in place of a program, and how it ends. */
export interface ILaunch {
  program: string;
  parameters: readonly string[];
  /** Absolute working folder of the process. */
  folder: string;
  /** Its whole environment. */
  environment: NodeJS.ProcessEnv;
  /**
   * Explain an end that is none of the program's own.
   *
   * @returns null when it is
   */
  explain(status: number, tail: string[]): IScriptResult | null;
  /**
   * Leave nothing behind; called once when the process ended, or must end.
   *
   * @param isForced - true when it was stopped, or did not end by itself
   */
  release(isForced: boolean): Promise<void>;
}

/** A program that a command names. */
export interface IProgram {
  /** Program and arguments, at least one. */
  words: string[];
  /** Absolute working folder. */
  folder: string;
  journal: ScriptJournal;
}

/** What a command executor needs. */
export interface ICommandExecutorOptions {
  log: ILog;
  /** Where programs run, if not as child processes on this host; a result when they cannot. */
  launch?(context: IScriptContext, program: IProgram): Promise<ILaunch | IScriptResult>;
  /** Milliseconds between SIGINT, SIGTERM and SIGKILL when a command is to stop; 5,000 when left out. */
  patienceMs?: number;
}

/** Pipes that a process in another session still holds are not waited for longer than this. */
const LAST_OUTPUT_MS = 2000;

/** How a process ended. */
type ProcessEnd =
  | { kind: 'exit'; code: number | null; signal: NodeJS.Signals | null }
  | { kind: 'unstarted'; code: string };

/**
 * Make the executor of commands: a program with arguments, without a shell, in a process group of its
 * own, which is ended with everything in it.
 */
export function createCommandExecutor(options: ICommandExecutorOptions): IExecutor {
  return { kinds: ['command'], execute: context => executeCommand(options, context) };
}

async function executeCommand(
  options: ICommandExecutorOptions,
  context: IScriptContext
): Promise<IScriptResult> {
  const { script } = context;
  if (script.kind !== 'command') {
    throw new Error('only commands can be executed here');
  }
  if (context.signal.aborted) {
    return interruption(context);
  }
  const folder = joinPath(context.automation.folder, script.folder);
  const split = splitCommand(script.command);
  const program = 'words' in split ? fillCommand(split.words, placeholders(context.folders)) : [];
  const problem = !program.length
    ? 'The command is empty or has a quote that is not closed.'
    : (await isFolder(folder))
      ? null
      : `The working folder ${script.folder} does not exist.`;
  if (problem) {
    return failure({ code: 'configuration-invalid', message: problem, script: context.index });
  }
  const journal = new ScriptJournal(context);
  journal.beginScript(script.command);
  const result = await withProtocol(context, script.parameters, journal, more =>
    runProgram(options, context, { words: [...program, ...more], folder, journal })
  );
  const { error } = result;
  journal.endScript({
    isOk: !error,
    ...(error ? { error: { name: error.code, message: error.message } } : {})
  });
  return result;
}

function placeholders(folders: IRunFolders): CommandFolders {
  return {
    input_folder: folders.input,
    output_folder: folders.output,
    log_folder: folders.log,
    debug_folder: folders.debug,
    print_folder: folders.print
  };
}

/** Python would keep what it prints to a pipe until its buffer is full. */
export const UNBUFFERED = { PYTHONUNBUFFERED: '1' };

function launchHere({ environment }: IScriptContext, { words, folder }: IProgram): ILaunch {
  const [program, ...parameters] = words;
  return {
    program,
    parameters,
    folder,
    environment: { ...UNBUFFERED, ...environment },
    explain: () => null,
    release: async () => undefined
  };
}

async function runProgram(
  options: ICommandExecutorOptions,
  context: IScriptContext,
  program: IProgram
): Promise<IScriptResult> {
  const launch = options.launch
    ? await options.launch(context, program)
    : launchHere(context, program);
  if ('returnCode' in launch) {
    return launch;
  }
  const { journal, words } = program;
  const end = await runProcess(options, context, launch, journal);
  if (context.signal.aborted) {
    return interruption(context, journal.tail());
  }
  return end.kind === 'unstarted'
    ? unstarted(context, words[0], end.code)
    : (launch.explain(end.code ?? 128, journal.tail()) ?? readExit(context, end, journal));
}

async function runProcess(
  options: ICommandExecutorOptions,
  context: IScriptContext,
  launch: ILaunch,
  journal: ScriptJournal
): Promise<ProcessEnd> {
  const { signal } = context;
  let end: ProcessEnd;
  try {
    const child = await whenDescriptorsAreFree(() => start(launch));
    passText(child, journal);
    const ended = endOf(child);
    const record = child.pid === undefined ? null : await describeProgram(child.pid);
    await context.onKernel(record);
    const calmed = new AbortController();
    void aborted(signal).then(() =>
      stop(child, calmed.signal, options.patienceMs ?? 5000, options.log)
    );
    end = await ended;
    calmed.abort();
    await context.onKernel(null);
  } catch (error) {
    // An argument that no program can take, such as one with a NUL in it.
    end = { kind: 'unstarted', code: errorCode(error) };
  }
  await launch.release(signal.aborted || end.kind === 'unstarted' || end.code === null);
  return end;
}

/** Resolves when the process runs; rejects when it cannot be started. */
function start(launch: ILaunch): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(launch.program, launch.parameters, {
      cwd: launch.folder,
      env: launch.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    });
    child.once('error', reject);
    child.once('spawn', () => resolve(child));
  });
}

function passText(child: ChildProcess, journal: ScriptJournal): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    // With an encoding set, a character that is cut in two between chunks arrives whole.
    child[stream]?.setEncoding('utf8').on('data', (text: string) => journal.text(stream, text));
  }
}

/** Resolves when the process ended, its group is gone and its output is read. */
function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise(resolve => {
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      // What the program left running in the background goes with it.
      signalGroup(child, 'SIGKILL');
      timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_OUTPUT_MS);
    });
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      resolve({ kind: 'exit', code, signal });
    });
  });
}

/** Ask the group to end, more and more firmly, until it is calm. */
async function stop(
  child: ChildProcess,
  calm: AbortSignal,
  patienceMs: number,
  log: ILog
): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    if (calm.aborted) {
      return;
    }
    log.debug(`${signal} to process group ${child.pid}`);
    signalGroup(child, signal);
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, patienceMs);
      calm.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Nobody is left in the group, or (where systems say EPERM) only processes that ended already.
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) {
      throw error;
    }
  }
}

function readExit(
  context: IScriptContext,
  { code, signal }: Extract<ProcessEnd, { kind: 'exit' }>,
  journal: ScriptJournal
): IScriptResult {
  if (code === 0) {
    return SUCCESS;
  }
  const returnCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  const message = code === null ? `Ended by signal ${signal}` : `Exited with code ${code}`;
  const tail = journal.tail();
  return failure({ code: 'command-failed', message, script: context.index, tail }, returnCode);
}

function unstarted(context: IScriptContext, program: string, code: string): IScriptResult {
  if (isExhausted({ code })) {
    const message = `The program ${program} could not be started: ${EXHAUSTED_REASON}.`;
    return failure({ code: 'engine-unavailable', message, script: context.index });
  }
  const reasons: Record<string, string> = {
    ENOENT: `The program ${program} was not found; install it, or correct the command.`,
    EACCES: `The program ${program} may not be executed; run chmod +x on it, or correct the command.`,
    ENOEXEC: `The program ${program} is not one; a script needs a first line such as #!/bin/sh.`
  };
  const message =
    reasons[code] ?? `The program ${program} could not be started (${code || 'unknown reason'}).`;
  return failure({ code: 'command-not-found', message, script: context.index });
}
