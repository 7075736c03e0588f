import type { IScriptContext } from '../../../core/run/execution';
import type { ILog } from '../../log';
import { JupyterClient, JupyterError, type IKernelSpec } from '../jupyterClient';
import { chooseKernel } from '../kernelChoice';
import { createKernelExecutor, type IOwnedExecutor } from '../kernelExecutor';
import type { IJupyterPlace } from '../place';
import { planScript } from '../scriptPlan';
import type { IEngine } from './enginesExecutor';
import type { IRemoteEngine } from './readEngines';

/** How long an answer about kernels, or that there is none, is believed. */
const BELIEVED_MS = 10_000;

/** An engine that is to be closed. */
export interface IOwnedEngine extends IEngine {
  /** Its Jupyter server. */
  place: IJupyterPlace;
  /** Resolves when its kernels are deleted. */
  close(): Promise<void>;
}

/** Make the engine of a Jupyter server or gateway elsewhere. Nothing is asked before the first script. */
export function createRemoteEngine(engine: IRemoteEngine, log: ILog): IOwnedEngine {
  const { id, url, token, files, kernels, maximumConcurrentRuns } = engine;
  const place: IJupyterPlace = { id, baseUrl: url, token, rootFolder: null, files };
  const executor: IOwnedExecutor = createKernelExecutor({ places: async () => place, log });
  const specs = new KnownSpecs(place, log);
  return {
    id,
    place,
    maximumConcurrentRuns,
    executors: [executor],
    accepts: async context => {
      // Forks are of this host.
      if (
        context.script.kind === 'command' ||
        context.automation.environment.isolation === 'fork'
      ) {
        return false;
      }
      const known = await specs.get();
      return known !== 'unreachable' && (await hasKernel(context, known, kernels));
    },
    close: () => executor.close()
  };
}

/** Whether there is a kernel for a script. */
export async function hasKernel(
  context: IScriptContext,
  specs: readonly IKernelSpec[] | null,
  allowed: readonly string[] | null
): Promise<boolean> {
  if (context.script.kind === 'command') {
    return false;
  }
  const plan = await planScript(context, context.script);
  if ('returnCode' in plan) {
    return false;
  }
  const spec = chooseKernel(context, plan, specs);
  return !('returnCode' in spec) && (allowed === null || allowed.includes(spec.name));
}

/** The kernel specs of a place, asked for again after a while. */
class KnownSpecs {
  constructor(
    private readonly _place: IJupyterPlace,
    private readonly _log: ILog
  ) {}

  /** Null where it gives no list. */
  get(): Promise<readonly IKernelSpec[] | null | 'unreachable'> {
    if (!this._answer || performance.now() - this._askedMs > BELIEVED_MS) {
      this._askedMs = performance.now();
      this._answer = this._ask();
    }
    return this._answer;
  }

  private async _ask(): Promise<readonly IKernelSpec[] | null | 'unreachable'> {
    try {
      return await new JupyterClient(this._place, this._log).specs();
    } catch (error) {
      if (!(error instanceof JupyterError)) {
        throw error;
      }
      this._log.warn(`engine "${this._place.id}" is left out for now: ${error.message}`);
      return 'unreachable';
    }
  }

  private _answer: Promise<readonly IKernelSpec[] | null | 'unreachable'> | null = null;
  private _askedMs = 0;
}
