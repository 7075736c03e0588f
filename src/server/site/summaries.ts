import type { IRunSummary, ITurn } from '../../core/api';
import type { IRunRecord } from '../../core/run/run';
import type { IRunQueue } from '../queue/queue';
import { summarizeRun } from '../queue/runSummary';
import type { Automations } from './automations';

/** Says in short what is known of a run. */
export class Summaries {
  constructor(
    private readonly _automations: Automations,
    private readonly _queue: () => IRunQueue
  ) {}

  /** A run as lists show it. */
  run(record: IRunRecord): IRunSummary {
    return summarizeRun(record, {
      automationName: this.automationName(record.automation),
      position: this._queue().position(record.id),
      progress: this._queue().progress(record.id)
    });
  }

  /** Tell whether a run goes on that a server before this one began. */
  isAttached({ id }: IRunRecord): boolean {
    return this._queue().isAttached(id);
  }

  /** When it is the turn of a run. */
  turn({ id }: IRunRecord): ITurn | null {
    return this._queue().turns([id]).get(id) ?? null;
  }

  /** The shown name of an automation, as long as it is open; else its slug. */
  automationName({ id, slug }: IRunRecord['automation']): string {
    return this._automations.find(id)?.find()?.name ?? slug;
  }
}
