import type { IExecutor, IScriptContext } from '../../../core/run/execution';
import type { ILog } from '../../log';
import { JupyterClient } from '../jupyterClient';
import type { IJupyterPlace } from '../place';
import { createEnginesExecutor, type IEngine } from './enginesExecutor';
import type { IEngineList } from './readEngines';
import { LOCAL_ENGINE } from './readEngines';
import { createRemoteEngine, hasKernel, type IOwnedEngine } from './remoteEngine';

/** All engines of a server. */
export interface IEngines {
  executor: IExecutor;
  /** Of all engines together. */
  maximumConcurrentRuns: number;
  /** Where the kernels of an engine elsewhere are; undefined for another id. */
  placeOf(engine: string): IJupyterPlace | undefined;
  /** Resolves when kernels elsewhere are deleted. */
  close(): Promise<void>;
}

/** What this host contributes. */
export interface ILocalEngine {
  executors: readonly IExecutor[];
  place: () => Promise<IJupyterPlace>;
  log: ILog;
}

/** Kernel names that every host has, so that nobody has to be asked. */
const USUAL_KERNELS: readonly (string | null)[] = [null, '', 'python3'];

/** Put engines together, those elsewhere and this host. */
export function createEngines(list: IEngineList, local: ILocalEngine): IEngines {
  const remote: IOwnedEngine[] = [];
  const engines = list.engines.map((engine): IEngine => {
    if (!('url' in engine)) {
      return {
        id: LOCAL_ENGINE,
        maximumConcurrentRuns: engine.maximumConcurrentRuns,
        executors: local.executors,
        accepts: context => hasLocalKernel(context, local)
      };
    }
    const owned = createRemoteEngine(engine, local.log);
    remote.push(owned);
    return owned;
  });
  return {
    executor: createEnginesExecutor(engines),
    maximumConcurrentRuns: engines.reduce((sum, engine) => sum + engine.maximumConcurrentRuns, 0),
    placeOf: id => remote.find(engine => engine.id === id)?.place,
    close: async () => {
      await Promise.all(remote.map(engine => engine.close()));
    }
  };
}

async function hasLocalKernel(context: IScriptContext, local: ILocalEngine): Promise<boolean> {
  const { script } = context;
  if (
    script.kind === 'command' ||
    (script.kind !== 'notebook' && USUAL_KERNELS.includes(script.kernel))
  ) {
    return true;
  }
  try {
    const place = await local.place();
    return await hasKernel(context, await new JupyterClient(place, local.log).specs(), null);
  } catch (error) {
    local.log.warn(`this host has no kernels now: ${String(error)}`);
    return false;
  }
}
