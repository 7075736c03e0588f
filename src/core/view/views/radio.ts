import type { JsonObject, JsonValue } from '../../json';
import {
  checkItems,
  controlText,
  groupControl,
  parseText,
  readItems,
  type IItem
} from '../control';
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
  const options = readItems(configuration.options);
  if (options.some(({ value }) => value === text) || (!options.length && text !== '')) {
    return text;
  }
  throw new InputProblem(
    text === '' ? 'choose one of the options' : `"${text}" is not one of the options`
  );
}

function renderInput(context: IViewContext) {
  const { elementId } = context;
  const current = controlText(context);
  const buttons = optionsOf(context, current).map(({ value, name }, index) => {
    const checked = value === current && html` checked`;
    const attributes = html`name="${elementId}" id="${elementId}-${index}" value="${value}"`;
    const box = html`<input type="radio" ${attributes}${checked} />`;
    return html`<label class="_option">${box} <span>${name}</span></label>`;
  });
  return groupControl(context, 'radiogroup', html`${buttons}`);
}

function renderOutput(context: IViewContext) {
  const current = controlText(context);
  const chosen = readItems(context.configuration.options).find(({ value }) => value === current);
  return outputElement(context, chosen?.name ?? current, { isInline: true });
}

/** Without options the current value alone can be chosen. */
function optionsOf({ configuration }: IViewContext, current: string): IItem[] {
  const options = readItems(configuration.options);
  return options.length || current === '' ? options : [{ value: current, name: current }];
}
