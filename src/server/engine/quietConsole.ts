import type { ILog } from '../log';

/** How the lines begin that `@jupyterlab/services` writes to the console. */
const NOISE = ['Starting WebSocket:', 'Connection lost, reconnecting', 'Kernel: ', 'The kernel "'];

const METHODS = ['debug', 'log', 'warn'] as const;

let isQuiet = false;

/**
 * Send the lines that the Jupyter library writes to the console to the debug log instead, for the rest
 * of the process. Other lines stay where they are; a second call changes nothing.
 */
export function quietConsole(log: ILog, target: Pick<Console, (typeof METHODS)[number]>): void {
  if (isQuiet) {
    return;
  }
  isQuiet = true;
  for (const method of METHODS) {
    const write = target[method].bind(target);
    target[method] = (...values: unknown[]) => {
      const [first] = values;
      if (typeof first === 'string' && NOISE.some(start => first.startsWith(start))) {
        log.debug(first);
      } else {
        write(...values);
      }
    };
  }
}
