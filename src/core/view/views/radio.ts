import type { JsonObject, JsonValue } from '../../json';
import { nameOfChoice, offeredOptions, refuseOthers } from '../choices';
import { checkItems, controlText, groupControl, parseText, readItems } from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext } from '../view';

/** One choice out of several, compared as text. */
export const radioView: IView = {
  name: 'radio',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  isGroup: true,
  configurationKeys: ['options'],
  check: configuration => checkItems(configuration, 'options'),
  parse: parseChoice,
  input: renderInput,
  output: renderOutput
};

function parseChoice(raw: JsonValue, configuration: JsonObject): string {
  const text = parseText(raw);
  if (text === '' && !readItems(configuration.options).some(({ value }) => value === '')) {
    throw new InputProblem('choose one of the options');
  }
  refuseOthers(configuration, [text]);
  return text;
}

function renderInput(context: IViewContext) {
  const { elementId } = context;
  const current = controlText(context);
  const buttons = offeredOptions(context.configuration, [current]).map(({ value, name }, index) => {
    const checked = value === current && html` checked`;
    const attributes = html`name="${elementId}" id="${elementId}-${index}" value="${value}"`;
    const box = html`<input type="radio" ${attributes}${checked} />`;
    return html`<label class="_option">${box} <span>${name}</span></label>`;
  });
  return groupControl(context, 'radiogroup', html`${buttons}`);
}

function renderOutput(context: IViewContext) {
  const name = nameOfChoice(context.configuration, controlText(context));
  return outputElement(context, name, { isInline: true });
}
