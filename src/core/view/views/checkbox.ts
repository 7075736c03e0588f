import type { JsonObject, JsonValue } from '../../json';
import { choicesOf, nameOfChoice, offeredOptions, refuseOthers, splitLines } from '../choices';
import { checkItems, groupControl, parseText } from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import type { IView, IViewContext } from '../view';

/** Any number of choices; the value is the chosen ones joined by line feeds. */
export const checkboxView: IView = {
  name: 'checkbox',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: false,
  isGroup: true,
  configurationKeys: ['options'],
  check: configuration => checkItems(configuration, 'options'),
  parse: parseChoices,
  input: renderInput,
  output: renderOutput
};

function parseChoices(raw: JsonValue, configuration: JsonObject): string {
  const values = splitLines(Array.isArray(raw) ? raw.map(parseText) : [parseText(raw)]);
  refuseOthers(configuration, values);
  return [...new Set(values)].join('\n');
}

function renderInput(context: IViewContext) {
  const { elementId, configuration, data } = context;
  const chosen = new Set(choicesOf(data));
  const boxes = offeredOptions(configuration, [...chosen]).map(({ value, name }, index) => {
    const checked = chosen.has(value) && html` checked`;
    const attributes = html`name="${elementId}" id="${elementId}-${index}" value="${value}"`;
    const box = html`<input type="checkbox" ${attributes}${checked} />`;
    return html`<label class="_option">${box} <span>${name}</span></label>`;
  });
  return groupControl(context, null, html`${boxes}`);
}

function renderOutput(context: IViewContext) {
  const names = choicesOf(context.data).map(value => nameOfChoice(context.configuration, value));
  const list = names.length
    ? html`<ul>
        ${names.map(name => html`<li>${name}</li>`)}
      </ul>`
    : '';
  return outputElement(context, list, { isInline: false });
}
