import type { IRunningSessions } from '@jupyterlab/running';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import type { IQueueState, IRunSummary } from '../core/api';
import { toolIcon } from './icons';
import { stateWord } from './stateWords';
import type { ICrossComputeClient, IQueueMonitor } from './tokens';

/** What the section works with. */
export interface IRunningRunsOptions {
  client: Pick<ICrossComputeClient, 'stopRun' | 'stopAll'>;
  queue: IQueueMonitor;
  /** Show the report of a run. */
  open(run: IRunSummary): void;
  /** Tell a person what could not be done. */
  explain(error: unknown): void;
  trans: TranslationBundle;
}

/** The runs that execute and wait, as a section of JupyterLab's sidebar of what is running. */
export class RunningRuns implements IRunningSessions.IManager {
  constructor(private readonly _options: IRunningRunsOptions) {
    const { trans } = _options;
    this.name = trans.__('CrossCompute Runs');
    this.shutdownLabel = trans.__('Stop');
    this.shutdownAllLabel = trans.__('Stop All');
    this.shutdownAllConfirmationText = trans.__(
      'Stop all runs of CrossCompute, those that execute and those that wait?'
    );
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: string;

  get runningChanged(): ISignal<IQueueMonitor, IQueueState> {
    return this._options.queue.changed;
  }

  /** The runs that are listed, and a line for what is not. */
  running(): IRunningSessions.IRunningItem[] {
    const { state } = this._options.queue;
    if (!state) {
      return [];
    }
    const listed = [...state.running, ...state.queued];
    const { running, queued, coming } = state.counts;
    const more = running + queued + coming - listed.length;
    return [...listed.map(run => this._itemOf(run)), ...(more > 0 ? [this._rest(more)] : [])];
  }

  /** Follow the queue from now on, if nothing does so yet: somebody wants to see it. */
  refreshRunning(): void {
    this._options.queue.start();
  }

  shutdownAll(): void {
    const { client, queue, explain } = this._options;
    for (const [automation, counts] of Object.entries(queue.state?.automations ?? {})) {
      if (counts.running + counts.queued + counts.coming > 0) {
        client.stopAll(automation).catch(explain);
      }
    }
  }

  private _itemOf(run: IRunSummary): IRunningSessions.IRunningItem {
    const { client, open, explain, trans } = this._options;
    const name = `${run.automationName}, ${run.batchName}`;
    const word = stateWord(run.state, trans);
    return {
      icon: () => toolIcon,
      label: () => name,
      labelTitle: () => `${name}: ${word}`,
      detail: () => (run.fraction === null ? word : `${word}, ${Math.floor(run.fraction * 100)} %`),
      open: () => open(run),
      shutdown: () => void client.stopRun(run.id).catch(explain)
    };
  }

  private _rest(count: number): IRunningSessions.IRunningItem {
    const { trans } = this._options;
    return { icon: () => toolIcon, label: () => trans._n('and %1 more', 'and %1 more', count) };
  }
}
