import type { IAutomation } from '../../core/automation/automation';
import type { ILog } from '../log';
import type { IIsolatingExecutor } from './isolation';

/** What `Preparations` works with. */
export interface IPreparationsOptions {
  isolating: Pick<IIsolatingExecutor, 'prepare'>;
  /** What scripts of an automation find in their environment, whatever the run. */
  environmentOf(automation: IAutomation): Readonly<Record<string, string>>;
  /** Start what kernels run on. */
  startPlace(): Promise<unknown>;
  log: ILog;
}

/** An automation that was looked at within this time is not looked at again. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Starts what runs of an automation will need, such as a fork server with its imports, before the first run is asked
 * for: while a sweep is made ready, when a tool begins to be served, and when somebody opens its form.
 */
export class Preparations {
  constructor(private readonly _options: IPreparationsOptions) {}

  /** Start in the background what scripts of an automation will need; never throws. */
  prepare(automation: IAutomation): void {
    if (automation.environment.engine === 'podman') {
      return;
    }
    this._lookedAt.set(automation.folder, Date.now());
    const { isolating, environmentOf, startPlace, log } = this._options;
    isolating
      .prepare(automation, environmentOf(automation))
      .then(needsKernels => (needsKernels ? startPlace() : undefined))
      // The first run says it to whoever wants it.
      .catch(error => log.debug(`a run could not be prepared: ${String(error)}`));
  }

  /** The same when somebody may soon ask for a run: an automation is looked at twice a minute at most. */
  expect(automation: IAutomation): void {
    const lookedAt = this._lookedAt.get(automation.folder) ?? -Infinity;
    if (Math.abs(Date.now() - lookedAt) > LOOK_AGAIN_MS) {
      this.prepare(automation);
    }
  }

  /** When each folder was looked at, by the clock of the system. */
  private readonly _lookedAt = new Map<string, number>();
}
