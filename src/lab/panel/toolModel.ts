import { VDomModel } from '@jupyterlab/ui-components';
import { Signal, type ISignal } from '@lumino/signaling';
import type {
  IAutomationSummary,
  IBatchSummary,
  IConfigEvent,
  IFindResponse,
  IQueueState
} from '../../core/api';
import { isJsonObject } from '../../core/json';
import { isFinal } from '../../core/run/run';
import { findBatch } from '../findBatch';
import { RequestError, UnreachableError } from '../requestError';
import type { ICrossComputeClient, IEventHub, IQueueMonitor, ISubscription } from '../tokens';
import { EMPTY_STATE, type IPanelState, type Tab } from './panelState';
import { RunModel } from './runModel';

/**
 * What a panel shows: nothing found yet, nothing there, problems that keep it closed, the tool, or that
 * the server could not be asked.
 */
export type Phase = 'loading' | 'empty' | 'invalid' | 'ready' | 'failed';

/** Batches that the panel's list of choices holds; the table has them all. */
const CHOICE_LIMIT = 200;

/** Milliseconds before the first try to reach a server again; each further one waits twice as long. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;

/** What a model works with. */
export interface IToolServices {
  client: ICrossComputeClient;
  events: IEventHub;
  queue: IQueueMonitor;
}

/**
 * The state of a panel: which automation, which batch, which run, which tab.
 */
export class ToolModel extends VDomModel {
  constructor(
    readonly services: IToolServices,
    state: Partial<IPanelState>
  ) {
    super();
    this._state = { ...EMPTY_STATE, ...state };
    services.queue.changed.connect(this._onQueue, this);
  }

  get phase(): Phase {
    return this._phase;
  }

  /** Null unless the phase is `invalid` or `ready`. */
  get automation(): IAutomationSummary | null {
    return this._automation;
  }

  get state(): Readonly<IPanelState> {
    return this._state;
  }

  /** The first batches, for the list of choices. */
  get choices(): readonly IBatchSummary[] {
    return this._choices;
  }

  /** The batch or run whose report is shown; null until it is known. */
  get shown(): IBatchSummary | null {
    return this._shown;
  }

  /** The run that is followed; null when the shown batch never ran. */
  get run(): RunModel | null {
    return this._run;
  }

  /** Runs of this automation in the queue, and about to come there. */
  get activity(): { running: number; queued: number } {
    const { state } = this.services.queue;
    const counts = state?.automations[this._state.automation];
    return { running: counts?.running ?? 0, queued: (counts?.queued ?? 0) + (counts?.coming ?? 0) };
  }

  /** What is held back: runs of all tools, those of this one alone, or none (null). */
  get held(): 'all' | 'tool' | null {
    const { state } = this.services.queue;
    if (state?.isPaused) {
      return 'all';
    }
    return state?.pausedAutomations.includes(this._state.automation) ? 'tool' : null;
  }

  /** What went wrong when the phase is `failed`. */
  get failure(): unknown {
    return this._failure;
  }

  /** What a click could not do, for the reader; '' when there is nothing to say. */
  get notice(): string {
    return this._notice;
  }

  set notice(notice: string) {
    this._notice = notice;
    this.stateChanged.emit();
  }

  /** Emitted when pages of some kind may look different now. */
  get pagesChanged(): ISignal<this, IConfigEvent['change']> {
    return this._pagesChanged;
  }

  /** Emitted when another run is followed. */
  get runChanged(): ISignal<this, void> {
    return this._runChanged;
  }

  /** Emitted when batches or their states may have changed. */
  get batchesChanged(): ISignal<this, void> {
    return this._batchesChanged;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    clearTimeout(this._retryTimer);
    this._configuration?.dispose();
    this._run?.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  /**
   * Find the automation and open it. Problems of any kind become a phase; never rejects.
   *
   * @param found - what a question asked before has found
   */
  async load(found?: IFindResponse): Promise<void> {
    clearTimeout(this._retryTimer);
    const attempt = ++this._attempt;
    try {
      const automation = await this._find(found);
      if (!this.isDisposed && attempt === this._attempt) {
        this._retryMs = FIRST_RETRY_MS;
        this._open(automation);
      }
    } catch (error) {
      if (!this.isDisposed && attempt === this._attempt) {
        this._fail(error);
      }
    }
  }

  /** Show a tab. */
  showTab(tab: Tab): void {
    this._change({ tab });
  }

  /**
   * Show a batch: its inputs in the form, its report, its newest run.
   */
  async selectBatch(slug: string): Promise<void> {
    this._change({ batch: slug, shown: slug, run: '', isOwnRun: false });
    this._shown = null;
    this._setRun(null);
    await this.refreshShown();
  }

  /** Show the report of a batch or run, and leave the form as it is. */
  async showReport(slug: string): Promise<void> {
    if (slug !== this._state.shown) {
      this._change({ shown: slug, run: '', isOwnRun: false });
      this._shown = null;
      this._setRun(null);
    }
    await this.refreshShown();
  }

  /**
   * Follow a run that was just asked for.
   *
   * @param slug - batch or run whose pages show it
   */
  follow(id: string, slug: string): void {
    this._change({ run: id, shown: slug, isOwnRun: true });
    this._setRun(new RunModel(id, slug, true, this.services.events));
    this._refresh();
  }

  /** Read again what the shown batch is like, and follow its newest run. */
  async refreshShown(): Promise<void> {
    const { automation, shown } = this._state;
    const summary = shown ? await findBatch(this.services.client, automation, shown) : null;
    if (this.isDisposed || shown !== this._state.shown || automation !== this._state.automation) {
      return;
    }
    this._shown = summary;
    if (summary?.run && summary.run !== this._run?.id) {
      const isActive = summary.state === 'queued' || summary.state === 'running';
      const isOwnRun = isActive || (this._state.isOwnRun && this._state.run === summary.run);
      this._change({ run: summary.run, isOwnRun });
      this._setRun(new RunModel(summary.run, shown, isOwnRun, this.services.events));
    }
    this.stateChanged.emit();
  }

  /** Read again the list of choices; a batch that is gone makes room for the first one. */
  async refreshChoices(): Promise<void> {
    const { automation } = this._state;
    const page = await this.services.client.listBatches(automation, { limit: CHOICE_LIMIT });
    if (this.isDisposed || automation !== this._state.automation) {
      return;
    }
    this._choices = page.batches;
    const isListed = page.batches.some(({ slug }) => slug === this._state.batch);
    const first = this._automation?.firstBatch ?? '';
    if (!isListed && page.total <= page.batches.length && this._state.batch !== first) {
      await this.selectBatch(first);
    }
    this.stateChanged.emit();
  }

  private async _find(found?: IFindResponse): Promise<IAutomationSummary | null> {
    const { configuration, path, automation } = this._state;
    let response = found ?? (await this.services.client.find(configuration || path));
    if (!response.candidates.length && configuration && path && !found) {
      // The configuration is gone; perhaps there is another one now.
      response = await this.services.client.find(path);
    }
    const wanted = automation || response.chosen;
    const candidates = response.candidates;
    const chosen = candidates.find(({ id }) => id === wanted) ?? candidates[0] ?? null;
    if (response.batch && !this._state.batch) {
      this._state = { ...this._state, batch: response.batch, shown: response.batch };
    }
    return chosen;
  }

  private _open(automation: IAutomationSummary | null): void {
    this._automation = automation;
    this._failure = null;
    if (!automation) {
      this._setPhase('empty');
      return;
    }
    const { id, configuration, firstBatch, isUsable } = automation;
    const batch = this._state.batch || firstBatch;
    this._change({ automation: id, configuration, batch, shown: this._state.shown || batch });
    this._subscribe(id);
    this._setPhase(isUsable ? 'ready' : 'invalid');
    if (isUsable) {
      this._refresh();
    }
  }

  private _subscribe(id: string): void {
    if (this._configurationId !== id) {
      this._configuration?.dispose();
      this._configurationId = id;
      this._configuration = this.services.events.subscribe(`config:${id}`, {
        onEvent: data => {
          if (isJsonObject(data) && typeof data.change === 'string') {
            this._onConfiguration(data.change as IConfigEvent['change']);
          }
        },
        // Anything may have changed while nobody told.
        onGap: () => this._onConfiguration('configuration'),
        onError: () => this._onRefusal()
      });
    }
  }

  /** A server that was started anew has yet to open the configuration. */
  private _onRefusal(): void {
    this._configuration?.dispose();
    this._configurationId = '';
    if (Date.now() - this._refusedMs > LAST_RETRY_MS) {
      this._refusedMs = Date.now();
      void this.load();
    }
  }

  private _onConfiguration(change: IConfigEvent['change']): void {
    const { automation } = this._state;
    this.services.client
      .getAutomation(automation)
      .then(summary => {
        if (this.isDisposed || automation !== this._state.automation) {
          return;
        }
        const wasReady = this._phase === 'ready';
        this._open(summary);
        if (wasReady) {
          this._pagesChanged.emit(change);
        }
      })
      .catch(error => this._onBackground(error));
  }

  private _onQueue(_: IQueueMonitor, { running, queued }: IQueueState): void {
    const { automation, shown } = this._state;
    const { activity } = this;
    const mine = [...running, ...queued].filter(run => run.automation === automation);
    const active = mine.find(run => run.batch === shown);
    if (active && active.id !== this._run?.id) {
      // Somebody else, or the command line, runs what is shown here.
      this._change({ run: active.id, isOwnRun: true });
      this._setRun(new RunModel(active.id, shown, true, this.services.events));
    }
    const ids = mine.map(({ id, state }) => `${id} ${state}`).join();
    const key = `${activity.running} ${activity.queued} ${ids}`;
    if (key !== this._activeKey) {
      this._activeKey = key;
      this._batchesChanged.emit();
      // Where more wait than are listed, what is shown may be among them.
      const isAll = mine.length >= activity.running + activity.queued;
      const isNew = !isAll && activity.queued > this._queuedBefore && !this._run?.isActive;
      const isOver = this._shown !== null && !isFinalOrNew(this._shown.state);
      if (!active && (isNew || (isOver && (isAll || !this._run?.isActive)))) {
        this.refreshShown().catch(error => this._onBackground(error));
      }
    }
    this._queuedBefore = activity.queued;
    this.stateChanged.emit();
  }

  private _setRun(run: RunModel | null): void {
    this._run?.dispose();
    this._run = run;
    run?.changed.connect(() => this.stateChanged.emit());
    run?.ended.connect(() => this._refresh());
    this._runChanged.emit();
    this.stateChanged.emit();
  }

  /** Read again what depends on runs and files. */
  private _refresh(): void {
    this._batchesChanged.emit();
    Promise.all([this.refreshShown(), this.refreshChoices()]).catch(error =>
      this._onBackground(error)
    );
  }

  /** What was not asked for by a click and did not succeed: the next event or click tries again. */
  private _onBackground(error: unknown): void {
    if (error instanceof RequestError && error.code === 'automation-unknown') {
      // The server was started anew and has yet to open the configuration.
      void this.load();
    } else if (!(error instanceof UnreachableError) && !(error instanceof RequestError)) {
      this._fail(error);
    }
  }

  private _fail(error: unknown): void {
    this._failure = error;
    this._setPhase('failed');
    const mayPass =
      error instanceof UnreachableError || (error instanceof RequestError && error.isUnavailable);
    if (mayPass) {
      this._retryTimer = window.setTimeout(() => void this.load(), this._retryMs);
      this._retryMs = Math.min(LAST_RETRY_MS, this._retryMs * 2);
    }
  }

  private _setPhase(phase: Phase): void {
    this._phase = phase;
    this.stateChanged.emit();
  }

  private _change(changes: Partial<IPanelState>): void {
    this._state = { ...this._state, ...changes };
    this.stateChanged.emit();
  }

  private _phase: Phase = 'loading';
  private _automation: IAutomationSummary | null = null;
  private _state: IPanelState;
  private _choices: readonly IBatchSummary[] = [];
  private _shown: IBatchSummary | null = null;
  private _run: RunModel | null = null;
  private _failure: unknown = null;
  private _notice = '';
  private _configuration: ISubscription | null = null;
  private _configurationId = '';
  /** What of the queue concerns this panel, as it was told last. */
  private _activeKey = '';
  private _queuedBefore = 0;
  private _refusedMs = 0;
  private _attempt = 0;
  private _retryMs = FIRST_RETRY_MS;
  private _retryTimer: number | undefined;
  private readonly _pagesChanged = new Signal<this, IConfigEvent['change']>(this);
  private readonly _runChanged = new Signal<this, void>(this);
  private readonly _batchesChanged = new Signal<this, void>(this);
}

function isFinalOrNew(state: IBatchSummary['state']): boolean {
  return state === 'new' || isFinal(state);
}

/** Tell whether a batch is to run before its report is up to date. */
export function needsRun(batch: IBatchSummary): boolean {
  return isFinalOrNew(batch.state) && (batch.state !== 'done' || batch.isStale);
}
