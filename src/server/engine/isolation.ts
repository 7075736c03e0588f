import type { IAutomation } from '../../core/automation/automation';
import type { IExecutor, IRunFolders } from '../../core/run/execution';
import type { ILog } from '../log';
import type { IForkExecutor } from './fork/forkExecutor';
import { failure } from './scriptFailure';

/** The executors to choose from. */
export interface IIsolationOptions {
  kernels: IExecutor;
  forks: IForkExecutor;
  /** False where nobody sees kernels, in no list of JupyterLab: then `auto` takes forks for all that can be forked. */
  showsKernels: boolean;
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
 * Make the executor that chooses between kernels and forks. With `auto`, the batches of a sweep, and all that readers of
 * a served tool ask for, run in forks where a fork does the same as a kernel; what a person asks for in Lab runs in a
 * kernel, which is seen and can be interrupted there.
 */
export function createIsolatingExecutor(options: IIsolationOptions): IIsolatingExecutor {
  const { kernels, forks, showsKernels, log } = options;
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
      const isSeen = showsKernels && !context.isSweep;
      if (context.attached || isolation === 'kernel' || (isolation === 'auto' && isSeen)) {
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
      log.debug(`a run goes to a kernel: ${obstacle}`);
      return kernels.execute(context);
    }
  };
}
