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
import type { IScriptRequest } from './requestFailure';
import { aborted, failure, interruption } from './scriptFailure';
import type { ScriptJournal } from './scriptJournal';
import type { IScriptPlan } from './scriptPlan';
import { awaitSequence, executeScript, within } from './scriptExecution';

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
    execute: context =>
      executeScript(context, (plan, journal) => executePlan(shared, context, plan, journal)),
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
  const { shared, plan, journal, session, spec } = run;
  const language = shared.languages.get(spec.language || plan.language);
  const sequence = new RequestSequence(planRequests(run), {
    session,
    journal,
    log: shared.log,
    isPipelined: language.isPipelined
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

/** Wait, at most until a signal is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await within(aborted(signal), milliseconds);
}
