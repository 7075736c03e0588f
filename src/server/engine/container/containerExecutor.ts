import * as path from 'node:path';
import type { IExecutor, IScriptContext, IScriptResult } from '../../../core/run/execution';
import { python } from '../../../core/run/languages/python';
import type { ILog } from '../../log';
import type { IClock } from '../../store/clock';
import { createCommandExecutor } from '../commandExecutor';
import type { ILaunch, IProgram } from '../commandExecutor';
import type { IOwnedExecutor } from '../kernelExecutor';
import { surroundRequests } from '../requestFailure';
import type { IScriptRequest } from '../requestFailure';
import { RequestSequence } from '../requestSequence';
import { awaitSequence, executeScript } from '../scriptExecution';
import { aborted, failure, interruption } from '../scriptFailure';
import type { ScriptJournal } from '../scriptJournal';
import type { IScriptPlan } from '../scriptPlan';
import { MountError } from './containerArguments';
import type { ContainerPorts } from './containerPorts';
import { containerEnd } from './containerEnd';
import type { IContainerUser } from './containerFile';
import { NoPodmanError, launchContainer } from './containerLaunch';
import type { IContainerServices } from './containerLaunch';
import { ContainerSession } from './containerSession';
import { ImageError, Images } from './images';
import type { Podman } from './podman';

/** What a container executor needs. */
export interface IContainerExecutorOptions {
  podman: Podman;
  /** Environment of the server. */
  environment: NodeJS.ProcessEnv;
  /** Path of `fork_server.py`, beside which `container_relay.py` is; null where they are missing. */
  script: string | null;
  /** Where browsers find the ports of containers. */
  ports: ContainerPorts;
  /** True builds no image where there is one, whatever changed since; default false. */
  keepsImages?: boolean;
  /** Default: the time of this machine. */
  clock?: IClock;
  log: ILog;
  /** Milliseconds between SIGINT, SIGTERM and the end of the container when a command is to stop; 5,000 when left out. */
  patienceMs?: number;
}

/** Where our file is in containers. */
const SCRIPT_TARGET = '/var/lib/crosscompute/fork_server.py';

/**
 * Make the executor of scripts in containers: each gets a container of its own, made from the image of its
 * automation and removed with its end.
 */
export function createContainerExecutor(options: IContainerExecutorOptions): IOwnedExecutor {
  const { podman, environment, log, patienceMs } = options;
  const user = containerUser();
  const images = new Images({
    podman,
    user,
    valueOf: name => environment[name],
    isKept: options.keepsImages,
    clock: options.clock,
    log
  });
  const services: IContainerServices = {
    podman,
    images,
    user,
    ports: options.ports,
    relayScript: options.script && path.join(path.dirname(options.script), 'container_relay.py')
  };
  const removals = new Set<Promise<void>>();
  const commands = createCommandExecutor({
    log,
    patienceMs,
    launch: (context, program) => launchCommand(services, context, program)
  });
  const shared: IShared = {
    ...services,
    ...options,
    remember: removal => {
      removals.add(removal);
      void removal.finally(() => removals.delete(removal)).catch(() => undefined);
      return removal;
    }
  };
  return {
    kinds: ['command', 'notebook', 'python', 'function'],
    execute: context =>
      context.script.kind === 'command'
        ? commands.execute(context)
        : executeScript(context, (plan, journal) => executePlan(shared, context, plan, journal)),
    close: async () => {
      await Promise.allSettled(removals);
    }
  };
}

interface IShared extends IContainerServices, IContainerExecutorOptions {
  /** Keep a promise until it is settled. */
  remember(removal: Promise<void>): Promise<void>;
}

/** Without root, podman can give the user of a container the id of ours; with root it must not be root's. */
function containerUser(): IContainerUser {
  const uid = process.getuid?.() ?? 1000;
  const gid = process.getgid?.() ?? 1000;
  return uid === 0 ? { uid: 1000, gid: 1000, isRootless: false } : { uid, gid, isRootless: true };
}

async function launchCommand(
  services: IContainerServices,
  context: IScriptContext,
  { words, folder, journal }: IProgram
): Promise<ILaunch | IScriptResult> {
  try {
    const contained = { words, folder, isInteractive: false };
    const launch = await launchContainer(services, context, contained, journal);
    return {
      ...launch,
      folder: '/',
      explain: (status, tail) => {
        const end = containerEnd(status, { program: words[0], said: tail.join('\n') });
        return end && failure({ ...end, script: context.index, tail });
      },
      release: async isForced => {
        if (isForced) {
          await launch.remove();
        }
        await launch.giveBack();
      }
    };
  } catch (error) {
    return refusal(context, error);
  }
}

async function executePlan(
  shared: IShared,
  context: IScriptContext,
  plan: IScriptPlan,
  journal: ScriptJournal
): Promise<IScriptResult> {
  const { script, log } = shared;
  if (plan.language && !/^i?python3?$/i.test(plan.language)) {
    const message = `${plan.title} is written in ${plan.language}; in containers notebooks run in Python only. Use a command.`;
    return failure({ code: 'kernel-unknown', message, script: context.index });
  }
  if (script === null) {
    const message = 'fork_server.py is missing from this installation.';
    return failure({ code: 'engine-unavailable', message, script: context.index });
  }
  try {
    const contained = {
      words: ['python3', SCRIPT_TARGET, 'relay'],
      folder: plan.folder,
      mounts: [{ source: script, target: SCRIPT_TARGET, isWritable: false }],
      isInteractive: true
    };
    const launch = await launchContainer(shared, context, contained, journal);
    const stage = journal.begin({ name: 'container start', isStage: true });
    const session = new ContainerSession(launch, log);
    let result: IScriptResult | null = null;
    try {
      await Promise.race([session.ready, session.ended, aborted(context.signal)]);
      journal.end(stage, { isOk: true });
      result = await runInSession(shared, { context, plan, journal, session });
      return result;
    } finally {
      const isAtOnce = result === null || result.error !== null;
      await shared.remember(session.remove(isAtOnce).then(() => launch.giveBack()));
    }
  } catch (error) {
    return refusal(context, error);
  }
}

interface ISessionPlan {
  context: IScriptContext;
  plan: IScriptPlan;
  journal: ScriptJournal;
  session: ContainerSession;
}

async function runInSession({ log }: IShared, run: ISessionPlan): Promise<IScriptResult> {
  const { context, plan, journal, session } = run;
  const sequence = new RequestSequence(planRequests(context, plan), {
    session,
    journal,
    log,
    // As `isElsewhere` in the prelude wants it.
    isPipelined: false
  });
  try {
    return await awaitSequence({ context, session, journal, log }, sequence);
  } finally {
    sequence.dispose();
  }
}

function planRequests(context: IScriptContext, plan: IScriptPlan): IScriptRequest[] {
  // The container was started with the environment of the script.
  const prelude = python.prelude({
    folder: plan.folder,
    sourceFolder: context.automation.folder,
    environment: {},
    keep: [],
    isElsewhere: true,
    hasFigures: context.automation.environment.hasFigures
  });
  return surroundRequests(plan.requests, { prelude, epilogue: python.epilogue });
}

/** Lines at the end of a build that say no more than that a step failed, and repeat it. */
const OF_PODMAN = /^(Error: building at STEP |: exit status |time="|STEP \d)/;

/** The result of a script that got no container. @throws what is no refusal */
function refusal(context: IScriptContext, error: unknown): IScriptResult {
  if (context.signal.aborted) {
    return interruption(context);
  }
  const script = context.index;
  if (error instanceof NoPodmanError || error instanceof MountError) {
    return failure({ code: 'engine-unavailable', message: error.message, script });
  }
  if (error instanceof ImageError) {
    const { tail } = error;
    const reason = [...tail].reverse().find(line => !OF_PODMAN.test(line)) ?? tail.at(-1);
    const why = reason === undefined ? '' : `: ${reason}`;
    return failure({ code: 'image-failed', message: `${error.message}${why}`, script, tail });
  }
  throw error;
}

/** Make the executor that runs each script where `environment.engine` says: on this host, or in a container. */
export function createEngineChoice(host: readonly IExecutor[], containers: IExecutor): IExecutor {
  return {
    kinds: [...new Set([...host.flatMap(({ kinds }) => kinds), ...containers.kinds])],
    execute: context => {
      const { kind } = context.script;
      const executor =
        context.automation.environment.engine === 'podman'
          ? containers
          : host.find(({ kinds }) => kinds.includes(kind));
      if (!executor) {
        throw new Error(`nothing executes scripts of kind "${kind}"`);
      }
      return executor.execute(context);
    }
  };
}
