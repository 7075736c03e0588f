import { Clipboard, DOMUtils } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, type Menu, type Widget } from '@lumino/widgets';
import type { IConfigEvent, IInputRefusal, IRunResource, PostedInputs } from '../../core/api';
import type { JournalEvent } from '../../core/run/journal';
import type { BrowserStore } from '../browserStore';
import type { Documents } from '../documents';
import { describeError } from '../errorWords';
import { HistoryTab } from '../history/historyTab';
import { restoreInputs } from '../history/restoreInputs';
import { toolIcon } from '../icons';
import { downloadLog } from '../live/downloadLog';
import { LiveView } from '../live/liveView';
import { BatchesTab } from './batchesTab';
import { FormBar } from './formBar';
import { PackagesNotice } from './packagesNotice';
import { PanelActions } from './panelActions';
import { TABS, type Tab } from './panelState';
import { PhaseView } from './phaseView';
import { PrintActions } from './printActions';
import { RunActions } from './runActions';
import { RunNotice } from './runNotice';
import { StepPage } from './stepPage';
import { ToolFooter } from './toolFooter';
import { ToolHeader } from './toolHeader';
import { createToolMenu } from './toolMenu';
import type { ToolModel } from './toolModel';

/** What a panel is made of. */
export interface IToolPanelOptions {
  /** Disposed with the panel. */
  model: ToolModel;
  documents: Documents;
  rendermime: IRenderMimeRegistry;
  /** Keeps what was typed and not run yet. */
  drafts: BrowserStore;
  /** True when notebooks are saved before they run. */
  isSaving: () => boolean;
  chooseAnother: (path: string) => void;
  trans: TranslationBundle;
}

/**
 * A tool: its form, its report, its runs as they execute, its batches, its runs of the past.
 */
export class ToolPanel extends Panel {
  constructor(private readonly _options: IToolPanelOptions) {
    super();
    const { model, trans } = _options;
    this.addClass('jp-ToolPanel');
    this.id = DOMUtils.createDomID();
    this.title.icon = toolIcon;
    this.title.closable = true;
    this.model = model;
    this.runs = new RunActions(
      model,
      () => this._inputs.page,
      paths => (_options.isSaving() ? _options.documents.saveNotebooks(paths) : Promise.resolve()),
      trans
    );
    this.prints = new PrintActions(model, trans);
    this._actions = new PanelActions(model, {
      prints: this.prints,
      documents: _options.documents,
      retry: () => void this.runs.retry(),
      resume: () => void this.runs.resume(),
      chooseAnother: _options.chooseAnother,
      trans
    });
    this._menu = createToolMenu(this._actions, trans);
    this._formBar = new FormBar(
      {
        reset: () => this._inputs.page?.reset(),
        saveAsBatch: () => void this.runs.saveAsBatch()
      },
      trans
    );
    this._inputs = this._createPage('input');
    this._report = this._createPage('output');
    this._live = this._createLiveView();
    this._tabPanels = {
      inputs: new Panel(),
      report: new Panel(),
      live: new Panel(),
      batches: new BatchesTab({
        model,
        runs: this.runs,
        edit: () => this._actions.openConfiguration(),
        attempt: work => this._attempt(work),
        trans
      }),
      history: new HistoryTab({
        model,
        createLiveView: () => this._createLiveView(),
        restore: run => this._restore(run),
        attempt: work => this._attempt(work),
        trans
      })
    };
    this._lay();
    model.stateChanged.connect(this._onState, this);
    model.runChanged.connect(this._onRun, this);
    model.pagesChanged.connect(this._onPages, this);
    this._inputs.changed.connect(this._onForm, this);
    this._onState();
    this._onRun();
  }

  readonly model: ToolModel;
  /** What people do with runs, also from commands. */
  readonly runs: RunActions;

  /** What people print, also from commands. */
  readonly prints: PrintActions;

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._menu.dispose();
    super.dispose();
    this.model.dispose();
  }

  private _createPage(step: 'input' | 'output'): StepPage {
    const { model, drafts, trans } = this._options;
    const { client, events } = model.services;
    const run = async (values: PostedInputs): Promise<readonly IInputRefusal[]> => {
      if (step === 'output') {
        return this.runs.runReport(values);
      }
      await this.runs.run();
      return [];
    };
    const report = (error: unknown) => this._fail(error);
    return new StepPage({ client, events, step, drafts, run, report, trans });
  }

  private _createLiveView(): LiveView {
    const { rendermime, trans } = this._options;
    return new LiveView(rendermime, trans, {
      copy: text => Clipboard.copyToSystem(text),
      download: run => void this._download(run),
      readBefore: (run, seq) => this._readBefore(run, seq)
    });
  }

  private _lay(): void {
    const { model, trans } = this._options;
    const ids = {
      tab: (tab: Tab) => this._tabId(tab),
      panel: (tab: Tab) => this._panelId(tab)
    };
    const actions = {
      run: () => void this.runs.run(),
      runAll: () => void this.runs.runAll(),
      stop: () => void this.runs.stop(),
      selectBatch: (slug: string) => this._select(slug),
      openMenu: (button: HTMLElement) => this._openMenu(button)
    };
    this.addWidget(new ToolHeader(model, actions, ids, trans));
    this.addWidget(new PhaseView(model, place => this._actions.openPosition(place), trans));
    this.addWidget(new PackagesNotice(model, trans));
    this.addWidget(new RunNotice(model, this._actions, trans));
    const content: Record<Tab, Widget[]> = {
      inputs: [this._formBar, this._inputs],
      report: [this._report],
      live: [this._live],
      batches: [],
      history: []
    };
    for (const tab of TABS) {
      const panel = this._tabPanels[tab];
      panel.addClass('jp-ToolPanel-tab');
      panel.id = ids.panel(tab);
      panel.node.setAttribute('role', 'tabpanel');
      panel.node.setAttribute('aria-labelledby', ids.tab(tab));
      panel.node.tabIndex = 0;
      panel.hide();
      content[tab].forEach(widget => panel.addWidget(widget));
      this.addWidget(panel);
    }
    this.addWidget(new ToolFooter(model, trans));
  }

  private _onState(): void {
    const { automation, phase, state } = this.model;
    const { trans } = this._options;
    const fallback = PathExt.basename(state.configuration || state.path) || trans.__('Tool');
    const name = automation?.title ?? fallback;
    this.title.label = name;
    this.title.caption = state.configuration ? `${name}\n${state.configuration}` : name;
    this.node.setAttribute('aria-label', name);
    const isReady = phase === 'ready';
    for (const tab of TABS) {
      this._tabPanels[tab].setHidden(!isReady || tab !== state.tab);
    }
    if (!isReady) {
      return;
    }
    // The form is there whatever tab is shown: Run takes its values.
    this._inputs.setPage(state.automation, state.batch);
    if (state.tab === 'report') {
      this._report.setPage(state.automation, state.shown);
    }
    if (state.tab === 'batches') {
      this._tabPanels.batches.setAutomation(state.automation);
    }
    if (state.tab === 'history') {
      this._tabPanels.history.setPlace();
    }
  }

  private _onRun(): void {
    this._live.setRun(this.model.run);
  }

  private _onPages(_: ToolModel, change: IConfigEvent['change']): void {
    if (change !== 'code') {
      this._inputs.refresh(true);
      this._report.refresh(true);
    }
  }

  private _onForm(): void {
    this._formBar.isChanged = this._inputs.page?.isChanged === true;
  }

  private _select(slug: string): void {
    this._attempt(
      slug === this.model.shown?.slug && this.model.shown.kind === 'form'
        ? this.model.showReport(slug)
        : this.model.selectBatch(slug)
    );
  }

  private _openMenu(button: HTMLElement): void {
    const { left, bottom } = button.getBoundingClientRect();
    const giveBack = () => {
      this._menu.aboutToClose.disconnect(giveBack);
      button.focus();
    };
    this._menu.aboutToClose.connect(giveBack);
    this._menu.open(left, bottom);
  }

  private _download(run: string): Promise<void> {
    return downloadLog(this.model.services.client, run).catch(error => this._fail(error));
  }

  private async _readBefore(run: string, seq: number): Promise<readonly JournalEvent[] | null> {
    try {
      return await this.model.services.client.getEventsBefore(run, seq);
    } catch (error) {
      this._fail(error);
      return null;
    }
  }

  private _attempt(work: Promise<void>): void {
    work.catch(error => this._fail(error));
  }

  private _fail(error: unknown): void {
    if (!this.isDisposed) {
      this.model.notice = describeError(error, this._options.trans);
    }
  }

  /** Put the inputs of a run into the form, where the keyboard goes on. */
  private async _restore(run: IRunResource): Promise<void> {
    const { trans } = this._options;
    await restoreInputs(run, { model: this.model, inputs: this._inputs, trans });
    document.getElementById(this._tabId('inputs'))?.focus();
  }

  private _tabId(tab: Tab): string {
    return `${this.id}-tab-${tab}`;
  }

  private _panelId(tab: Tab): string {
    return `${this.id}-panel-${tab}`;
  }

  private readonly _actions: PanelActions;
  private readonly _menu: Menu;
  private readonly _formBar: FormBar;
  private readonly _inputs: StepPage;
  private readonly _report: StepPage;
  private readonly _live: LiveView;
  private readonly _tabPanels: ITabPanels;
}

/** The panel of each tab. */
type ITabPanels = Readonly<Record<Tab, Panel> & { batches: BatchesTab; history: HistoryTab }>;
