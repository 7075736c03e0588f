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

/**
 * Take a kernel that was kept ready, or start one; where there are as many as may be, wait.
 *
 * @returns null when aborted
 * @throws {JupyterError}
 */
export async function startSession(start: IKernelStart): Promise<KernelSession | null> {
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
