import type { IScriptContext, IScriptResult } from '../../core/run/execution';
import type { ILog } from '../log';
import type { IKernelEnd, KernelSession } from './kernelSession';
import type { RequestSequence } from './requestSequence';
import { LEFT, SUCCESS, aborted, failure, interruption, requestFailure } from './scriptFailure';
import { ScriptJournal } from './scriptJournal';
import { planScript } from './scriptPlan';
import type { IScriptPlan } from './scriptPlan';

/** What executes the requests of a script: a kernel, or a fork that behaves like one. */
export interface IScriptSession extends Pick<KernelSession, 'execute'> {
  /** Resolves when it can no longer be used. */
  readonly ended: Promise<IKernelEnd>;
  /** Interrupt what it does. */
  interrupt(): Promise<void>;
}

/** A script in its session. */
export interface ISessionRun {
  context: IScriptContext;
  session: IScriptSession;
  journal: ScriptJournal;
  log: ILog;
}

/** After an interrupt code has this long to stop. */
const INTERRUPT_MS = 5000;

/**
 * Plan a script, and write the begin and the end of it into the journal around its execution.
 *
 * @param perform - executes the plan
 * @param known - the plan, where the script was read a moment before
 */
export async function executeScript(
  context: IScriptContext,
  perform: (plan: IScriptPlan, journal: ScriptJournal) => Promise<IScriptResult>,
  known?: IScriptPlan
): Promise<IScriptResult> {
  const { script, signal } = context;
  if (script.kind === 'command') {
    throw new Error('a command needs the command executor');
  }
  if (signal.aborted) {
    return interruption(context);
  }
  const plan = known ?? (await planScript(context, script));
  if ('returnCode' in plan) {
    return plan;
  }
  const journal = new ScriptJournal(context);
  journal.beginScript(plan.title, plan.cells);
  let result: IScriptResult | null = null;
  try {
    result = await perform(plan, journal);
    return result;
  } finally {
    if (result?.isLeft) {
      journal.leave();
    } else {
      const error = result?.error;
      journal.endScript({
        isOk: result !== null && !error,
        ...(error ? { error: { name: error.name ?? error.code, message: error.message } } : {})
      });
    }
  }
}

/**
 * Send the requests of a script, and wait for their end, that of the session, or that of somebody's patience.
 *
 * @returns how the script ended; when it was aborted, what runs was interrupted, but not ended; when it was left,
 * nothing happened to it
 */
export async function awaitSequence(
  run: ISessionRun,
  sequence: RequestSequence
): Promise<IScriptResult> {
  const { context, journal, session, log } = run;
  const { left, signal } = context;
  const finished = signal.aborted
    ? Promise.resolve(null)
    : sequence.run().then(end => ({ end }) as const);
  const leaving = left ? [aborted(left).then(() => 'left' as const)] : [];
  const first = await Promise.race([aborted(signal), session.ended, finished, ...leaving]);
  if (first === 'left' && !signal.aborted) {
    return LEFT;
  }
  if (signal.aborted || !first || first === 'left') {
    await interrupt(session, finished, log);
    return interruption(context, journal.tail());
  }
  if ('end' in first) {
    return first.end ? requestFailure(context, first.end, journal.tail()) : SUCCESS;
  }
  const cell = sequence.current?.cell?.number;
  // Why a run is lost has nothing to do with what the cell does.
  const isTold = cell !== undefined && first.code !== 'lost';
  const where = isTold ? ` It happened in cell ${cell}.` : '';
  return failure({
    code: first.code,
    message: first.message + where,
    script: context.index,
    ...(cell === undefined ? {} : { cell }),
    tail: journal.tail()
  });
}

/** Interrupt what runs, and wait until it stopped, or 5 seconds. */
async function interrupt(
  session: IScriptSession,
  finished: Promise<unknown>,
  log: ILog
): Promise<void> {
  try {
    await session.interrupt();
  } catch (error) {
    // A kernel that is gone needs no interrupt; another is deleted right after.
    log.debug(`a kernel was not interrupted: ${String(error)}`);
  }
  await within(Promise.race([finished, session.ended]), INTERRUPT_MS);
}

/** Wait for a promise, but not longer than a time. */
export async function within(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, time]).finally(() => clearTimeout(timer));
}
