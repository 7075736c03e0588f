import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import type { IRunResource } from '../../core/api';
import type { LiveView } from '../live/liveView';
import { RunModel } from '../panel/runModel';
import type { ToolModel } from '../panel/toolModel';
import type { IHistoryActions } from './historyEntry';
import { HistoryList } from './historyList';
import { HistoryModel } from './historyModel';
import { PastRunBar } from './pastRunBar';

/** What the history of a panel works with. */
export interface IHistoryTabOptions {
  model: ToolModel;
  /** Makes the view of a run's cells and log. */
  createLiveView: () => LiveView;
  /** Put the inputs of a run into the form. */
  restore: (run: IRunResource) => Promise<void>;
  /** Tell a person when something that was clicked does not succeed. */
  attempt: (work: Promise<void>) => void;
  trans: TranslationBundle;
}

/**
 * The runs of a tool: their list, or the cells and the log of one of them. Nothing is read before somebody looks.
 */
export class HistoryTab extends Panel {
  constructor(private readonly _options: IHistoryTabOptions) {
    super();
    const { model, trans } = _options;
    this._history = new HistoryModel(model.services.client, trans);
    this._list = new HistoryList(this._history, this._createActions(), trans);
    this._bar = new PastRunBar(() => this._close(), trans);
    this._live = _options.createLiveView();
    for (const widget of [this._list, this._bar, this._live]) {
      this.addWidget(widget);
    }
    this._showRun(null);
    model.batchesChanged.connect(this._onBatches, this);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._showRun(null);
    super.dispose();
    this._history.dispose();
  }

  /** Show the runs of what the panel shows now; the same again does nothing. */
  setPlace(): void {
    const { state, shown } = this._options.model;
    if (state.shown && shown?.slug !== state.shown) {
      // It is on its way, and with it whether it is a run made from the form.
      return;
    }
    const place = {
      automation: state.automation,
      batch: state.shown,
      // A tool without batches has runs made from the form alone.
      isForm: shown?.kind === 'form' || !state.shown
    };
    if (this._run && this._history.place?.automation !== place.automation) {
      this._showRun(null);
    }
    this._history.setPlace(place);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (this._isStale) {
      this._isStale = false;
      this._history.refresh();
    }
  }

  private _createActions(): IHistoryActions {
    const { model, restore, attempt } = this._options;
    const { client } = model.services;
    return {
      hasReport: ({ id, record }) => record.batch.kind === 'form' || model.shown?.run === id,
      showReport: ({ record }) => {
        model.showTab('report');
        attempt(model.showReport(record.batch.slug));
      },
      showLog: run => this._open(run),
      repeat: ({ id }) => attempt(client.retryRun(id).then(run => model.follow(run.id, run.batch))),
      restore: run => attempt(restore(run)),
      keep: ({ id }, isKept) =>
        attempt(client.keepRun(id, isKept).then(() => this._history.refresh()))
    };
  }

  private _open(run: IRunResource): void {
    this._showRun(run);
    this._bar.focusBack();
  }

  private _close(): void {
    const id = this._run?.id ?? '';
    this._showRun(null);
    this._list.focusRun(id);
  }

  /** Show a run in place of the list; null shows the list. */
  private _showRun(run: IRunResource | null): void {
    const { model } = this._options;
    this._run?.dispose();
    // What another person's run displays must not run scripts here.
    const isTrusted = run !== null && model.run?.id === run.id && model.run.isTrusted;
    this._run = run ? new RunModel(run.id, run.batch, isTrusted, model.services.events) : null;
    this._run?.changed.connect(this._onRun, this);
    this._live.setRun(this._run);
    this._bar.setRun(run);
    this._list.setHidden(run !== null);
    this._bar.setHidden(run === null);
    this._live.setHidden(run === null);
  }

  private _onRun({ status }: RunModel): void {
    if (status.state) {
      this._bar.setState(status.state);
    }
  }

  /** While nobody looks, nothing is read. */
  private _onBatches(): void {
    if (this.isVisible) {
      this._history.refresh();
    } else {
      this._isStale = true;
    }
  }

  private readonly _history: HistoryModel;
  private readonly _list: HistoryList;
  private readonly _bar: PastRunBar;
  private readonly _live: LiveView;
  private _run: RunModel | null = null;
  private _isStale = false;
}
