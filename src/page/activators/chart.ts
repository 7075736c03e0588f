import { chartDescription, chartKindOf, type ChartKind } from '../../core/chart/chartKind';
import type { IChartTable } from '../../core/chart/chartTable';
import { isJsonObject, type JsonObject } from '../../core/json';
import { JsonTextError, parseJsonText } from '../../core/view/jsonText';
import { addressBeside } from '../../core/view/relativeAddress';
import { appearanceOf, followAppearance } from '../appearance';
import type { ChartDrawer, IDrawnChart } from '../charts/chartDrawer';
import { DataTable, MAX_TABLE_ROWS, type ITableData } from '../dataTable';
import { whenSeen } from '../whenSeen';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Loads what draws a kind of chart. */
export type ChartDrawers = Readonly<Record<ChartKind, () => Promise<ChartDrawer>>>;

const DRAWERS: ChartDrawers = {
  'vega-lite': async () => (await import('../charts/vegaChart')).drawVega,
  echarts: async () => (await import('../charts/echartsChart')).drawEcharts
};

/** Draws charts, each with a library that is loaded when the first one is seen. */
export const chartActivator = createChartActivator(DRAWERS);

/** @param drawers - specs give their own */
export function createChartActivator(drawers: ChartDrawers): IViewActivator {
  return {
    name: 'chart',
    activate: (element, context) =>
      element.hasAttribute('data-draw') ? new ActiveChart(element, context, drawers) : null
  };
}

class ActiveChart implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext,
    private readonly _drawers: ChartDrawers
  ) {
    const { words, name } = _context;
    this._original = [..._element.childNodes];
    this._drawing.className = '_drawing';
    this._problem.className = '_problem';
    this._problem.hidden = true;
    this._table = new DataTable({
      title: words.chartData,
      label: `${words.chartData}: ${name}`,
      note: words.firstRows,
      load: async () => tableData(this._drawn?.table ?? null),
      empty: words.noTable,
      failed: words.dataUnavailable
    });
    this._appearance = followAppearance(_element, () => this._start());
    this._read(_element);
    this._start();
  }

  update(next: HTMLElement): boolean {
    if (!next.hasAttribute('data-draw')) {
      return false;
    }
    this._original = [...next.childNodes];
    this._read(next);
    this._start();
    return true;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._controller.abort();
    this._appearance.dispose();
    this._observer?.disconnect();
    this._drawn?.dispose();
    this._table.dispose();
    this._element.removeAttribute('data-ready');
    this._element.replaceChildren(...this._original);
  }

  private _read({ dataset }: HTMLElement): void {
    const { uri = '', kind = '', height = '', theme = '' } = dataset;
    this._settings = { uri, kind, height: Number(height) || null, theme };
  }

  /** Draw what there is now; what was begun before is given up. */
  private _start(): void {
    this._controller.abort();
    this._controller = new AbortController();
    const { signal } = this._controller;
    this._draw(signal).catch(error => {
      if (!signal.aborted) {
        this._fail(error);
      }
    });
  }

  private async _draw(signal: AbortSignal): Promise<void> {
    const { fetchText, isPrint } = this._context;
    if (!isPrint) {
      await whenSeen(this._element, signal);
    }
    const { uri, kind } = this._settings;
    const chart = readChart(await fetchText(uri, signal));
    const known = chart && chartKindOf(chart, kind);
    if (!chart || !known) {
      throw new Error(this._context.words.noChart);
    }
    const draw = await this._drawers[known]();
    if (signal.aborted) {
      return;
    }
    this._show();
    const place = document.createElement('div');
    place.className = '_chart-place';
    // It needs its width to be drawn, and stands behind the old one until it is.
    this._drawing.append(place);
    let drawn: IDrawnChart;
    try {
      drawn = await draw(place, this._request(chart, signal));
    } catch (error) {
      place.remove();
      throw error;
    }
    if (signal.aborted) {
      drawn.dispose();
      place.remove();
      return;
    }
    this._drawn?.dispose();
    [...this._drawing.children].filter(child => child !== place).forEach(child => child.remove());
    this._drawn = drawn;
    this._finish(chart, place);
  }

  private _request(chart: JsonObject, signal: AbortSignal): Parameters<ChartDrawer>[1] {
    const { fetchText, isPrint } = this._context;
    const { uri, height, theme } = this._settings;
    return {
      chart,
      height,
      theme,
      appearance: appearanceOf(this._drawing),
      isPrint,
      resolve: address => addressBeside(uri, address),
      fetchText: address => fetchText(address, signal),
      previous: this._drawn
    };
  }

  /** Put a place for the drawing where the link to the file stood. */
  private _show(): void {
    if (!this._drawing.isConnected) {
      this._element.replaceChildren(this._drawing, this._problem, this._table.element);
    }
  }

  private _finish(chart: JsonObject, place: HTMLElement): void {
    place.setAttribute('role', 'img');
    const description = chartDescription(chart) || place.getAttribute('aria-label');
    const { name } = this._context;
    place.setAttribute('aria-label', description ? `${name}: ${description}` : name);
    this._problem.hidden = true;
    this._table.reset();
    this._observer ??= this._observe();
    this._element.dataset.ready = '';
  }

  private _observe(): ResizeObserver | null {
    if (typeof ResizeObserver === 'undefined') {
      return null;
    }
    let width = this._drawing.clientWidth;
    const observer = new ResizeObserver(() => {
      if (this._drawing.clientWidth !== width) {
        width = this._drawing.clientWidth;
        this._drawn?.resize();
      }
    });
    observer.observe(this._drawing);
    return observer;
  }

  private _fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this._problem.textContent = this._context.words.chartFailed(reason);
    this._problem.hidden = false;
    if (!this._problem.isConnected) {
      // The link to the file stays.
      this._element.append(this._problem);
    }
    // Whoever prints need not wait for it.
    this._element.dataset.ready = 'failed';
  }

  private readonly _drawing = document.createElement('div');
  private readonly _problem = document.createElement('p');
  private readonly _table: DataTable;
  private readonly _appearance: { dispose(): void };
  private _original: readonly Node[];
  private _settings = { uri: '', kind: '', height: null as number | null, theme: '' };
  private _drawn: IDrawnChart | null = null;
  private _observer: ResizeObserver | null = null;
  private _controller = new AbortController();
  private _isDisposed = false;
}

/** @throws {Error} when the text is no JSON */
function readChart(text: string): JsonObject | null {
  try {
    const { value } = parseJsonText(text);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof JsonTextError) {
      return null;
    }
    throw error;
  }
}

function tableData(table: IChartTable | null): ITableData | null {
  return (
    table && {
      columns: table.columns,
      rows: table.rows.slice(0, MAX_TABLE_ROWS),
      total: table.rows.length
    }
  );
}
