import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import { describeRun } from './runWords';
import type { ToolModel } from './toolModel';

/** Milliseconds between two changes of what is spoken: screen readers finish a sentence first. */
const SPEAK_INTERVAL_MS = 1000;

/**
 * The bar at the bottom of a panel: how far the followed run is.
 */
export class ToolFooter extends VDomRenderer<ToolModel> {
  constructor(
    model: ToolModel,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-ToolFooter');
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  protected override render(): JSX.Element {
    const { run, phase } = this.model;
    const isShown = phase === 'ready' && run !== null && !run.refusal;
    const fraction = isShown && run.isActive ? run.progress.fraction : null;
    return (
      <>
        <span className="jp-ToolFooter-text" role="status">
          {isShown ? this._spokenText() : ''}
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

  /** The words for the run, changed at most once a second while it goes on. */
  private _spokenText(): string {
    const { run } = this.model;
    if (!run) {
      return '';
    }
    const text = describeRun(run, this._trans);
    const key = `${run.id} ${run.status.state} ${run.progress.current?.name ?? ''}`;
    const wait = this._spokenMs + SPEAK_INTERVAL_MS - Date.now();
    if (key !== this._spokenKey || wait <= 0) {
      this._spokenKey = key;
      this._spokenMs = Date.now();
      this._spoken = text;
    } else if (text !== this._spoken && this._timer === undefined) {
      this._timer = window.setTimeout(() => {
        this._timer = undefined;
        this.update();
      }, wait);
    }
    return this._spoken;
  }

  private _spoken = '';
  private _spokenKey = '';
  private _spokenMs = 0;
  private _timer: number | undefined;
}
