import { isJsonObject, type JsonObject, type JsonValue } from '../json';

/** The two ways to say what a chart shows. */
export const CHART_KINDS = ['vega-lite', 'echarts'] as const;

/** A specification of Vega-Lite (or of Vega, which it is translated to), or an option of ECharts. */
export type ChartKind = (typeof CHART_KINDS)[number];

const VEGA_KEYS = ['mark', 'marks', 'layer', 'hconcat', 'vconcat', 'concat', 'facet', 'repeat'];
const ECHARTS_KEYS = [
  'series',
  'dataset',
  'xAxis',
  'radar',
  'geo',
  'calendar',
  'timeline',
  'options',
  'baseOption'
];

/**
 * Find out what kind of chart a value describes.
 *
 * @param configured - what the configuration says; anything but a kind is ignored
 * @returns null when it is no chart
 */
export function chartKindOf(value: JsonValue, configured?: JsonValue): ChartKind | null {
  if (!isJsonObject(value)) {
    return null;
  }
  const named = CHART_KINDS.find(kind => kind === configured);
  if (named) {
    return named;
  }
  if (typeof value.$schema === 'string' && /\/vega(-lite)?\//.test(value.$schema)) {
    return 'vega-lite';
  }
  const has = (keys: readonly string[]) => keys.some(key => value[key] !== undefined);
  return has(VEGA_KEYS) ? 'vega-lite' : has(ECHARTS_KEYS) ? 'echarts' : null;
}

/**
 * What the author of a chart says about it, in a sentence; '' for nothing: `description` of the specification, or
 * `aria.label.description` of an option.
 */
export function chartDescription(chart: JsonObject): string {
  const { aria } = chart;
  const label = isJsonObject(aria) ? aria.label : null;
  const ofOption = isJsonObject(label) ? label.description : null;
  return [chart.description, ofOption].find(text => typeof text === 'string')?.toString() ?? '';
}
