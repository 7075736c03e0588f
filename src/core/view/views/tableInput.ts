import type { JsonObject } from '../../json';
import { checkNumbers, groupControl } from '../control';
import { html, joinHtml, type SafeHtml } from '../html';
import { checkColumns, readColumns } from '../tableColumns';
import type { IViewContext, IViewProblem } from '../view';

/** Keys of a table that is asked for. */
export const TABLE_INPUT_KEYS: readonly string[] = ['columns', 'min-rows', 'max-rows'];

/** The place of a grid; the browser part builds it from the attributes, as it is of no use without. */
export function renderTableInput(context: IViewContext): SafeHtml {
  const { data, configuration } = context;
  const limits = ['min-rows', 'max-rows'].map(key => {
    const value = configuration[key];
    return typeof value === 'number' && html` data-${key}="${value}"`;
  });
  const attributes = joinHtml([
    html` data-columns="${JSON.stringify(readColumns(configuration))}"`,
    limits,
    data.kind === 'value' && html` data-value="${data.text}"`,
    data.kind === 'file' && html` data-fetch`
  ]);
  return groupControl(context, null, joinHtml([]), attributes);
}

/** Problems of `TABLE_INPUT_KEYS`. */
export function checkTableInput(configuration: JsonObject): IViewProblem[] {
  const problems = [
    ...checkColumns(configuration),
    ...checkNumbers(configuration, ['min-rows', 'max-rows'])
  ];
  const { 'min-rows': min, 'max-rows': max } = configuration;
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    const message = 'configuration "max-rows" must not be below "min-rows"';
    problems.push({ key: 'max-rows', severity: 'error', message });
  }
  return problems;
}
