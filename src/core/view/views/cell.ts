import { renderCellOutputs } from '../cellOutputs';
import { nameOfVariable, outputElement } from '../element';
import { html } from '../html';
import { tooLarge } from '../tooLarge';
import type { IView, IViewContext, IViewProblem } from '../view';
import type { JsonObject } from '../../json';

/** Suffix of the files that hold outputs of a cell; they are written while a run goes on. */
export const CELL_OUTPUTS_SUFFIX = '.outputs.json';

/** What a notebook cell showed, as its kernel said it. */
export const cellView: IView = {
  name: 'cell',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: false,
  inlineBytes: 2 * 1024 * 1024,
  configurationKeys: ['cell'],
  check,
  output: renderOutput
};

function renderOutput(context: IViewContext) {
  const { data, variable } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: false });
  }
  if (data.kind === 'file') {
    return outputElement(context, tooLarge(context, data), { isInline: false });
  }
  const outputs = renderCellOutputs(data.value, nameOfVariable(variable));
  const content = html`${outputs.map(output => html`<div class="_cell-output">${output}</div>`)}`;
  return outputElement(context, content, { isInline: false });
}

function check({ cell }: JsonObject): IViewProblem[] {
  const isTag = typeof cell === 'string' && cell.trim() !== '';
  const isNumber = typeof cell === 'number' && Number.isInteger(cell) && cell >= 1;
  if (cell === undefined || cell === null || isTag || isNumber) {
    return [];
  }
  const message = 'configuration "cell" must be a tag, or the number of a cell from 1 on';
  return [{ key: 'cell', severity: 'error', message }];
}
