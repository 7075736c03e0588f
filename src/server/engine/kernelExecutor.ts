import type { IExecutor, IScriptContext, IScriptResult } from '../../core/run/execution';
import { createLanguages } from '../../core/run/languages/languages';
import type { ILanguage } from '../../core/run/languages/language';
import type { LanguageRegistry } from '../../core/run/languages/languages';
import type { ILog } from '../log';
import { JupyterClient, JupyterError } from './jupyterClient';
import type { IKernelSpec } from './jupyterClient';
import { chooseKernel } from './kernelChoice';
import type { KernelSession } from './kernelSession';
import { startReadySession } from './kernelStart';
import type { IKernelStart } from './kernelStart';
import type { IJupyterPlace } from './place';
import { KernelCalls } from './places/kernelCalls';
import { openPlaceFolder } from './places/openPlaceFolder';
import { RemoteRun } from './places/remoteRun';
import { quietConsole } from './quietConsole';
import { resumeScript, REMOVE_MS, type IKernelKeeper } from './resumeScript';
import { RequestSequence } from './requestSequence';
import { surroundRequests } from './requestFailure';
import type { IScriptRequest } from './requestFailure';
import { aborted, failure, interruption } from './scriptFailure';
import type { ScriptJournal } from './scriptJournal';
import { planScript } from './scriptPlan';
import type { IScriptPlan } from './scriptPlan';
import { awaitSequence, executeScript, within } from './scriptExecution';
import type { WarmKernels } from './warm/warmKernels';
import { warmWishOf } from './warm/warmKey';

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
  /** Kernels that are kept ready; none when left out. They belong to the executor. */
  warm?: WarmKernels;
}

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
    execute: context =>
      executeScript(context, (plan, journal) =>
        context.attached
          ? resumeScript(shared, { ...context, attached: context.attached }, plan, journal)
          : executePlan(shared, context, plan, journal)
      ),
    close: async () => {
      await Promise.all([...removals, options.warm?.close()]);
    }
  };
}

interface IShared extends IKernelExecutorOptions, IKernelKeeper {
  languages: LanguageRegistry;
}

async function executePlan(
  shared: IShared,
  context: IScriptContext,
  plan: IScriptPlan,
  journal: ScriptJournal
): Promise<IScriptResult> {
  let session: KernelSession | null = null;
  let isLeft = false;
  let keepNext = () => {};
  try {
    const place = await shared.places();
    const client = new JupyterClient(place, shared.log);
    const spec = chooseKernel(context, plan, await client.specs());
    if ('returnCode' in spec) {
      return spec;
    }
    const stage = journal.begin({ name: 'kernel start', isStage: true });
    const warm = await warmthOf(shared, context, plan, { place, spec });
    const started = await startReadySession(
      { context, plan, place, client, spec, log: shared.log, warm },
      {
        take: async taken => {
          session = taken;
          await context.onKernel({ engine: place.id, id: taken.id, ...resumable(place, taken) });
        },
        remove: shared.remove
      }
    );
    if (started === null) {
      return interruption(context);
    }
    session = started;
    keepNext = () => warm?.kernels.keep(client, warm.wish.key);
    journal.end(stage, { isOk: true });
    const run = { shared, context, plan, journal, session, spec, place, client };
    const result = await runWithFiles(run);
    isLeft = result.isLeft === true;
    return result;
  } catch (error) {
    if (error instanceof JupyterError || session === null) {
      const message = error instanceof Error ? error.message : String(error);
      shared.log.error(`no kernel for a run: ${message}`, error);
      return failure({ code: 'engine-unavailable', message, script: context.index });
    }
    throw error;
  } finally {
    if (session && isLeft) {
      session.dispose();
    } else if (session) {
      const removal = shared.remove(session);
      // Only now: until its end the run has the processors for itself.
      keepNext();
      await context.onKernel(null);
      if (context.signal.aborted) {
        await within(removal, REMOVE_MS);
      }
    }
  }
}

/** How a server after this one would go on; kernels of a Jupyter server of our own end with us. */
function resumable({ id }: IJupyterPlace, { clientId }: KernelSession): { session?: string } {
  return id === 'private' ? {} : { session: clientId };
}

/** What is wanted of a kernel that is kept ready; null where none is. */
async function warmthOf(
  { warm, languages }: IShared,
  context: IScriptContext,
  plan: IScriptPlan,
  { place, spec }: { place: IJupyterPlace; spec: IKernelSpec }
): Promise<IKernelStart['warm']> {
  const language = languages.get(spec.language || plan.language);
  const wish = warm ? await warmWishOf(context, plan, { place, spec, language }) : null;
  return warm && wish ? { kernels: warm, wish } : null;
}

interface IKernelRun {
  place: IJupyterPlace;
  client: JupyterClient;
  shared: IShared;
  context: IScriptContext;
  plan: IScriptPlan;
  journal: ScriptJournal;
  session: KernelSession;
  spec: IKernelSpec;
}

/** Run in a kernel whose files come and go with the script, where it does not see ours. */
async function runWithFiles(run: IKernelRun): Promise<IScriptResult> {
  const { context, journal } = run;
  const { signal } = context;
  let remote: RemoteRun | null;
  try {
    remote = await orAborted(openRemoteRun(run), signal);
  } catch (error) {
    return filesFailure(run, error);
  }
  if (signal.aborted) {
    return interruption(context);
  }
  if (!remote) {
    return runInKernel(run, null);
  }
  const { script } = context;
  const plan =
    script.kind === 'command'
      ? run.plan
      : await planScript(context, script, path => remote.toPlace(path));
  if ('returnCode' in plan) {
    return plan;
  }
  let isRemoved = false;
  try {
    const result = await runInKernel({ ...run, plan }, remote);
    if (signal.aborted || result.error?.code === 'kernel-died') {
      return result;
    }
    const failed = await fetchFiles(run, remote);
    isRemoved = failed === null && !signal.aborted;
    return signal.aborted ? interruption(context, journal.tail()) : (failed ?? result);
  } finally {
    if (!isRemoved) {
      await remote
        .remove({ isKernelFree: false })
        .catch(error => run.shared.log.warn(`files of a run may be left behind: ${String(error)}`));
    }
  }
}

/** @returns null when all that a script wrote is here */
async function fetchFiles(run: IKernelRun, remote: RemoteRun): Promise<IScriptResult | null> {
  const { context, journal } = run;
  const stage = journal.begin({ name: 'fetch files', isStage: true });
  try {
    await orAborted(
      remote.bringBack().then(() => remote.remove({ isKernelFree: true })),
      context.signal
    );
    journal.end(stage, { isOk: true });
    return null;
  } catch (error) {
    journal.end(stage, { isOk: false });
    return filesFailure(run, error);
  }
}

/** Wait for work until a signal is aborted; null then. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return Promise.race([work, aborted(signal).then(() => null)]);
}

async function openRemoteRun(run: IKernelRun): Promise<RemoteRun | null> {
  const { context, journal, session, place, client } = run;
  const { files: code } = languageOf(run);
  const calls = new KernelCalls(session);
  const folder = await openPlaceFolder({
    ...{ place, client, calls, code },
    folder: context.folders.debug
  });
  if (!folder) {
    return null;
  }
  const stage = journal.begin({ name: 'send files', isStage: true });
  const remote = await RemoteRun.send(folder, context, journal);
  journal.end(stage, { isOk: true });
  return remote;
}

function filesFailure({ shared, context }: IKernelRun, error: unknown): IScriptResult {
  const message = error instanceof Error ? error.message : String(error);
  shared.log.error(`the files of a run could not travel: ${message}`, error);
  return failure({ code: 'engine-unavailable', message, script: context.index });
}

function languageOf({ shared, plan, spec }: IKernelRun): ILanguage {
  return shared.languages.get(spec.language || plan.language);
}

async function runInKernel(run: IKernelRun, remote: RemoteRun | null): Promise<IScriptResult> {
  const { shared, journal, session } = run;
  const sequence = new RequestSequence(planRequests(run, remote), {
    session,
    journal,
    log: shared.log,
    isPipelined: remote === null && languageOf(run).isPipelined
  });
  try {
    return await awaitSequence(
      { context: run.context, session, journal, log: shared.log },
      sequence
    );
  } finally {
    sequence.dispose();
  }
}

/** The author's requests, with what comes before and after them. */
function planRequests(run: IKernelRun, remote: RemoteRun | null): IScriptRequest[] {
  const { context, plan, journal, spec } = run;
  const language = languageOf(run);
  const { folder: sourceFolder } = context.automation;
  const prelude = language.prelude({
    folder: plan.folder,
    sourceFolder: remote?.toPlace(sourceFolder) ?? sourceFolder,
    environment: remote?.environment() ?? context.environment,
    keep: spec.variables,
    isElsewhere: remote !== null,
    messageLog: remote === null && run.place.id !== 'private' ? context.messageLog : undefined,
    hasFigures: context.automation.environment.hasFigures
  });
  if (prelude === null) {
    const name = spec.language || spec.name;
    journal.text(
      'stderr',
      `Environment variables cannot be set for ${name} kernels; the code sees those of Jupyter.\n`
    );
  }
  return surroundRequests(plan.requests, { prelude, epilogue: language.epilogue });
}
