import { CHART_KINDS } from '../../chart/chartKind';
import type { JsonObject } from '../../json';
import { checkNumbers, checkTexts } from '../control';
import { drawingOutput } from '../drawing';
import type { IView, IViewContext, IViewProblem } from '../view';

/** Pixels of a chart's height that make sense on a page. */
const HEIGHTS = { least: 40, most: 5000 };

/** A chart from a Vega-Lite specification or an ECharts option, drawn in the browser. */
export const chartView: IView = {
  name: 'chart',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: false,
  configurationKeys: ['kind', 'height', 'theme'],
  check,
  output: renderOutput
};

function renderOutput(context: IViewContext) {
  const { kind, theme } = context.configuration;
  return drawingOutput(context, {
    'data-kind': typeof kind === 'string' ? kind : null,
    'data-theme': typeof theme === 'string' ? theme : null,
    'data-height': heightOf(context.configuration)
  });
}

/** Pixels; null where the configuration says nothing that can be used. */
function heightOf({ height }: JsonObject): number | null {
  return typeof height === 'number' && height >= HEIGHTS.least && height <= HEIGHTS.most
    ? Math.round(height)
    : null;
}

function check(configuration: JsonObject): IViewProblem[] {
  const problems: IViewProblem[] = [
    ...checkNumbers(configuration, ['height']),
    ...checkTexts(configuration, ['kind', 'theme'])
  ];
  const { kind, height } = configuration;
  if (typeof kind === 'string' && !CHART_KINDS.some(known => known === kind)) {
    const message = `configuration "kind" must be ${CHART_KINDS.join(' or ')}`;
    problems.push({ key: 'kind', severity: 'error', message });
  }
  if (typeof height === 'number' && heightOf(configuration) === null) {
    const message = `configuration "height" must be between ${HEIGHTS.least} and ${HEIGHTS.most} pixels`;
    problems.push({ key: 'height', severity: 'error', message });
  }
  return problems;
}
