import type { TranslationBundle } from '@jupyterlab/translation';
import {
  Button,
  ellipsesIcon,
  fastForwardIcon,
  HTMLSelect,
  runIcon,
  stopIcon,
  VDomRenderer
} from '@jupyterlab/ui-components';
import * as React from 'react';
import { formatTime } from '../durations';
import { localeOf } from '../locale';
import { TABS, type Tab } from './panelState';
import type { ToolModel } from './toolModel';

/** What the header lets people do. */
export interface IHeaderActions {
  run(): void;
  runAll(): void;
  stop(): void;
  selectBatch(slug: string): void;
  /** Open the menu below its button. */
  openMenu(button: HTMLElement): void;
}

/** Ids that bind tabs to their panels. */
export interface ITabIds {
  tab(tab: Tab): string;
  panel(tab: Tab): string;
}

/** Value of the last choice, which leads to the table. */
const MORE = ' more';

/**
 * Title, buttons, choice of batch and tabs of a panel.
 */
export class ToolHeader extends VDomRenderer<ToolModel> {
  constructor(
    model: ToolModel,
    private readonly _actions: IHeaderActions,
    private readonly _ids: ITabIds,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-ToolHeader');
  }

  protected override render(): JSX.Element | null {
    const { automation, phase } = this.model;
    const trans = this._trans;
    if (!automation) {
      return null;
    }
    return (
      <>
        <div className="jp-ToolHeader-line">
          <h2 className="jp-ToolHeader-title" title={automation.description}>
            {automation.title}
            <span className="jp-ToolHeader-version">{automation.version}</span>
          </h2>
          <span className="jp-ToolHeader-activity">{describeActivity(this.model, trans)}</span>
          <Button
            minimal
            small
            className="jp-ToolHeader-menu"
            aria-label={trans.__('More actions')}
            aria-haspopup="menu"
            title={trans.__('More actions')}
            onClick={event => this._actions.openMenu(event.currentTarget)}
          >
            <ellipsesIcon.react tag="span" />
          </Button>
        </div>
        {phase === 'ready' && (
          <>
            <Controls model={this.model} actions={this._actions} trans={trans} />
            <Tabs model={this.model} ids={this._ids} trans={trans} />
          </>
        )}
      </>
    );
  }
}

interface IControlsProps {
  model: ToolModel;
  actions: IHeaderActions;
  trans: TranslationBundle;
}

function Controls({ model, actions, trans }: IControlsProps): JSX.Element {
  const { running, queued } = model.activity;
  const isActive = Boolean(model.run?.isActive) || running + queued > 0;
  const isRunnable = model.automation?.isRunnable === true;
  return (
    <div className="jp-ToolHeader-line" role="group" aria-label={trans.__('Run')}>
      <Button
        className="jp-mod-styled jp-mod-accept jp-ToolHeader-button"
        disabled={!isRunnable}
        title={trans.__('Run what the form says')}
        onClick={() => actions.run()}
      >
        <runIcon.react tag="span" aria-hidden="true" />
        {trans.__('Run')}
      </Button>
      <Button
        className="jp-mod-styled jp-ToolHeader-button"
        disabled={!isRunnable}
        title={trans.__('Run all batches')}
        onClick={() => actions.runAll()}
      >
        <fastForwardIcon.react tag="span" aria-hidden="true" />
        {trans.__('Run all')}
      </Button>
      <Button
        className="jp-mod-styled jp-ToolHeader-button"
        disabled={!isActive}
        aria-label={trans.__('Stop')}
        title={trans.__('Stop what runs or waits')}
        onClick={() => actions.stop()}
      >
        <stopIcon.react tag="span" aria-hidden="true" />
      </Button>
      <BatchChoice model={model} actions={actions} trans={trans} />
    </div>
  );
}

function BatchChoice({ model, actions, trans }: IControlsProps): JSX.Element {
  const { choices, state, shown, automation } = model;
  const isForm = shown?.kind === 'form';
  const isListed = choices.some(({ slug }) => slug === state.batch);
  const more = (automation?.batchCount ?? 0) - choices.length;
  return (
    <label className="jp-ToolHeader-batch">
      {trans.__('batch:')}
      <HTMLSelect
        value={isForm ? shown.slug : state.batch}
        onChange={event => {
          if (event.target.value === MORE) {
            model.showTab('batches');
          } else {
            actions.selectBatch(event.target.value);
          }
        }}
      >
        {choices.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
        {!isListed && state.batch && <option value={state.batch}>{state.batch}</option>}
        {isForm && shown.slug !== state.batch && (
          <option value={shown.slug}>{formRunName(model, trans)}</option>
        )}
        {more > 0 && choices.length > 0 && (
          <option value={MORE}>{trans._n('%1 more…', '%1 more…', more)}</option>
        )}
      </HTMLSelect>
    </label>
  );
}

/** Name a run made from the form by its time, since its own name is random. */
function formRunName(model: ToolModel, trans: TranslationBundle): string {
  const time = model.run?.status.queued ?? model.run?.status.started;
  return time
    ? trans.__('changed inputs, %1', formatTime(time, localeOf(trans)))
    : trans.__('changed inputs');
}

function describeActivity(model: ToolModel, trans: TranslationBundle): string {
  const { running, queued } = model.activity;
  const parts: string[] = [];
  if (running) {
    parts.push(trans._n('● %1 running', '● %1 running', running));
  }
  if (queued) {
    parts.push(trans._n('◔ %1 queued', '◔ %1 queued', queued));
  }
  return parts.join(' ');
}

interface ITabsProps {
  model: ToolModel;
  ids: ITabIds;
  trans: TranslationBundle;
}

function Tabs({ model, ids, trans }: ITabsProps): JSX.Element {
  const names: Record<Tab, string> = {
    inputs: trans.__('Inputs'),
    report: trans.__('Report'),
    live: trans.__('Live'),
    batches: trans.__('Batches'),
    history: trans.__('History')
  };
  const { tab: selected } = model.state;
  return (
    <div
      className="jp-ToolHeader-tabs"
      role="tablist"
      aria-label={trans.__('Views of the tool')}
      onKeyDown={event => {
        const next = nextTab(selected, event.key);
        if (next) {
          event.preventDefault();
          model.showTab(next);
          // The tab is there already; only its attributes change.
          document.getElementById(ids.tab(next))?.focus();
        }
      }}
    >
      {TABS.map(tab => (
        <button
          key={tab}
          id={ids.tab(tab)}
          type="button"
          role="tab"
          className="jp-ToolHeader-tab"
          aria-selected={tab === selected}
          aria-controls={ids.panel(tab)}
          tabIndex={tab === selected ? 0 : -1}
          onClick={() => model.showTab(tab)}
        >
          {names[tab]}
        </button>
      ))}
    </div>
  );
}

/** The tab to which a key moves; null for other keys. */
function nextTab(tab: Tab, key: string): Tab | null {
  const index = TABS.indexOf(tab);
  switch (key) {
    case 'ArrowRight':
      return TABS[(index + 1) % TABS.length];
    case 'ArrowLeft':
      return TABS[(index + TABS.length - 1) % TABS.length];
    case 'Home':
      return TABS[0];
    case 'End':
      return TABS[TABS.length - 1];
    default:
      return null;
  }
}
