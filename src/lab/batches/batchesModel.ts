import { VDomModel } from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';
import type { IBatchSummary } from '../../core/api';
import { describeError } from '../errorWords';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IBatchQuery, ICrossComputeClient } from '../tokens';

/** Rows of one request. */
export const PAGE_SIZE = 100;

/** Requests on their way at a time. */
const MAX_REQUESTS = 2;

/** Milliseconds after which changes that came together are read anew. */
const REFRESH_DELAY_MS = 250;

/** Milliseconds of silence while a filter is typed. */
const FILTER_DELAY_MS = 200;

/** Columns that can be sorted. */
export type SortKey = NonNullable<IBatchQuery['sort']>;

/**
 * The batches of an automation, of which only the pages in sight are read.
 */
export class BatchesModel extends VDomModel {
  /**
   * @param automation - automation id
   */
  constructor(
    private readonly _client: ICrossComputeClient,
    readonly automation: string,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this._refresher = new Debouncer(() => this._reload(), REFRESH_DELAY_MS);
    this._filterer = new Debouncer(() => this._restart(), FILTER_DELAY_MS);
  }

  /** Batches that match; null until the first answer. */
  get total(): number | null {
    return this._total;
  }

  get filter(): string {
    return this._filter;
  }

  get sort(): SortKey {
    return this._sort;
  }

  get isDescending(): boolean {
    return this._isDescending;
  }

  /** What went wrong with the last request; '' if nothing did. */
  get error(): string {
    return this._error;
  }

  /** The selected batches by slug, in the order of their selection, as they were last read. */
  get selected(): ReadonlyMap<string, IBatchSummary> {
    return this._selected;
  }

  /** Position of the row that has the keyboard. */
  get focused(): number {
    return this._focused;
  }

  /** Ids of inputs, then of outputs, that rows seen so far have, in the order of their appearance. */
  get columns(): { inputs: readonly string[]; outputs: readonly string[] } {
    return { inputs: [...this._inputIds], outputs: [...this._outputIds] };
  }

  /** True when a row seen so far has images. */
  get hasThumbnails(): boolean {
    return this._hasThumbnails;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._refresher.dispose();
    this._filterer.dispose();
    this._abort.abort();
    super.dispose();
  }

  /** A row; undefined while its page is on the way. */
  row(index: number): IBatchSummary | undefined {
    return this._pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  /**
   * Say which rows are in sight; pages that are missing are read.
   *
   * @param first - index, inclusive
   * @param last - index, exclusive
   */
  show(first: number, last: number): void {
    const from = Math.max(0, Math.floor(first / PAGE_SIZE));
    const to = Math.max(from, Math.floor(Math.max(0, last - 1) / PAGE_SIZE));
    this._range = { from, to };
    this._fill();
  }

  /** Read what is in sight anew, soon; many calls make one reading. */
  refresh(): void {
    this._invoke(this._refresher);
  }

  setFilter(filter: string): void {
    this._filter = filter;
    this._invoke(this._filterer);
    this.stateChanged.emit();
  }

  /** Sort by a column; the same column again turns the order around. */
  sortBy(key: SortKey): void {
    this._isDescending = key === this._sort && !this._isDescending;
    this._sort = key;
    this._restart();
  }

  /** Select a batch, or take it out of the selection. */
  toggle(batch: IBatchSummary): void {
    if (!this._selected.delete(batch.slug)) {
      this._selected.set(batch.slug, batch);
    }
    this.stateChanged.emit();
  }

  /**
   * Select everything that matches, or nothing.
   *
   * @param isWanted - leaves out others; default none
   * @returns after all of their names are known
   */
  async selectAll(
    isSelected: boolean,
    isWanted: (batch: IBatchSummary) => boolean = () => true
  ): Promise<void> {
    if (isSelected) {
      const limit = 1000;
      const total = this._total ?? 0;
      for (let offset = 0; offset < total; offset += limit) {
        const page = await this._client.listBatches(this.automation, {
          ...this._query(),
          offset,
          limit
        });
        page.batches.filter(isWanted).forEach(batch => this._selected.set(batch.slug, batch));
      }
    } else {
      this._selected.clear();
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  /** Select what matches and did not end well, and nothing else: to be run again. */
  async selectFailed(): Promise<void> {
    this._selected.clear();
    await this.selectAll(true, ({ state }) => state === 'failed' || state === 'lost');
  }

  /** Take batches out of the selection, such as deleted ones. */
  unselect(slugs: readonly string[]): void {
    slugs.forEach(slug => this._selected.delete(slug));
    this.stateChanged.emit();
  }

  focus(index: number): void {
    this._focused = Math.max(0, Math.min(index, (this._total ?? 1) - 1));
    this.stateChanged.emit();
  }

  private _query(): IBatchQuery {
    return {
      filter: this._filter,
      sort: this._sort,
      order: this._isDescending ? 'descending' : 'ascending',
      runs: true
    };
  }

  /** Begin anew, as rows have other places now. */
  private _restart(): void {
    this._abort.abort();
    this._abort = new AbortController();
    this._pages.clear();
    this._requested.clear();
    this._stale.clear();
    this._focused = 0;
    this._error = '';
    this._range = { from: 0, to: 0 };
    this.show(0, PAGE_SIZE);
    this.stateChanged.emit();
  }

  /** Read the pages in sight again, and forget the others; what is shown stays until the answer. */
  private _reload(): void {
    this._error = '';
    const { from, to } = this._range;
    for (const page of [...this._pages.keys()]) {
      if (page < from || page > to) {
        this._pages.delete(page);
      } else {
        this._stale.add(page);
      }
    }
    this._fill();
  }

  /**
   * Read what is in sight now and missing. Few requests go at a time: pages that somebody only scrolls past
   * are never asked for.
   */
  private _fill(): void {
    if (this._error) {
      // Every drawing comes here: what failed is asked again only when a person or an event wants it.
      return;
    }
    const { from, to } = this._range;
    for (let page = from; page <= to; page++) {
      const isBeyond = this._total !== null && page > 0 && page * PAGE_SIZE >= this._total;
      const isMissing = !this._pages.has(page) || this._stale.has(page);
      const isFree = this._requested.size < MAX_REQUESTS && !this._requested.has(page);
      if (isMissing && isFree && !isBeyond) {
        this._request(page);
      }
    }
  }

  private _request(page: number): void {
    const { signal } = this._abort;
    this._requested.add(page);
    this._stale.delete(page);
    const query = { ...this._query(), offset: page * PAGE_SIZE, limit: PAGE_SIZE };
    this._client
      .listBatches(this.automation, query, signal)
      .then(({ total, batches }) => {
        if (signal.aborted || this.isDisposed) {
          return;
        }
        this._requested.delete(page);
        this._error = '';
        this._total = total;
        this._pages.set(page, batches);
        batches.forEach(batch => this._learn(batch));
        this._fill();
        this.stateChanged.emit();
      })
      .catch((error: unknown) => {
        if (signal.aborted || this.isDisposed) {
          return;
        }
        this._requested.delete(page);
        this._error = describeError(error, this._trans);
        this.stateChanged.emit();
      });
  }

  private _learn(batch: IBatchSummary): void {
    const { inputs, outputs, thumbnails } = batch;
    if (this._selected.has(batch.slug)) {
      this._selected.set(batch.slug, batch);
    }
    Object.keys(inputs).forEach(id => this._inputIds.add(id));
    Object.keys(outputs).forEach(id => this._outputIds.add(id));
    this._hasThumbnails ||= thumbnails.length > 0;
  }

  private _invoke(debouncer: Debouncer<void>): void {
    // It rejects only when it is disposed before its time has come.
    debouncer.invoke().catch(() => undefined);
  }

  private readonly _refresher: Debouncer<void>;
  private readonly _filterer: Debouncer<void>;
  private readonly _pages = new Map<number, readonly IBatchSummary[]>();
  private readonly _requested = new Set<number>();
  private readonly _stale = new Set<number>();
  private readonly _selected = new Map<string, IBatchSummary>();
  private readonly _inputIds = new Set<string>();
  private readonly _outputIds = new Set<string>();
  private _hasThumbnails = false;
  private _range = { from: 0, to: 0 };
  private _total: number | null = null;
  private _filter = '';
  private _sort: SortKey = 'order';
  private _isDescending = false;
  private _error = '';
  private _focused = 0;
  private _abort = new AbortController();
}
