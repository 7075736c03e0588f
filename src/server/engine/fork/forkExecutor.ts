import type { IScriptContext, IScriptResult } from '../../../core/run/execution';
import { python } from '../../../core/run/languages/python';
import type { ILog } from '../../log';
import type { IOwnedExecutor } from '../kernelExecutor';
import { RequestSequence } from '../requestSequence';
import { surroundRequests } from '../requestFailure';
import type { IScriptRequest } from '../requestFailure';
import { awaitSequence, executeScript } from '../scriptExecution';
import { aborted, failure, interruption } from '../scriptFailure';
import type { ScriptJournal } from '../scriptJournal';
import type { IScriptPlan } from '../scriptPlan';
import { findObstacle, forkKey } from './forkChoice';
import type { IForkChoice, IForkQuestion } from './forkChoice';
import { ForkListener } from './forkListener';
import { ForkServers } from './forkServers';
import { ForkSession } from './forkSession';

/** What a fork executor needs. */
export interface IForkExecutorOptions {
  /** Path of `fork_server.py`; null where it is missing. */
  script: string | null;
  /** Find the Python of a kernel spec; null when the spec is none of ipykernel's, or sets variables. */
  findPython(kernel: string): Promise<string | null>;
  /** Environment of the fork servers: what every run sees, without what is of a run or an automation alone. */
  environment: Readonly<Record<string, string>>;
  log: ILog;
  /** Milliseconds after which an unused fork server is ended; 5 minutes when left out. */
  idleMs?: number;
}

/** Executes scripts in forks of warm Python processes, where a fork does the same as a kernel. */
export interface IForkExecutor extends IOwnedExecutor {
  /**
   * Tell why a script cannot run in a fork; the fork server that it needs is started on the way.
   *
   * @returns a phrase for a person, such as `it imports torch`; null when it can
   */
  findObstacle(question: IForkQuestion): Promise<string | null>;
}

/**
 * Make the executor of notebooks, Python files and functions in forks: each runs in a process of its own, which
 * has the imports of the script loaded and is there within milliseconds.
 */
export function createForkExecutor(options: IForkExecutorOptions): IForkExecutor {
  const listener = new ForkListener();
  const servers = new ForkServers(
    { script: options.script ?? '', environment: options.environment, log: options.log },
    options.idleMs
  );
  const removals = new Set<Promise<void>>();
  const shared: IShared = {
    ...options,
    listener,
    servers,
    choices: new WeakMap(),
    remove: (session, isAtOnce) => {
      const removal = session.remove(isAtOnce).finally(() => removals.delete(removal));
      removals.add(removal);
      return removal;
    }
  };
  return {
    kinds: ['notebook', 'python', 'function'],
    findObstacle: question => findObstacle(shared, question),
    execute: context =>
      executeScript(
        context,
        (plan, journal) => executePlan(shared, context, plan, journal),
        shared.choices.get(context)?.plan
      ),
    close: async () => {
      await Promise.all(removals);
      await servers.close();
      await listener.close();
    }
  };
}

interface IShared extends IForkExecutorOptions {
  listener: ForkListener;
  servers: ForkServers;
  /** What was chosen when it was asked whether a script can run in a fork. */
  choices: WeakMap<IForkQuestion, IForkChoice>;
  remove(session: ForkSession, isAtOnce: boolean): Promise<void>;
}

async function executePlan(
  shared: IShared,
  context: IScriptContext,
  plan: IScriptPlan,
  journal: ScriptJournal
): Promise<IScriptResult> {
  const key = shared.choices.get(context)?.key ?? (await forkKey(shared, context, plan));
  if ('obstacle' in key) {
    return unavailable(context, key.obstacle);
  }
  const stage = journal.begin({ name: 'kernel start', isStage: true });
  const use = shared.servers.use(key);
  let session: ForkSession | null = null;
  let result: IScriptResult | null = null;
  try {
    const readiness = await Promise.race([use.server.ready, aborted(context.signal)]);
    if (!readiness || context.signal.aborted) {
      return interruption(context);
    }
    if (!readiness.isSafe) {
      return unavailable(context, readiness.reason);
    }
    session = await ForkSession.start(use.server, shared.listener, shared.log);
    await Promise.race([session.ready, session.ended, aborted(context.signal)]);
    journal.end(stage, { isOk: true });
    const sequence = new RequestSequence(planRequests(context, plan), {
      session,
      journal,
      log: shared.log,
      isPipelined: python.isPipelined
    });
    try {
      result = await awaitSequence({ context, session, journal, log: shared.log }, sequence);
      return result;
    } finally {
      sequence.dispose();
    }
  } finally {
    if (session) {
      const removal = shared.remove(session, result === null || result.error !== null);
      if (context.signal.aborted) {
        await removal;
      } else {
        void removal.catch(error => shared.log.warn(`a fork may be left behind: ${String(error)}`));
      }
    }
    use.release();
  }
}

function planRequests(context: IScriptContext, plan: IScriptPlan): IScriptRequest[] {
  const prelude = python.prelude({
    folder: plan.folder,
    sourceFolder: context.automation.folder,
    environment: context.environment,
    keep: [],
    hasFigures: context.automation.environment.hasFigures
  });
  return surroundRequests(plan.requests, { prelude, epilogue: python.epilogue });
}

function unavailable(context: IScriptContext, obstacle: string): IScriptResult {
  const message = `This script cannot run in a fork: ${obstacle}.`;
  return failure({ code: 'engine-unavailable', message, script: context.index });
}
