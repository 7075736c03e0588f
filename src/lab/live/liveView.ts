import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import type { RunModel } from '../panel/runModel';
import { CellView } from './cellView';
import type { ILiveCell } from './liveFold';
import { Follower } from './follower';
import { LogView, type ILogActions } from './logView';

/** Milliseconds between two drawings of running times. */
const TICK_MS = 1000;

/**
 * A run as it executes: each cell with its real outputs, then the text log.
 */
export class LiveView extends Panel {
  constructor(
    private readonly _rendermime: IRenderMimeRegistry,
    private readonly _trans: TranslationBundle,
    logActions: ILogActions
  ) {
    super();
    this.addClass('jp-LiveView');
    this._empty.addClass('jp-LiveView-empty');
    this._empty.node.textContent = _trans.__(
      'Nothing has run yet. Click Run, and each cell appears here as it executes.'
    );
    this._cells.addClass('jp-LiveView-cells');
    // It scrolls, so that the keyboard must reach it.
    this._cells.node.tabIndex = 0;
    this._cells.node.setAttribute('role', 'group');
    this._cells.node.setAttribute('aria-label', _trans.__('Cells'));
    this._follower = new Follower(this._cells.node);
    this._log = new LogView(_trans, logActions);
    this.addWidget(this._empty);
    this.addWidget(this._cells);
    this.addWidget(this._log);
  }

  /** Show a run, from its beginning on; null shows that there is none. */
  setRun(run: RunModel | null): void {
    if (run === this._run) {
      return;
    }
    // A run that was left is disposed already, and its signals with it.
    if (this._run && !this._run.isDisposed) {
      this._run.changed.disconnect(this.update, this);
    }
    this._run = run;
    this._views.forEach(view => view.dispose());
    this._views.clear();
    // A run that goes on is watched at its end, a run of the past read from its beginning.
    this._follower.isFollowing = run?.isActive === true;
    this._log.setLog(run?.id ?? '', run?.log ?? null);
    run?.changed.connect(this.update, this);
    this.update();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    window.clearInterval(this._timer);
    this._follower.dispose();
    this.setRun(null);
    super.dispose();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._timer = window.setInterval(() => this._tick(), TICK_MS);
    this.update();
  }

  protected override onBeforeDetach(msg: Message): void {
    window.clearInterval(this._timer);
    super.onBeforeDetach(msg);
  }

  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    if (!this.isVisible) {
      // Drawn when it is looked at: outputs of a hidden tab would cost for nothing.
      return;
    }
    const run = this._run;
    const cells = run?.live.cells ?? [];
    this._empty.setHidden(run !== null);
    for (const cell of cells) {
      const view = this._views.get(cell.key);
      if (view) {
        view.showCell(cell);
      } else {
        this._addView(cell, run?.isTrusted === true);
      }
    }
    this.node.setAttribute('aria-busy', String(run?.isActive === true));
    this._log.setHidden(run === null);
    this._log.update();
  }

  private _addView(cell: ILiveCell, isTrusted: boolean): void {
    const view = new CellView(cell, this._rendermime, isTrusted, this._trans);
    this._views.set(cell.key, view);
    this._cells.addWidget(view);
    this._follower.observe(view.node);
  }

  private _tick(): void {
    if (this.isVisible) {
      this._views.forEach(view => view.tick());
    }
  }

  private readonly _empty = new Widget();
  private readonly _cells = new Panel();
  private readonly _follower: Follower;
  private readonly _log: LogView;
  private readonly _views = new Map<string, CellView>();
  private _run: RunModel | null = null;
  private _timer: number | undefined;
}
