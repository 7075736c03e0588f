import type { JsonObject, JsonValue } from '../../json';
import { checkItems, groupControl, parseText, readItems, type IItem } from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext } from '../view';

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
  const values = splitChoices(Array.isArray(raw) ? raw.map(parseText) : [parseText(raw)]);
  const options = readItems(configuration.options).map(({ value }) => value);
  const unknown = options.length ? values.find(value => !options.includes(value)) : undefined;
  if (unknown !== undefined) {
    throw new InputProblem(`"${unknown}" is not one of the options`);
  }
  return [...new Set(values)].join('\n');
}

function renderInput(context: IViewContext) {
  const { elementId } = context;
  const chosen = new Set(choicesOf(context));
  const boxes = optionsOf(context, [...chosen]).map(({ value, name }, index) => {
    const checked = chosen.has(value) && html` checked`;
    const attributes = html`name="${elementId}" id="${elementId}-${index}" value="${value}"`;
    const box = html`<input type="checkbox" ${attributes}${checked} />`;
    return html`<label class="_option">${box} <span>${name}</span></label>`;
  });
  return groupControl(context, null, html`${boxes}`);
}

function renderOutput(context: IViewContext) {
  const options = readItems(context.configuration.options);
  const names = choicesOf(context).map(
    choice => options.find(({ value }) => value === choice)?.name ?? choice
  );
  const list = names.length
    ? html`<ul>
        ${names.map(name => html`<li>${name}</li>`)}
      </ul>`
    : '';
  return outputElement(context, list, { isInline: false });
}

/** Chosen values; a JSON list is read, too. */
function choicesOf({ data }: IViewContext): string[] {
  if (data.kind !== 'value') {
    return [];
  }
  const isList = Array.isArray(data.value);
  const texts = isList
    ? (data.value as JsonValue[]).map(item =>
        typeof item === 'string' ? item : JSON.stringify(item)
      )
    : [data.text];
  return [...new Set(splitChoices(texts))];
}

function splitChoices(texts: readonly string[]): string[] {
  return texts.flatMap(text => text.split(/\r\n|\n|\r/)).filter(text => text !== '');
}

function optionsOf({ configuration }: IViewContext, chosen: readonly string[]): IItem[] {
  const options = readItems(configuration.options);
  return options.length ? options : chosen.map(value => ({ value, name: value }));
}
