import type { IAutomation } from '../../core/automation/automation';
import type { IExecutor, IRunFolders } from '../../core/run/execution';
import type { ILog } from '../log';
import type { IForkExecutor } from './fork/forkExecutor';
import { failure } from './scriptFailure';

/** The executors to choose from. */
export interface IIsolationOptions {
  kernels: IExecutor;
  forks: IForkExecutor;
  log: ILog;
}

/** Executes each script where `environment.isolation` says. */
export interface IIsolatingExecutor extends IExecutor {
  /**
   * Start what the batches of a sweep will need.
   *
   * @param environment - of the scripts, without what differs between runs
   * @returns true when some script needs a kernel
   */
  prepare(automation: IAutomation, environment: Readonly<Record<string, string>>): Promise<boolean>;
}

/** The plan of a function names its folders, which do not matter before it runs. */
const NO_FOLDERS: IRunFolders = { input: '', output: '', log: '', debug: '', print: '' };

/**
 * Make the executor that chooses between kernels and forks. With `auto`, the batches of a sweep run in forks where a
 * fork does the same as a kernel; everything else runs in kernels, which a person sees in Lab and can interrupt there.
 */
export function createIsolatingExecutor(options: IIsolationOptions): IIsolatingExecutor {
  const { kernels, forks, log } = options;
  return {
    kinds: kernels.kinds,
    prepare: async (automation, environment) => {
      const { isolation } = automation.environment;
      const scripts = automation.scripts.filter(({ kind }) => kind !== 'command');
      if (isolation === 'kernel') {
        return scripts.length > 0;
      }
      const obstacles = await Promise.all(
        scripts.map((script, index) =>
          forks.findObstacle({ automation, script, index, folders: NO_FOLDERS, environment })
        )
      );
      return isolation === 'auto' && obstacles.some(obstacle => obstacle !== null);
    },
    execute: async context => {
      const { isolation } = context.automation.environment;
      if (isolation === 'kernel' || (isolation === 'auto' && !context.isSweep)) {
        return kernels.execute(context);
      }
      const obstacle = context.signal.aborted ? null : await forks.findObstacle(context);
      if (obstacle === null) {
        return forks.execute(context);
      }
      if (isolation === 'fork') {
        const message = `environment.isolation is "fork", but this script cannot run in one: ${obstacle}. Use "auto".`;
        return failure({ code: 'configuration-invalid', message, script: context.index });
      }
      log.debug(`a batch runs in a kernel: ${obstacle}`);
      return kernels.execute(context);
    }
  };
}
