import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IQueueState, IRunResource, IRunSummary } from '../core/api';
import type { ICrossComputeClient, IQueueMonitor } from './tokens';

/** Ended runs of which each one's end is asked for; more are only counted. */
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
   * @param _isWatched - true when a person sees the end of this run anyway
   */
  constructor(
    private readonly _client: ICrossComputeClient,
    private readonly _queue: IQueueMonitor,
    private readonly _isWatched: (run: string, automation: string) => boolean,
    private readonly _trans: TranslationBundle
  ) {
    _queue.changed.connect(this._onChange, this);
    _queue.ended.connect(this._onEnded, this);
  }

  get ended(): ISignal<this, IRunEnd> {
    return this._ended;
  }

  private _onChange(_: IQueueMonitor, { running, queued }: IQueueState): void {
    for (const run of [...running, ...queued]) {
      this._known.set(run.id, run);
    }
  }

  private _onEnded(_: IQueueMonitor, ids: readonly string[]): void {
    for (const id of ids) {
      const run = this._known.get(id);
      this._known.delete(id);
      if (run) {
        const waiting = this._waiting.get(run.automation) ?? [];
        this._waiting.set(run.automation, [...waiting, run]);
      }
    }
    const { state } = this._queue;
    const active = new Set(
      [...(state?.running ?? []), ...(state?.queued ?? [])].map(({ automation }) => automation)
    );
    for (const [automation, runs] of this._waiting) {
      if (!active.has(automation)) {
        this._waiting.delete(automation);
        const unseen = runs.filter(({ id }) => !this._isWatched(id, automation));
        if (unseen.length) {
          // A run that was deleted meanwhile has no end to tell of.
          this._tell(unseen).catch(() => undefined);
        }
      }
    }
  }

  private async _tell(runs: readonly IRunSummary[]): Promise<void> {
    const trans = this._trans;
    const ends: IRunResource[] = [];
    for (const { id } of runs.slice(0, MAX_ASKED)) {
      ends.push(await this._client.getRun(id));
    }
    const failed = ends.filter(({ state }) => state === 'failed' || state === 'lost').length;
    const [{ automationName, batchName, batch, record }] = ends;
    const isForm = record.batch.kind === 'form';
    const name = isForm ? automationName : `${automationName}, ${batchName}`;
    const { configuration } = record.automation;
    const isWell = failed === 0;
    if (runs.length === 1) {
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
      ? trans.__('%1: %2 runs have ended.', automationName, runs.length)
      : trans.__(
          '%1: %2 runs have ended, of which at least %3 failed.',
          automationName,
          runs.length,
          failed
        );
    this._ended.emit({ message, isWell, configuration, batch: null });
  }

  private readonly _known = new Map<string, IRunSummary>();
  private readonly _waiting = new Map<string, readonly IRunSummary[]>();
  private readonly _ended = new Signal<this, IRunEnd>(this);
}
