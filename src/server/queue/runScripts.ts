import type { Script } from '../../core/automation/automation';
import type { IExecutor, IRunKernel, IScriptContext } from '../../core/run/execution';
import { laneOf } from '../../core/run/lane';
import { PRIORITIES, RETURN_CODES } from '../../core/run/run';
import type { JournalWriter } from '../store/journalWriter';
import { keepAttachment, messageLogOf } from './attachment';
import type { BegunRun } from './begunRun';
import { failedOutcome, lostOutcome, scriptOutcome, SERVER_DIED, type IOutcome } from './outcome';
import type { OutputSnapshot } from './outputs';
import type { IPreparedRun } from './queue';
import type { RunKernel } from './runKernel';
import type { IRunnerServices, IStartedRun } from './startedRun';
import type { Workplace } from './workplace';

/** A run whose scripts are to be executed. */
export interface IScriptsRun {
  run: IStartedRun;
  services: IRunnerServices;
  prepared: IPreparedRun;
  place: Workplace;
  journal: JournalWriter;
  /** The declared outputs as they lay before its scripts. */
  before: OutputSnapshot;
  /** Null for a run that begins here. */
  begun: BegunRun | null;
  kernel: RunKernel;
  /** Why what it says could not be kept; null as long as it can. */
  writeError(): unknown;
  /** Do something whose failure is only logged. */
  attempt(what: string, work: () => Promise<void>): Promise<void>;
}

/**
 * Execute the scripts of a run one after the other, those alone that no server before this one executed.
 *
 * @returns null when all ended well, or when the run has to end for a reason of its control; `left` when the kernel of
 * one goes on without us
 */
export async function executeScripts(scripts: IScriptsRun): Promise<IOutcome | 'left' | null> {
  const { attempt, begun, place, prepared, run } = scripts;
  const { control } = run;
  await begun?.sayOver(place, prepared.automation);
  for (const [index, script] of prepared.automation.scripts.entries()) {
    if (begun?.isOver(index)) {
      continue;
    }
    if (control.left.aborted) {
      // The one before ended just when it was to be left: nothing more begins here.
      control.end('shutdown');
    }
    if (control.reason) {
      return null;
    }
    const ended = await executeScript(scripts, script, index);
    // Before outputs are looked at, and before the next script can read them.
    place.flushText();
    await attempt('the outputs of cells', () => place.flushCells());
    if (ended !== 'left' && begun?.said.isDoubtfulAfter(index)) {
      return lostOutcome(SERVER_DIED);
    }
    if (ended) {
      return ended;
    }
  }
  return null;
}

async function executeScript(
  scripts: IScriptsRun,
  script: Script,
  index: number
): Promise<IOutcome | 'left' | null> {
  const { place, prepared, run, services } = scripts;
  const lane = laneOf(run.record());
  const executor = services.executors.find(
    ({ kinds, lane: executed = 'run' }) => executed === lane && kinds.includes(script.kind)
  );
  if (!executor) {
    const message = `this server cannot execute scripts of kind "${script.kind}"`;
    const error = { code: 'engine-unavailable', message, script: index } as const;
    return failedOutcome(error, RETURN_CODES.notRunnable);
  }
  await place.addScript(prepared.automation, { script, index });
  return execute(scripts, executor, contextOf(scripts, script, index));
}

function contextOf(scripts: IScriptsRun, script: Script, index: number): IScriptContext {
  const { begun, place, prepared, run } = scripts;
  const { automationFolder, control, id } = run;
  const attached = begun?.kernelOf(index);
  return {
    automation: prepared.automation,
    script,
    index,
    folders: place.folders,
    environment: { ...prepared.environment, ...place.environment },
    emit: entry => place.emit(entry),
    onKernel: kernel => onKernel(scripts, kernel, index),
    ...(place.hasSecrets ? {} : { messageLog: messageLogOf(automationFolder, id, index) }),
    ...(attached ? { attached } : {}),
    signal: control.signal,
    left: control.left,
    isSweep: run.record().priority <= PRIORITIES.sweep
  };
}

async function execute(
  { run, writeError }: IScriptsRun,
  executor: IExecutor,
  context: IScriptContext
): Promise<IOutcome | 'left' | null> {
  const result = await run.control.within(executor.execute(context));
  const unwritten = writeError();
  if (unwritten) {
    throw unwritten;
  }
  if (result.isLeft) {
    return 'left';
  }
  const { error } = result;
  const isLost =
    context.attached && (error?.code === 'lost' || error?.code === 'engine-unavailable');
  return isLost ? lostOutcome(error.message) : scriptOutcome(result, context.index);
}

async function onKernel(
  { attempt, before, begun, journal, kernel, place, run }: IScriptsRun,
  taken: IRunKernel | null,
  script: number
): Promise<void> {
  if (taken?.session !== undefined) {
    if (begun?.kernelOf(script)) {
      journal.append({ kind: 'state', state: 'running', attached: true });
    } else if (!place.hasSecrets) {
      const keep = () => keepAttachment(run.automationFolder, run.id, before);
      await attempt('what another server would need', keep);
    }
  }
  await kernel.take(taken, script);
}
