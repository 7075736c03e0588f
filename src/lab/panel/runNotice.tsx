import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IRunError } from '../../core/run/run';
import { ansiSpans, plainText } from '../live/ansi';
import type { ToolModel } from './toolModel';
import { describeLeader, describeRun } from './runWords';

/** What a notice lets people do. */
export interface INoticeActions {
  /** Open the executed notebook at the cell of the error. */
  openExecuted(error: IRunError): void;
  /** Run the shown batch or run again. */
  retry(): void;
  /** Let runs of the tool start again. */
  resume(): void;
  /** Open the list of problems of the configuration. */
  checkConfiguration(): void;
  /** True when a view of the tool's own is not loaded. */
  needsTrust(): boolean;
  /** Ask whether the code of the tool's own views may run. */
  trust(): void;
}

/**
 * The banner above a page: that the run goes on, that it failed and why, that the report is out of date.
 */
export class RunNotice extends VDomRenderer<ToolModel> {
  constructor(
    model: ToolModel,
    private readonly _actions: INoticeActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-RunNotice');
  }

  protected override render(): JSX.Element | null {
    const { phase, notice } = this.model;
    if (phase !== 'ready') {
      return null;
    }
    return (
      <>
        {notice && (
          <div className="jp-RunNotice-item" data-kind="failed" role="alert">
            {notice}{' '}
            <Button minimal small onClick={() => (this.model.notice = '')}>
              {this._trans.__('Dismiss')}
            </Button>
          </div>
        )}
        {this._renderProblems()}
        {this._renderPause()}
        {this._renderRun()}
      </>
    );
  }

  private _renderProblems(): JSX.Element | null {
    const trans = this._trans;
    const problems = this.model.automation?.problems ?? [];
    const codes = problems.flatMap(({ severity, code }) => (severity === 'error' ? [code] : []));
    if (!codes.length) {
      return null;
    }
    // That nobody has trusted a tool yet is no mistake of its author.
    const isViewOnly = codes.every(code => code === 'view-unavailable');
    return (
      <div className="jp-RunNotice-item" data-kind="stale">
        {isViewOnly
          ? trans.__('Views that this tool brings are not loaded; runs wait until they are.')
          : trans._n(
              'The configuration has %1 error; runs wait until it is mended.',
              'The configuration has %1 errors; runs wait until they are mended.',
              codes.length
            )}{' '}
        {this._actions.needsTrust() && (
          <Button minimal small onClick={() => this._actions.trust()}>
            {trans.__('Trust this tool…')}
          </Button>
        )}
        <Button minimal small onClick={() => this._actions.checkConfiguration()}>
          {trans.__('Show')}
        </Button>
      </div>
    );
  }

  private _renderPause(): JSX.Element | null {
    const { held } = this.model;
    const trans = this._trans;
    return held ? (
      <div className="jp-RunNotice-item" data-kind="stale" role="status">
        {held === 'all'
          ? trans.__('Paused: new runs of all tools wait.')
          : trans.__('Paused: new runs of this tool wait.')}{' '}
        <Button minimal small onClick={() => this._actions.resume()}>
          {trans.__('Resume')}
        </Button>
      </div>
    ) : null;
  }

  private _renderRun(): JSX.Element | null {
    const { run, state, shown } = this.model;
    const trans = this._trans;
    if (state.tab === 'batches' || state.tab === 'history' || !run) {
      return null;
    }
    const { status } = run;
    if (status.state === 'failed' || status.state === 'lost' || status.state === 'stopped') {
      return (
        <FailureNotice
          state={status.state}
          error={status.error}
          actions={this._actions}
          trans={trans}
        />
      );
    }
    if (state.tab !== 'report') {
      return null;
    }
    if (run.isActive) {
      return this._renderActive();
    }
    if (shown?.isStale) {
      return (
        <div className="jp-RunNotice-item" data-kind="stale">
          {trans.__('Inputs or code have changed since this report was made.')}{' '}
          <Button minimal small onClick={() => this._actions.retry()}>
            {trans.__('Run again')}
          </Button>
        </div>
      );
    }
    return null;
  }

  private _renderActive(): JSX.Element | null {
    const { run } = this.model;
    const trans = this._trans;
    if (!run) {
      return null;
    }
    const last = plainText(run.log.lastText);
    return (
      <div className="jp-RunNotice-item" data-kind="running">
        <div>
          {/* The bar at the bottom says the same to screen readers. */}
          <span aria-hidden="true">{describeRun(run, trans)}</span>{' '}
          {run.status.isAttached &&
            `${trans.__('The server was restarted, and the run goes on.')} `}
          {trans.__('The report fills in as the run writes.')} {describeLeader(run.turn, trans)}{' '}
          <Button minimal small onClick={() => this.model.showTab('live')}>
            {trans.__('Watch live')}
          </Button>
        </div>
        {last && <pre className="jp-RunNotice-last">{last}</pre>}
      </div>
    );
  }
}

interface IFailureProps {
  state: 'failed' | 'lost' | 'stopped';
  error: IRunError | null;
  actions: INoticeActions;
  trans: TranslationBundle;
}

function FailureNotice({ state, error, actions, trans }: IFailureProps): JSX.Element {
  return (
    <div
      className="jp-RunNotice-item"
      data-kind={state === 'stopped' ? 'stale' : 'failed'}
      {...(state === 'stopped' ? {} : { role: 'alert' })}
    >
      <div>
        <strong>{failureTitle(state, error, trans)}</strong>{' '}
        {state !== 'stopped' && error && <span>{errorText(error)}</span>}
      </div>
      {error?.traceback && error.traceback.length > 0 && (
        <details>
          <summary>{trans.__('Traceback')}</summary>
          <Lines text={error.traceback.join('\n')} />
        </details>
      )}
      {error?.tail && error.tail.length > 0 && (
        <details>
          <summary>{trans.__('Last lines of output')}</summary>
          <Lines text={error.tail.join('\n')} />
        </details>
      )}
      <div>
        {error?.cell !== undefined && (
          <Button minimal small onClick={() => actions.openExecuted(error)}>
            {trans.__('Open the executed notebook at this cell')}
          </Button>
        )}
        <Button minimal small onClick={() => actions.retry()}>
          {trans.__('Run again')}
        </Button>
      </div>
    </div>
  );
}

/** Text of a terminal, in the colours that JupyterLab gives to outputs. */
function Lines({ text }: { text: string }): JSX.Element {
  return (
    <div className="jp-RenderedText">
      <pre tabIndex={0}>{ansiSpans(text)}</pre>
    </div>
  );
}

function failureTitle(
  state: IFailureProps['state'],
  error: IRunError | null,
  trans: TranslationBundle
): string {
  if (state === 'stopped') {
    return trans.__('The run was stopped; the report shows what it had written.');
  }
  if (state === 'lost') {
    return trans.__('The run was lost:');
  }
  return error?.cell === undefined
    ? trans.__('The run failed.')
    : trans.__('The run failed in cell %1.', error.cell);
}

function errorText({ name, value, message }: IRunError): string {
  return name ? `${name}: ${value ?? ''}` : message;
}
