import * as echarts from 'echarts';
import { chartDescription } from '../../core/chart/chartKind';
import { echartsTable, type IChartTable } from '../../core/chart/chartTable';
import { safeEchartsOption } from '../../core/chart/echartsOption';
import { isJsonObject, type JsonObject } from '../../core/json';
import type { ChartDrawer, IChartRequest, IDrawnChart } from './chartDrawer';

/** Pixels where the configuration says nothing. */
const HEIGHT = 320;

/** Draws an ECharts option. */
export const drawEcharts: ChartDrawer = async (element, request) => {
  const { appearance, isPrint, theme, height } = request;
  element.style.height = `${height ?? HEIGHT}px`;
  const isDark = theme === 'dark' || (theme !== 'light' && appearance.isDark);
  const chart = echarts.init(element, isDark ? 'dark' : null, {
    renderer: isPrint ? 'svg' : 'canvas'
  });
  const drawn = new Promise<void>(resolve => {
    chart.on('finished', () => resolve());
  });
  try {
    chart.setOption(optionOf(request), { notMerge: true });
  } catch (error) {
    chart.dispose();
    throw error;
  }
  await drawn;
  return new DrawnEcharts(chart, element, request.chart);
};

class DrawnEcharts implements IDrawnChart {
  constructor(
    private readonly _chart: echarts.ECharts,
    private readonly _element: HTMLElement,
    private readonly _option: JsonObject
  ) {}

  get table(): IChartTable | null {
    return echartsTable(this._option);
  }

  get state(): unknown {
    const { dataZoom, legend } = this._chart.getOption();
    return { dataZoom: zoomsOf(dataZoom), selected: selectedOf(legend) };
  }

  resize(): void {
    if (this._element.clientWidth) {
      this._chart.resize();
    }
  }

  dispose(): void {
    this._chart.dispose();
    this._element.replaceChildren();
    this._element.removeAttribute('style');
  }
}

/** What may be drawn of what came, in the looks of the page, zoomed as before. */
function optionOf({ chart, resolve, appearance, isPrint, previous }: IChartRequest) {
  const { font } = appearance;
  const option = safeEchartsOption(chart, resolve);
  const description = chartDescription(chart);
  const aria = isJsonObject(option.aria) ? option.aria : {};
  const label = isJsonObject(aria.label) ? aria.label : {};
  return {
    backgroundColor: 'transparent',
    ...option,
    ...zoomed(option, previous?.state),
    textStyle: { fontFamily: font, ...(isJsonObject(option.textStyle) ? option.textStyle : {}) },
    aria: {
      ...aria,
      enabled: true,
      label: { ...label, ...(description ? { description } : {}) }
    },
    ...(isPrint ? { animation: false } : {})
  };
}

/** The parts of a newer option that a person had changed. */
function zoomed(option: JsonObject, state: unknown): JsonObject {
  if (!isJsonObject(state)) {
    return {};
  }
  const zooms = Array.isArray(state.dataZoom) ? state.dataZoom : [];
  const list = Array.isArray(option.dataZoom) ? option.dataZoom : [option.dataZoom ?? null];
  const dataZoom = list
    .filter(isJsonObject)
    .map((zoom, index) => ({ ...zoom, ...(isJsonObject(zooms[index]) ? zooms[index] : {}) }));
  const { legend } = option;
  return {
    ...(dataZoom.length ? { dataZoom } : {}),
    ...(isJsonObject(legend) && isJsonObject(state.selected)
      ? { legend: { ...legend, selected: state.selected } }
      : {})
  };
}

function zoomsOf(dataZoom: unknown): JsonObject[] {
  return (Array.isArray(dataZoom) ? dataZoom : [])
    .filter(isJsonObject)
    .map(({ start, end }) => ({ start, end }));
}

function selectedOf(legend: unknown): JsonObject {
  const [first] = (Array.isArray(legend) ? legend : []).filter(isJsonObject);
  return isJsonObject(first?.selected) ? first.selected : {};
}
