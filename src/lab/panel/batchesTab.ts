import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel } from '@lumino/widgets';
import { BatchTable } from '../batches/batchTable';
import type { IBatchActions } from '../batches/batchToolbar';
import { BatchesModel } from '../batches/batchesModel';
import type { RunActions } from './runActions';
import type { ToolModel } from './toolModel';

/** What the batches of a panel work with. */
export interface IBatchesTabOptions {
  model: ToolModel;
  runs: RunActions;
  /** Open the file that defines the batches. */
  edit: () => void;
  /** Tell a person when something that was clicked does not succeed. */
  attempt: (work: Promise<void>) => void;
  trans: TranslationBundle;
}

/**
 * The batches of a tool. Nothing is read before somebody looks at them.
 */
export class BatchesTab extends Panel {
  constructor(private readonly _options: IBatchesTabOptions) {
    super();
    const { model } = _options;
    model.batchesChanged.connect(this._onBatches, this);
    model.stateChanged.connect(this._onHeld, this);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._batches?.dispose();
    super.dispose();
  }

  /** Show the batches of an automation; the same again does nothing. */
  setAutomation(automation: string): void {
    if (this._batches?.automation === automation) {
      return;
    }
    const { model, trans } = this._options;
    const { client } = model.services;
    this._batches?.dispose();
    [...this.widgets].forEach(widget => widget.dispose());
    this._batches = new BatchesModel(client, automation, trans);
    this.addWidget(new BatchTable(this._batches, this._actions(), client.rootUri, trans));
  }

  private _actions(): IBatchActions {
    const { model, runs, edit, attempt } = this._options;
    return {
      show: ({ slug, kind }) => {
        model.showTab('report');
        attempt(kind === 'form' ? model.showReport(slug) : model.selectBatch(slug));
      },
      run: batches => void runs.runSlugs(batches.map(({ slug }) => slug)),
      stop: batches => void runs.stopBatches(batches),
      retry: batches => void runs.retryBatches(batches),
      remove: batches => {
        const slugs = batches.map(({ slug }) => slug);
        attempt(
          runs.deleteRuns(batches).then(() => {
            this._batches?.unselect(slugs);
            this._batches?.refresh();
          })
        );
      },
      edit,
      isPaused: () => model.held !== null,
      pause: () => void runs.pause(),
      resume: () => void runs.resume()
    };
  }

  private _onBatches(): void {
    this._batches?.refresh();
  }

  /** The toolbar of the batches says what can be done about it. */
  private _onHeld(): void {
    const { held } = this._options.model;
    if (held !== this._held) {
      this._held = held;
      this._batches?.stateChanged.emit();
    }
  }

  private _batches: BatchesModel | null = null;
  private _held: ToolModel['held'] = null;
}
