import { relativePath } from '../../core/path';
import type { IScriptContext } from '../../core/run/execution';
import type { ILog } from '../log';
import { JupyterError } from './jupyterClient';
import type { IKernelSpec, JupyterClient } from './jupyterClient';
import { KernelSession } from './kernelSession';
import type { IJupyterPlace } from './place';
import { within } from './scriptExecution';
import { aborted } from './scriptFailure';
import type { IScriptPlan } from './scriptPlan';
import type { WarmKernels } from './warm/warmKernels';
import type { IWarmWish } from './warm/warmKey';

/** What starts a kernel for a script. */
export interface IKernelStart {
  context: IScriptContext;
  plan: IScriptPlan;
  place: IJupyterPlace;
  client: JupyterClient;
  spec: IKernelSpec;
  log: ILog;
  /** Kernels that are there already, and what is wanted of one. */
  warm: { kernels: WarmKernels; wish: IWarmWish } | null;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** Kernels that are started for a script, one after the other, when they die before they are ready. */
const ATTEMPTS = 3;

/**
 * Take or start a kernel, and wait until it answers. One that dies before that has run no code of anybody, such as one
 * whose port another process took in the moment between its choice and its use: another is started.
 *
 * @param owner - `take` is told of each session before it is waited for, `remove` ends one that died
 * @returns the session, which has ended when all attempts died; null when aborted
 * @throws {JupyterError}
 */
export async function startReadySession(
  start: IKernelStart,
  owner: { take(session: KernelSession): Promise<void>; remove(session: KernelSession): unknown }
): Promise<KernelSession | null> {
  const { signal } = start.context;
  for (let attempt = 1; ; attempt += 1) {
    const session = await startSession(start);
    if (session === null) {
      return null;
    }
    await owner.take(session);
    const nothing = () => null;
    const end = await Promise.race([
      session.ready.then(nothing),
      session.ended,
      aborted(signal).then(nothing)
    ]);
    if (end?.code !== 'kernel-died' || attempt === ATTEMPTS) {
      return session;
    }
    start.log.warn(`kernel ${session.id} died before it was ready; another is started`);
    owner.remove(session);
  }
}

/**
 * Take a kernel that was kept ready, or start one; where there are as many as may be, wait.
 *
 * @returns null when aborted
 * @throws {JupyterError}
 */
async function startSession(start: IKernelStart): Promise<KernelSession | null> {
  const { warm, client, spec, log } = start;
  const kept = warm && (await warm.kernels.take(warm.wish.key, warm.wish.own));
  if (kept) {
    return kept;
  }
  const id = await startKernel(start);
  return id === null ? null : new KernelSession(client, id, spec.name, log);
}

async function startKernel(start: IKernelStart): Promise<string | null> {
  const { client, spec, place, plan, warm } = start;
  const { signal } = start.context;
  const path = startFolder(place, plan);
  for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
    try {
      return await client.start(spec.name, path);
    } catch (error) {
      if (!(error instanceof JupyterError) || error.code !== 'limit') {
        throw error;
      }
    }
    if (!(await warm?.kernels.makeRoom())) {
      await within(aborted(signal), waitMs);
    }
  }
  return null;
}

/** The folder that a kernel starts in, relative to the root folder of its server; the prelude says which it works in. */
function startFolder({ rootFolder }: IJupyterPlace, { folder }: IScriptPlan): string | null {
  if (rootFolder === null) {
    return '';
  }
  const path = relativePath(rootFolder, folder);
  return path === '.' ? null : path;
}
