import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel } from '@jupyterlab/ui-components';
import { Throttler } from '@lumino/polling';
import type { IRunResource } from '../../core/api';
import type { RunState } from '../../core/run/run';
import { describeError } from '../errorWords';
import type { ICrossComputeClient } from '../tokens';

/** Runs of one page. */
export const PAGE_SIZE = 50;

/** Milliseconds between two readings while changes pour in, as from a sweep. */
const REFRESH_INTERVAL_MS = 500;

/** Whose runs are listed: those of the shown batch, or of the whole tool. */
export type HistoryScope = 'batch' | 'tool';

/** What a panel shows, as far as its runs depend on it. */
export interface IHistoryPlace {
  /** Automation id. */
  automation: string;
  /** Slug of a batch, or of a run made from the form. */
  batch: string;
  /** True for a run made from the form, which is a batch of its own. */
  isForm: boolean;
}

/**
 * The runs of a batch or of a tool, newest first. One page of them is in memory.
 */
export class HistoryModel extends VDomModel {
  constructor(
    private readonly _client: ICrossComputeClient,
    private readonly _trans: TranslationBundle
  ) {
    super();
    const limit = REFRESH_INTERVAL_MS;
    this._refresher = new Throttler(() => this._read(), { limit, edge: 'trailing' });
  }

  /** Null before the first one is shown. */
  get place(): IHistoryPlace | null {
    return this._place;
  }

  /** Default: the batch; the whole tool where a run made from the form is shown, which is alone in its batch. */
  get scope(): HistoryScope {
    return this._scope ?? (this._place?.isForm ? 'tool' : 'batch');
  }

  set scope(scope: HistoryScope) {
    this._scope = scope;
    this._restart();
  }

  /** Only runs in this state are listed; null for all. */
  get state(): RunState | null {
    return this._state;
  }

  set state(state: RunState | null) {
    this._state = state;
    this._restart();
  }

  /** The runs of this page; null until the first answer. */
  get runs(): readonly IRunResource[] | null {
    return this._runs?.slice(0, PAGE_SIZE) ?? null;
  }

  /** Index from 0 among all of the first run of this page. */
  get offset(): number {
    return this._before.length * PAGE_SIZE;
  }

  get hasOlder(): boolean {
    return (this._runs?.length ?? 0) > PAGE_SIZE;
  }

  get hasNewer(): boolean {
    return this._before.length > 0;
  }

  /** What went wrong with the last request; '' if nothing did. */
  get error(): string {
    return this._error;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._refresher.dispose();
    super.dispose();
  }

  /** The run that is listed below another one; null for the last. */
  runBefore(index: number): IRunResource | null {
    return this._runs?.[index + 1] ?? null;
  }

  /** Show the runs of another place; the same again does nothing. */
  setPlace(place: IHistoryPlace): void {
    const old = this._place;
    const isSame =
      old?.automation === place.automation &&
      old.batch === place.batch &&
      old.isForm === place.isForm;
    if (isSame) {
      return;
    }
    const wasTool = old?.automation === place.automation && this.scope === 'tool';
    this._place = place;
    // The list of a whole tool is the same whatever batch is shown.
    if (wasTool && this.scope === 'tool') {
      this.stateChanged.emit();
    } else {
      this._restart();
    }
  }

  /** Read this page anew, soon; many calls make one reading. */
  refresh(): void {
    if (this._place) {
      // It rejects only when it is disposed before its time has come.
      this._refresher.invoke().catch(() => undefined);
    }
  }

  showOlder(): void {
    const last = this.runs?.[PAGE_SIZE - 1];
    if (this.hasOlder && last) {
      this._before.push(last.id);
      void this._read();
    }
  }

  showNewer(): void {
    if (this.hasNewer) {
      this._before.pop();
      void this._read();
    }
  }

  isExpanded(id: string): boolean {
    return this._expanded.has(id);
  }

  /** Show the details of a run, or no more. */
  toggle(id: string): void {
    if (!this._expanded.delete(id)) {
      this._expanded.add(id);
    }
    this.stateChanged.emit();
  }

  private _restart(): void {
    this._before = [];
    this._runs = null;
    this._expanded.clear();
    this._error = '';
    this.stateChanged.emit();
    void this._read();
  }

  /** Never rejects: what went wrong is told in the list, and the next event or click reads again. */
  private async _read(): Promise<void> {
    const { _place: place } = this;
    if (!place || this.isDisposed) {
      return;
    }
    const reading = ++this._reading;
    const before = this._before[this._before.length - 1];
    try {
      const runs = await this._client.listRuns({
        automation: place.automation,
        ...(this.scope === 'batch' ? { batch: place.batch } : {}),
        ...(this._state ? { state: this._state } : {}),
        ...(before ? { before } : {}),
        // One more than is shown: with it the last one is compared.
        limit: PAGE_SIZE + 1
      });
      if (reading === this._reading) {
        this._take(runs);
      }
    } catch (error) {
      if (reading === this._reading && !this.isDisposed) {
        this._error = describeError(error, this._trans);
        this.stateChanged.emit();
      }
    }
  }

  private _take(runs: readonly IRunResource[]): void {
    if (this.isDisposed) {
      return;
    }
    this._error = '';
    if (!runs.length && this.hasNewer) {
      // The run after which this page began is gone.
      this._before = [];
      void this._read();
      return;
    }
    this._runs = runs;
    this.stateChanged.emit();
  }

  private readonly _refresher: Throttler<void>;
  private readonly _expanded = new Set<string>();
  private _place: IHistoryPlace | null = null;
  private _scope: HistoryScope | null = null;
  private _state: RunState | null = null;
  /** The runs of this page, and one more where there are older ones. */
  private _runs: readonly IRunResource[] | null = null;
  /** Ids of the last runs of the newer pages. */
  private _before: string[] = [];
  private _error = '';
  private _reading = 0;
}
