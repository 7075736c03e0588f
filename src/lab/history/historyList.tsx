import { DOMUtils } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, HTMLSelect, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IRunResource } from '../../core/api';
import { RUN_STATES, type RunState } from '../../core/run/run';
import { LoadFailure } from '../loadFailure';
import { stateWord } from '../stateWords';
import { HistoryEntry, type IHistoryActions } from './historyEntry';
import type { HistoryModel } from './historyModel';

/** Milliseconds between two drawings of how long ago runs were. */
const TICK_MS = 30_000;

/**
 * The runs of a batch, or of a tool: a page of entries that unfold.
 */
export class HistoryList extends VDomRenderer<HistoryModel> {
  constructor(
    model: HistoryModel,
    private readonly _actions: IHistoryActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-HistoryList');
  }

  /** Give the keyboard to a run of the list. */
  focusRun(id: string): void {
    const heads = this._heads();
    (heads.find(({ dataset }) => dataset.run === id) ?? heads[0] ?? this.node).focus();
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onAfterAttach(...[message]: Parameters<VDomRenderer['onAfterAttach']>): void {
    super.onAfterAttach(message);
    this._timer = window.setInterval(() => {
      if (this.isVisible) {
        this.update();
      }
    }, TICK_MS);
  }

  protected override onBeforeDetach(
    ...[message]: Parameters<VDomRenderer['onBeforeDetach']>
  ): void {
    window.clearInterval(this._timer);
    super.onBeforeDetach(message);
  }

  protected override render(): JSX.Element {
    const { runs, error } = this.model;
    const trans = this._trans;
    return (
      <>
        {this._renderToolbar()}
        <LoadFailure error={error} onRetry={() => this.model.refresh()} trans={trans} />
        <div className="jp-HistoryList-scroller" aria-busy={runs === null && !error}>
          {runs && runs.length > 0 && (
            <ol
              className="jp-HistoryList-entries"
              aria-label={trans.__('Runs')}
              start={this.model.offset + 1}
              onKeyDown={event => this._onKey(event)}
            >
              {runs.map((run, index) => this._renderEntry(run, index, runs))}
            </ol>
          )}
          {runs?.length === 0 && <p className="jp-HistoryList-empty">{this._emptyText()}</p>}
        </div>
        {(this.model.hasOlder || this.model.hasNewer) && this._renderPaging()}
      </>
    );
  }

  private _renderToolbar(): JSX.Element {
    const { model } = this;
    const trans = this._trans;
    return (
      <div className="jp-HistoryList-toolbar" role="group" aria-label={trans.__('Listed runs')}>
        <HTMLSelect
          aria-label={trans.__('Runs of')}
          value={model.scope}
          onChange={event => {
            model.scope = event.target.value === 'tool' ? 'tool' : 'batch';
          }}
        >
          <option value="batch">
            {model.place?.isForm ? trans.__('This run') : trans.__('This batch')}
          </option>
          <option value="tool">{trans.__('Whole tool')}</option>
        </HTMLSelect>
        <HTMLSelect
          aria-label={trans.__('State')}
          value={model.state ?? ''}
          onChange={event => {
            model.state = stateOf(event.target.value);
          }}
        >
          <option value="">{trans.__('All states')}</option>
          {RUN_STATES.map(state => (
            <option key={state} value={state}>
              {stateWord(state, trans)}
            </option>
          ))}
        </HTMLSelect>
      </div>
    );
  }

  private _renderEntry(
    run: IRunResource,
    index: number,
    runs: readonly IRunResource[]
  ): JSX.Element {
    const { model } = this;
    const reachable = runs.some(({ id }) => id === this._focused) ? this._focused : runs[0].id;
    return (
      <HistoryEntry
        key={run.id}
        run={run}
        before={model.runBefore(index)}
        isExpanded={model.isExpanded(run.id)}
        hasBatch={model.scope === 'tool'}
        idPrefix={this._idPrefix}
        isReachable={run.id === reachable}
        toggle={() => model.toggle(run.id)}
        onFocus={() => {
          if (this._focused !== run.id) {
            this._focused = run.id;
            this.update();
          }
        }}
        actions={this._actions}
        trans={this._trans}
      />
    );
  }

  private _renderPaging(): JSX.Element {
    const { model } = this;
    const trans = this._trans;
    const first = model.offset + 1;
    const last = model.offset + (model.runs?.length ?? 0);
    return (
      <div className="jp-HistoryList-paging" role="group" aria-label={trans.__('Pages of runs')}>
        {/* Disabled buttons would lose the keyboard. */}
        <Button minimal small aria-disabled={!model.hasNewer} onClick={() => model.showNewer()}>
          {trans.__('Newer')}
        </Button>
        <span aria-live="polite">{last >= first && trans.__('Runs %1–%2', first, last)}</span>
        <Button minimal small aria-disabled={!model.hasOlder} onClick={() => model.showOlder()}>
          {trans.__('Older')}
        </Button>
      </div>
    );
  }

  private _emptyText(): string {
    const { state, scope } = this.model;
    const trans = this._trans;
    if (state) {
      return trans.__('No run is in this state.');
    }
    return scope === 'tool'
      ? trans.__(
          'This tool has not run yet. Click Run, and its runs are listed here with their inputs and how they went.'
        )
      : trans.__(
          'This batch has not run yet. Click Run, and its runs are listed here with their inputs and how they went.'
        );
  }

  /** Arrows move between runs; Tab goes on to what is unfolded. */
  private _onKey(event: React.KeyboardEvent): void {
    const heads = this._heads();
    const at = heads.findIndex(head => head === event.target);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: heads.length - 1
    };
    if (at >= 0 && event.key in moves) {
      event.preventDefault();
      heads[Math.max(0, Math.min(moves[event.key], heads.length - 1))].focus();
    }
  }

  private _heads(): HTMLElement[] {
    return [...this.node.querySelectorAll<HTMLElement>('.jp-HistoryEntry-head')];
  }

  private readonly _idPrefix = DOMUtils.createDomID();
  /** Id of the run that had the keyboard last. */
  private _focused = '';
  private _timer: number | undefined;
}

function stateOf(value: string): RunState | null {
  return RUN_STATES.find(state => state === value) ?? null;
}
