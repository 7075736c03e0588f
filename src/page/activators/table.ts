import type { ITable } from '../../core/view/table';
import type { ISorting, ITableQuery } from '../../core/view/tableOrder';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';
import { activateTableInput } from './tableInput';
import { TableControls } from './tableControls';
import { nextSorting, readTableElement } from './tableRows';
import { LoadedRows, ServerRows, type ITableSource } from './tableSource';

/** Rows on one page where the view says nothing. */
const PAGE_SIZE = 100;

/** Milliseconds after a letter of a filter before the server is asked. */
const FILTER_DELAY_MS = 250;

/** Sorts, filters and pages a table, and gives it as CSV. */
export const tableActivator: IViewActivator = {
  name: 'table',
  activate: (element, context) => {
    if (context.place.mode === 'input') {
      return activateTableInput(element, context);
    }
    return element.querySelector('table') || element.classList.contains('_fetch')
      ? new ActiveTable(element, context)
      : null;
  }
};

/**
 * A table of which the page holds the first rows. The others are fetched when they are needed first: when a
 * person sorts, filters, goes on or downloads.
 */
class ActiveTable implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    const { words, name } = _context;
    this._controls = new TableControls(words, name, {
      filter: text => this._act(() => this._setFilter(text)),
      turn: pages => this._act(() => this._showFrom(this._first + pages * this._pageSize)),
      download: () => this._act(() => this._download())
    });
    this._take(_element);
    if (!this._table) {
      // Too large for the page.
      this._act(() => this._draw());
    }
  }

  update(next: HTMLElement): boolean {
    if (!next.querySelector('table') && !next.classList.contains('_fetch')) {
      return false;
    }
    this._controller.abort();
    this._controller = new AbortController();
    const scroll = this._element.querySelector('._scroll');
    const [left, top] = [scroll?.scrollLeft ?? 0, scroll?.scrollTop ?? 0];
    const focused = this._focusedColumn();
    // The controls stay where they are, with the focus that may be in them.
    [...this._element.childNodes].filter(node => !this._controls.is(node)).forEach(removeNode);
    this._element.append(...next.childNodes);
    this._take(next);
    const newScroll = this._element.querySelector('._scroll');
    if (newScroll) {
      newScroll.scrollLeft = left;
      newScroll.scrollTop = top;
    }
    this._head()?.cells[focused]?.querySelector('button')?.focus({ preventScroll: true });
    if (this._sorting || this._filter || this._first || !this._table) {
      this._act(() => this._draw());
    }
    return true;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._controller.abort();
      this._controls.dispose();
      this._element.replaceChildren(...this._original);
    }
  }

  /** Take what the server rendered as what is shown. */
  private _take({ dataset }: HTMLElement): void {
    const parts = [...this._element.childNodes].filter(node => !this._controls.is(node));
    this._original = parts.map(node => node.cloneNode(true));
    this._pageSize = Number(dataset.pageSize) || PAGE_SIZE;
    this._table = this._element.querySelector('table');
    const shown = this._table ? readTableElement(this._table) : null;
    const total = Number(dataset.rows) || (shown?.rows.length ?? 0);
    const uri = dataset.uri ?? '';
    const isWhole = shown !== null && shown.rows.length === total;
    this._source =
      dataset.paged === 'true'
        ? new ServerRows(this._context, uri)
        : new LoadedRows(this._context, uri, dataset.suffix ?? '', isWhole ? shown : null);
    this._controls.isDownloadable = dataset.download !== 'false';
    if (this._table) {
      this._prepareHead();
      // The sentence of the server is about what it rendered.
      this._element.querySelector(':scope > ._note')?.remove();
      this._controls.attach(this._element);
      this._tell(total);
    }
  }

  /** Let headers sort. */
  private _prepareHead(): void {
    [...(this._head()?.cells ?? [])].forEach((cell, column) => {
      const text = cell.textContent ?? '';
      if (cell.tagName === 'TH' && text) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = '_sort';
        button.textContent = text;
        button.addEventListener('click', () => this._act(() => this._sort(column)));
        cell.replaceChildren(button);
      }
    });
    this._markSorting();
  }

  private _head(): HTMLTableRowElement | undefined {
    return this._table?.tHead?.rows[0];
  }

  /** Index of the column whose header has the focus; −1 for none. */
  private _focusedColumn(): number {
    const { activeElement } = this._element.getRootNode() as Document | ShadowRoot;
    return [...(this._head()?.cells ?? [])].findIndex(cell => cell.contains(activeElement));
  }

  private _sort(column: number): Promise<void> {
    this._sorting = nextSorting(this._sorting, column);
    this._first = 0;
    return this._draw();
  }

  private async _setFilter(text: string): Promise<void> {
    this._filter = text;
    this._first = 0;
    if (this._source.isRemote) {
      // Not at each letter.
      await new Promise(resolve => setTimeout(resolve, FILTER_DELAY_MS));
    }
    if (text === this._filter) {
      await this._draw();
    }
  }

  private _showFrom(first: number): Promise<void> {
    this._first = Math.max(0, first);
    return this._draw();
  }

  private async _download(): Promise<void> {
    const { words, place } = this._context;
    const shown = this._controls.status;
    this._controls.status = words.loading;
    const parts = await this._source.csv(this._query, this._controller.signal);
    this._controls.status = shown;
    const uri = URL.createObjectURL(new Blob(parts, { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = uri;
    link.download = `${place.variable}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(uri), 10_000);
  }

  private get _query(): ITableQuery {
    return {
      offset: this._first,
      limit: this._pageSize,
      sorting: this._sorting,
      filter: this._filter
    };
  }

  private async _draw(): Promise<void> {
    const { signal } = this._controller;
    this._turn += 1;
    const turn = this._turn;
    this._controls.status = this._context.words.loading;
    const page = await this._source.page(this._query, signal);
    if (signal.aborted || turn !== this._turn) {
      // A later question was asked meanwhile.
      return;
    }
    if (this._first >= page.matched && this._first > 0) {
      this._first = Math.max(0, Math.ceil(page.matched / this._pageSize) - 1) * this._pageSize;
      return this._draw();
    }
    if (!this._table) {
      this._createTable(page);
    }
    const body = this._table?.tBodies[0] ?? this._table?.createTBody();
    body?.replaceChildren(...page.rows.map(({ cells }) => createRow(page, cells)));
    this._markSorting();
    this._tell(page.matched, page.rows.length);
  }

  private _createTable(data: Pick<ITable, 'columns'>): void {
    const scroll = document.createElement('div');
    scroll.className = '_scroll';
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', this._context.name);
    scroll.tabIndex = 0;
    this._table = document.createElement('table');
    this._table.setAttribute('aria-label', this._context.name);
    const head = this._table.createTHead().insertRow();
    for (const column of data.columns) {
      const cell = document.createElement(column ? 'th' : 'td');
      if (column) {
        cell.setAttribute('scope', 'col');
      }
      cell.textContent = column;
      head.append(cell);
    }
    scroll.append(this._table);
    this._element.append(scroll);
    this._prepareHead();
    this._controls.attach(this._element);
  }

  private _markSorting(): void {
    [...(this._head()?.cells ?? [])].forEach((cell, column) => {
      if (this._sorting?.column === column) {
        cell.setAttribute('aria-sort', this._sorting.direction);
      } else {
        cell.removeAttribute('aria-sort');
      }
    });
  }

  private _tell(total: number, count = Math.min(total, this._pageSize)): void {
    const { words } = this._context;
    const none = this._filter ? words.noRows : words.emptyTable;
    this._controls.setRange({
      text: total ? words.rows(this._first + 1, this._first + count, total) : none,
      hasPrevious: this._first > 0,
      hasNext: this._first + count < total,
      isPaged: total > this._pageSize
    });
  }

  private _act(work: () => Promise<void>): void {
    const { signal } = this._controller;
    work().catch(error => {
      if (!signal.aborted) {
        const reason = error instanceof Error ? error.message : String(error);
        this._controls.attach(this._element);
        this._controls.status = this._context.words.dataUnavailable(reason);
      }
    });
  }

  private readonly _controls: TableControls;
  private _controller = new AbortController();
  /** Copies of what the server rendered. */
  private _original: Node[] = [];
  private _table: HTMLTableElement | null = null;
  private _source!: ITableSource;
  /** Grows with each question: answers to earlier ones are dropped. */
  private _turn = 0;
  private _pageSize = PAGE_SIZE;
  private _first = 0;
  private _filter = '';
  private _sorting: ISorting | null = null;
  private _isDisposed = false;
}

function removeNode(node: ChildNode): void {
  node.remove();
}

function createRow(
  { indexColumns }: Pick<ITable, 'indexColumns'>,
  cells: ITable['rows'][number]['cells']
): Element {
  const row = document.createElement('tr');
  cells.forEach(({ text, isNumber }, column) => {
    const cell = document.createElement(column < indexColumns ? 'th' : 'td');
    if (column < indexColumns) {
      cell.setAttribute('scope', 'row');
    } else if (isNumber) {
      cell.className = '_number-cell';
    }
    cell.textContent = text;
    row.append(cell);
  });
  return row;
}
