import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IRunResource } from '../../core/api';
import { formatAgo, formatDuration, formatTime } from '../durations';
import { localeOf } from '../locale';
import { STATE_SIGNS, stateWord } from '../stateWords';
import { isOver, marksOf, reasonOf, secondsOf, shortReasonOf } from './historyWords';
import { changedInputs, inputsOf, type IShownInput } from './runInputs';

/** Inputs that an entry shows before it is unfolded. */
const MAX_INPUTS = 4;

/** What people do with a run of the past. */
export interface IHistoryActions {
  /** True when the report of the run is there: its files are those in the folder of its batch. */
  hasReport(run: IRunResource): boolean;
  showReport(run: IRunResource): void;
  /** Show what its cells gave and what it wrote. */
  showLog(run: IRunResource): void;
  /** Run it again, with the code as it is now. */
  repeat(run: IRunResource): void;
  /** Put its inputs into the form. */
  restore(run: IRunResource): void;
  /** Keep it however old it is, or no more. */
  keep(run: IRunResource, isKept: boolean): void;
}

/** Properties of an entry. */
export interface IHistoryEntryProps {
  run: IRunResource;
  /** The run that is listed below it; null for the first of all. */
  before: IRunResource | null;
  isExpanded: boolean;
  /** True where runs of several batches are listed. */
  hasBatch: boolean;
  /** Prefix of ids, unique in the document. */
  idPrefix: string;
  /** True for the one entry that the Tab key reaches. */
  isReachable: boolean;
  toggle: () => void;
  onFocus: () => void;
  actions: IHistoryActions;
  trans: TranslationBundle;
}

/** One run: how it went, and unfolded what went in and what can be done with it. */
export function HistoryEntry(props: IHistoryEntryProps): JSX.Element {
  const { run, before, isExpanded, idPrefix, isReachable, trans } = props;
  const headId = `${idPrefix}-${run.id}`;
  const { state } = run;
  const reason = state === 'stopped' ? '' : shortReasonOf(run.error, trans);
  const shown = before ? changedInputs(run.record, before.record) : inputsOf(run.record);
  return (
    <li className="jp-HistoryEntry" data-state={state}>
      <button
        type="button"
        id={headId}
        className="jp-HistoryEntry-head"
        data-run={run.id}
        aria-expanded={isExpanded}
        aria-controls={`${headId}-details`}
        tabIndex={isReachable ? 0 : -1}
        onClick={props.toggle}
        onFocus={props.onFocus}
      >
        <Head {...props} />
      </button>
      {reason && !isExpanded && <p className="jp-HistoryEntry-reason">{reason}</p>}
      {!isExpanded && (
        <p className="jp-HistoryEntry-changes">
          {before && !shown.length ? trans.__('Same inputs') : describeInputs(shown, trans)}
        </p>
      )}
      <div
        id={`${headId}-details`}
        className="jp-HistoryEntry-details"
        role="group"
        aria-labelledby={headId}
        hidden={!isExpanded}
      >
        {isExpanded && <Details {...props} changed={before ? shown : []} />}
      </div>
    </li>
  );
}

function Head({ run, before, hasBatch, isExpanded, trans }: IHistoryEntryProps): JSX.Element {
  const locale = localeOf(trans);
  const { state, created, record } = run;
  const seconds = secondsOf(record);
  const marks = marksOf(run, before, trans);
  const [asker] = record.askers;
  return (
    <>
      <span className="jp-HistoryEntry-fold" aria-hidden="true">
        {isExpanded ? '▾' : '▸'}
      </span>{' '}
      <span className="jp-HistoryEntry-state" data-state={state}>
        <span aria-hidden="true">{STATE_SIGNS[state]}</span> {stateWord(state, trans)}
      </span>{' '}
      <time dateTime={created} title={formatTime(created, locale)}>
        {formatAgo(created, Date.now(), locale)}
      </time>{' '}
      {hasBatch && record.batch.kind !== 'form' && <span>{record.batch.name}</span>}{' '}
      {seconds !== null && <span>{formatDuration(seconds, locale)}</span>}{' '}
      {asker && <span>{trans.__('by %1', asker)}</span>}{' '}
      {marks.map(mark => (
        <React.Fragment key={mark}>
          <span className="jp-HistoryEntry-mark">{mark}</span>{' '}
        </React.Fragment>
      ))}
    </>
  );
}

interface IDetailsProps extends IHistoryEntryProps {
  changed: readonly IShownInput[];
}

function Details({ run, changed, actions, trans }: IDetailsProps): JSX.Element {
  const { record } = run;
  const reason = reasonOf(run.error, trans);
  const inputs = inputsOf(record);
  return (
    <>
      {reason && (
        // What a program wrote may be long.
        <pre
          className="jp-HistoryEntry-error"
          tabIndex={0}
          role="group"
          aria-label={trans.__('Why it failed')}
        >
          {reason}
        </pre>
      )}
      <Facts run={run} trans={trans} />
      {inputs.length > 0 && (
        <dl className="jp-HistoryEntry-inputs">
          {inputs.map(({ id, text }) => (
            <div key={id}>
              <dt>{id}</dt>
              <dd>
                {text}
                {changed.some(input => input.id === id) && (
                  <em> {trans.__('(other than before)')}</em>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="jp-HistoryEntry-actions">
        {actions.hasReport(run) && (
          <Action name={trans.__('Show report')} act={() => actions.showReport(run)} />
        )}
        <Action name={trans.__('Cells and log')} act={() => actions.showLog(run)} />
        {isOver(run) && (
          <Action
            name={trans.__('Run again')}
            title={
              record.batch.kind === 'form'
                ? trans.__('On these inputs, with the code as it is now')
                : trans.__('With the batch and the code as they are now')
            }
            act={() => actions.repeat(run)}
          />
        )}
        <Action
          name={trans.__('Restore inputs')}
          title={trans.__('Put these inputs into the form')}
          act={() => actions.restore(run)}
        />
        {isOver(run) && (
          <Action
            name={record.pinned ? trans.__('Do not keep') : trans.__('Keep')}
            title={
              record.pinned
                ? trans.__('Let this run go again when it is old')
                : trans.__('Keep this run however old it is')
            }
            act={() => actions.keep(run, !record.pinned)}
          />
        )}
      </div>
    </>
  );
}

function Facts({ run, trans }: Pick<IHistoryEntryProps, 'run' | 'trans'>): JSX.Element {
  const locale = localeOf(trans);
  const { created, started, ended, askers } = run.record;
  return (
    <p className="jp-HistoryEntry-facts">
      <span>{trans.__('Asked for: %1', formatTime(created, locale))}</span>{' '}
      {started && <span>{trans.__('Began: %1', formatTime(started, locale))}</span>}{' '}
      {ended && <span>{trans.__('Ended: %1', formatTime(ended, locale))}</span>}{' '}
      {askers.length > 1 && <span>{trans.__('By: %1', askers.join(', '))}</span>}
    </p>
  );
}

function Action(props: { name: string; title?: string; act: () => void }): JSX.Element {
  return (
    <Button
      className="jp-mod-styled jp-HistoryEntry-action"
      title={props.title}
      onClick={props.act}
    >
      {props.name}
    </Button>
  );
}

function describeInputs(inputs: readonly IShownInput[], trans: TranslationBundle): JSX.Element {
  const more = inputs.length - MAX_INPUTS;
  return (
    <>
      {inputs.slice(0, MAX_INPUTS).map(({ id, text }) => (
        <React.Fragment key={id}>
          <span className="jp-HistoryEntry-input">
            {text === '' ? trans.__('%1: empty', id) : trans.__('%1: %2', id, text)}
          </span>{' '}
        </React.Fragment>
      ))}
      {more > 0 && <span>{trans._n('and %1 more', 'and %1 more', more)}</span>}
    </>
  );
}
