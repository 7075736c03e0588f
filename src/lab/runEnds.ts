import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IActivity, IQueueState, IRunResource, IRunSummary } from '../core/api';
import type { ICrossComputeClient, IQueueMonitor } from './tokens';

/** Runs of an automation that are kept in mind, each of whose ends is asked for; more are only counted. */
const MAX_ASKED = 20;

/** The end of one run, or of all that were in the queue for an automation. */
export interface IRunEnd {
  /** For a person, in words. */
  message: string;
  isWell: boolean;
  /** Path of the configuration. */
  configuration: string;
  /** Slug of the batch or run; null when several ended. */
  batch: string | null;
}

/**
 * Gathers the ends of runs: one message when the queue has nothing more for an automation, however many
 * its runs were.
 */
export class RunEnds {
  /**
   * @param _isWatched - true when a person sees the end of this run anyway; null for whatever runs of the automation
   */
  constructor(
    private readonly _client: ICrossComputeClient,
    queue: IQueueMonitor,
    private readonly _isWatched: (run: string | null, automation: string) => boolean,
    private readonly _trans: TranslationBundle
  ) {
    queue.changed.connect(this._onChange, this);
  }

  get ended(): ISignal<this, IRunEnd> {
    return this._ended;
  }

  private _onChange(_: IQueueMonitor, { running, queued, automations }: IQueueState): void {
    for (const run of [...running, ...queued]) {
      const known = this._known.get(run.automation) ?? new Map<string, IRunSummary>();
      this._known.set(run.automation, known);
      if (known.size < MAX_ASKED) {
        known.set(run.id, run);
      }
    }
    for (const [automation, known] of this._known) {
      const counts = automations[automation];
      if (!counts || counts.running + counts.queued + counts.coming === 0) {
        this._known.delete(automation);
        const ids = [...known.keys()];
        const isAll = (counts?.ended ?? 0) <= ids.length;
        const unseen = ids.filter(id => !this._isWatched(isAll ? id : null, automation));
        if (unseen.length) {
          // A run that was deleted meanwhile has no end to tell of.
          this._tell(unseen, isAll ? null : counts).catch(() => undefined);
        }
      }
    }
  }

  /**
   * @param ids - not empty
   * @param counts - when there were more than those
   */
  private async _tell(
    ids: readonly string[],
    counts: Pick<IActivity, 'ended' | 'failed'> | null
  ): Promise<void> {
    const trans = this._trans;
    const ends: IRunResource[] = [];
    for (const id of counts ? ids.slice(0, 1) : ids) {
      ends.push(await this._client.getRun(id));
    }
    const ended = counts?.ended ?? ends.length;
    const failed =
      counts?.failed ?? ends.filter(({ state }) => state === 'failed' || state === 'lost').length;
    const [{ automationName, batchName, batch, record }] = ends;
    const isForm = record.batch.kind === 'form';
    const name = isForm ? automationName : `${automationName}, ${batchName}`;
    const { configuration } = record.automation;
    const isWell = failed === 0;
    if (ended === 1) {
      const message =
        ends[0].state === 'done'
          ? trans.__('%1: the run is done.', name)
          : ends[0].state === 'stopped'
            ? trans.__('%1: the run was stopped.', name)
            : trans.__('%1: the run failed.', name);
      this._ended.emit({ message, isWell, configuration, batch });
      return;
    }
    const message = isWell
      ? trans.__('%1: %2 runs have ended.', automationName, ended)
      : trans.__('%1: %2 runs have ended, of which %3 failed.', automationName, ended, failed);
    this._ended.emit({ message, isWell, configuration, batch: null });
  }

  /** Runs by id, by automation. */
  private readonly _known = new Map<string, Map<string, IRunSummary>>();
  private readonly _ended = new Signal<this, IRunEnd>(this);
}
