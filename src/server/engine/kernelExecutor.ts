import { relativePath } from '../../core/path';
import type { IExecutor, IScriptContext, IScriptResult } from '../../core/run/execution';
import { createLanguages } from '../../core/run/languages/languages';
import type { LanguageRegistry } from '../../core/run/languages/languages';
import type { ILog } from '../log';
import { JupyterClient, JupyterError } from './jupyterClient';
import type { IKernelSpec } from './jupyterClient';
import { chooseKernel } from './kernelChoice';
import { KernelSession } from './kernelSession';
import type { IJupyterPlace } from './place';
import { quietConsole } from './quietConsole';
import { RequestSequence } from './requestSequence';
import type { IScriptRequest, SequenceEnd } from './requestSequence';
import { SUCCESS, aborted, failure, interruption } from './scriptFailure';
import { ScriptJournal } from './scriptJournal';
import { planScript } from './scriptPlan';
import type { IScriptPlan } from './scriptPlan';

/** An executor that holds something to be released. */
export interface IOwnedExecutor extends IExecutor {
  /** Resolves when nothing is left of what it started; executions must have ended or been aborted. */
  close(): Promise<void>;
}

/** What a kernel executor needs. */
export interface IKernelExecutorOptions {
  /** The Jupyter server for the next execution; a rejection makes the run fail as `engine-unavailable`. */
  places(): Promise<IJupyterPlace>;
  log: ILog;
  /** Languages that kernels can be prepared for; those that come with us when left out. */
  languages?: LanguageRegistry;
}

/** After an interrupt a kernel has this long to stop. */
const INTERRUPT_MS = 5000;
/** Jupyter shuts down within 5 s, then terminates, then kills; nobody waits longer than this for it. */
const REMOVE_MS = 12_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/**
 * Make the executor of notebooks, Python files and functions: each gets a fresh kernel of a Jupyter
 * server, which is deleted afterwards.
 */
export function createKernelExecutor(options: IKernelExecutorOptions): IOwnedExecutor {
  quietConsole(options.log, console);
  const removals = new Set<Promise<void>>();
  const shared: IShared = {
    ...options,
    languages: options.languages ?? createLanguages(),
    remove: session => {
      const removal = session.remove().finally(() => removals.delete(removal));
      removals.add(removal);
      return removal;
    }
  };
  return {
    kinds: ['notebook', 'python', 'function'],
    execute: context => executeScript(shared, context),
    close: async () => {
      await Promise.all(removals);
    }
  };
}

interface IShared extends IKernelExecutorOptions {
  languages: LanguageRegistry;
  /** Delete the kernel of a session; remembered until it is done. */
  remove(session: KernelSession): Promise<void>;
}

async function executeScript(shared: IShared, context: IScriptContext): Promise<IScriptResult> {
  const { script, signal } = context;
  if (script.kind === 'command') {
    throw new Error('a command needs the command executor');
  }
  if (signal.aborted) {
    return interruption(context);
  }
  const plan = await planScript(context, script);
  if ('returnCode' in plan) {
    return plan;
  }
  const journal = new ScriptJournal(context);
  journal.beginScript(plan.title, plan.cells);
  let result: IScriptResult | null = null;
  try {
    result = await executePlan(shared, context, plan, journal);
    return result;
  } finally {
    const error = result?.error;
    journal.endScript({
      isOk: result !== null && !error,
      ...(error ? { error: { name: error.name ?? error.code, message: error.message } } : {})
    });
  }
}

async function executePlan(
  shared: IShared,
  context: IScriptContext,
  plan: IScriptPlan,
  journal: ScriptJournal
): Promise<IScriptResult> {
  let session: KernelSession | null = null;
  try {
    const place = await shared.places();
    if (place.rootFolder === null) {
      const message =
        'The Jupyter server shares no files with us, so that no script can run there.';
      return failure({ code: 'engine-unavailable', message, script: context.index });
    }
    const client = new JupyterClient(place, shared.log);
    const spec = chooseKernel(context, plan, await client.specs());
    if ('returnCode' in spec) {
      return spec;
    }
    const stage = journal.begin({ name: 'kernel start', isStage: true });
    const path = relativePath(place.rootFolder, plan.folder) ?? '';
    const id = await startKernel(client, spec.name, path === '.' ? '' : path, context.signal);
    if (id === null) {
      return interruption(context);
    }
    session = new KernelSession(client, id, spec.name, shared.log);
    await context.onKernel(id);
    await Promise.race([session.ready, session.ended, aborted(context.signal)]);
    journal.end(stage, { isOk: true });
    return await runInKernel({ shared, context, plan, journal, session, spec });
  } catch (error) {
    if (error instanceof JupyterError || session === null) {
      const message = error instanceof Error ? error.message : String(error);
      shared.log.error(`no kernel for a run: ${message}`, error);
      return failure({ code: 'engine-unavailable', message, script: context.index });
    }
    throw error;
  } finally {
    if (session) {
      const removal = shared.remove(session);
      await context.onKernel(null);
      if (context.signal.aborted) {
        await within(removal, REMOVE_MS);
      }
    }
  }
}

/** Start a kernel; wait for a place where there are as many as may be. @returns null when aborted */
async function startKernel(
  client: JupyterClient,
  name: string,
  path: string,
  signal: AbortSignal
): Promise<string | null> {
  for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
    try {
      return await client.start(name, path);
    } catch (error) {
      if (!(error instanceof JupyterError) || error.code !== 'limit') {
        throw error;
      }
    }
    await pause(waitMs, signal);
  }
  return null;
}

interface IKernelRun {
  shared: IShared;
  context: IScriptContext;
  plan: IScriptPlan;
  journal: ScriptJournal;
  session: KernelSession;
  spec: IKernelSpec;
}

async function runInKernel(run: IKernelRun): Promise<IScriptResult> {
  const { shared, context, plan, journal, session, spec } = run;
  const language = shared.languages.get(spec.language || plan.language);
  const sequence = new RequestSequence(planRequests(run), {
    session,
    journal,
    log: shared.log,
    isPipelined: language.isPipelined
  });
  const { signal } = context;
  const stop = aborted(signal).then(() => 'stop' as const);
  const finished = signal.aborted
    ? Promise.resolve(null)
    : sequence.run().then(end => ({ end }) as const);
  const first = await Promise.race([stop, session.ended, finished]);
  if (signal.aborted || first === 'stop') {
    await interrupt(session, finished, shared.log);
    return interruption(context, journal.tail());
  }
  if (first === null || 'end' in first) {
    return first ? readEnd(context, first.end, journal) : SUCCESS;
  }
  const cell = sequence.current?.cell?.number;
  const where = cell === undefined ? '' : ` It happened in cell ${cell}.`;
  return failure({
    code: first.code,
    message: first.message + where,
    script: context.index,
    ...(cell === undefined ? {} : { cell }),
    tail: journal.tail()
  });
}

/** The author's requests, with what comes before and after them. */
function planRequests({ shared, context, plan, journal, spec }: IKernelRun): IScriptRequest[] {
  const language = shared.languages.get(spec.language || plan.language);
  const own = (role: 'prelude' | 'epilogue', code: string | null): IScriptRequest[] =>
    code === null ? [] : [{ role, code, cell: null, allowsError: false }];
  const prelude = language.prelude({
    folder: plan.folder,
    sourceFolder: context.automation.folder,
    environment: context.environment,
    keep: spec.variables
  });
  if (prelude === null) {
    const name = spec.language || spec.name;
    journal.text(
      'stderr',
      `Environment variables cannot be set for ${name} kernels; the code sees those of Jupyter.\n`
    );
  }
  return [...own('prelude', prelude), ...plan.requests, ...own('epilogue', language.epilogue)];
}

/** Interrupt what runs, and wait until it stopped, or 5 seconds. */
async function interrupt(
  session: KernelSession,
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

function readEnd(context: IScriptContext, end: SequenceEnd, journal: ScriptJournal): IScriptResult {
  if (!end) {
    return SUCCESS;
  }
  const { request, name, value, traceback } = end;
  const cell = request.cell?.number;
  const shared = {
    script: context.index,
    ...(cell === undefined ? {} : { cell }),
    name,
    value,
    traceback,
    tail: journal.tail()
  };
  const where = cell === undefined ? '' : ` in cell ${cell}`;
  if (request.role !== 'author') {
    const message = `The kernel could not be prepared: ${describe(name, value)}`;
    return failure({ ...shared, code: 'engine-unavailable', message });
  }
  if (name === 'StdinNotImplementedError') {
    const message = `The code asks for input${where}, but nobody can answer while it runs; use an input variable.`;
    return failure({ ...shared, code: 'input-requested', message });
  }
  if (name === 'SystemExit') {
    const status = /^\d{1,3}$/.test(value) ? Number(value) : 1;
    const message = `Exited with code ${status}${where}`;
    return failure({ ...shared, code: 'command-failed', message }, status);
  }
  const message = `${describe(name, value)}${where && ` (cell ${cell})`}`;
  return failure({ ...shared, code: 'cell-error', message });
}

function describe(name: string, value: string): string {
  const [line] = value.split('\n');
  return name && line ? `${name}: ${line}` : name || line || 'The code failed';
}

/** Wait, at most until a signal is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await within(aborted(signal), milliseconds);
}

/** Wait for a promise, but not longer than a time. */
async function within(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, time]).finally(() => clearTimeout(timer));
}
