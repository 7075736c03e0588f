import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { RunModel } from './runModel';
import { describeRun, describeSpoken } from './runWords';
import type { ToolModel } from './toolModel';

/** Steps of the progress that are spoken. */
const QUARTERS = 4;

/**
 * The bar at the bottom of a panel: how far the followed run is. What changes often is shown and not spoken.
 */
export class ToolFooter extends VDomRenderer<ToolModel> {
  constructor(
    model: ToolModel,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-ToolFooter');
  }

  protected override render(): JSX.Element {
    const { run, phase } = this.model;
    const isShown = phase === 'ready' && run !== null && !run.refusal;
    const fraction = isShown && run.isActive ? run.progress.fraction : null;
    return (
      <>
        <span className="jp-ToolFooter-text" role="status" aria-live="off">
          {isShown ? describeRun(run, this._trans) : ''}
        </span>
        <span className="jp-ToolFooter-spoken" aria-live="polite">
          {isShown ? this._spoken(run) : ''}
        </span>
        {isShown && run.isActive && (
          <progress
            className="jp-ToolFooter-bar"
            aria-label={this._trans.__('Progress of the run')}
            max={1}
            {...(fraction === null ? {} : { value: fraction })}
          />
        )}
      </>
    );
  }

  /** States, and progress by quarters; one that falls back says nothing. */
  private _spoken(run: RunModel): string {
    const quarter = Math.floor((run.progress.fraction ?? 0) * QUARTERS);
    if (run.id !== this._run) {
      this._run = run.id;
      this._quarter = 0;
    }
    this._quarter = Math.min(QUARTERS - 1, Math.max(this._quarter, quarter));
    return describeSpoken(run, this._quarter / QUARTERS, this._trans);
  }

  private _run = '';
  /** The most that was reached of the run. */
  private _quarter = 0;
}
