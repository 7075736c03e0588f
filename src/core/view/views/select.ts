import type { JsonObject, JsonValue } from '../../json';
import { nameOfChoice, offeredOptions, refuseOthers } from '../choices';
import {
  checkItems,
  checkTexts,
  controlAttributes,
  controlNotes,
  controlText,
  optionList,
  parseText,
  type IItem
} from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext } from '../view';

/** More options than this are searched by typing. */
const MAX_PLAIN_OPTIONS = 20;

/** One choice out of a list, compared as text. */
export const selectView: IView = {
  name: 'select',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['options', 'placeholder'],
  check: configuration => [
    ...checkItems(configuration, 'options'),
    ...checkTexts(configuration, ['placeholder'])
  ],
  parse: parseChoice,
  input: renderInput,
  output: context => {
    const current = controlText(context);
    return outputElement(context, nameOfChoice(context.configuration, current), { isInline: true });
  }
};

function parseChoice(raw: JsonValue, configuration: JsonObject): string {
  const text = parseText(raw);
  if (text === '') {
    throw new InputProblem('choose one of the options');
  }
  refuseOthers(configuration, [text]);
  return text;
}

function renderInput(context: IViewContext) {
  const current = controlText(context);
  const options = offeredOptions(context.configuration, [current]);
  return options.length > MAX_PLAIN_OPTIONS
    ? renderSearch(context, options, current)
    : renderSelect(context, options, current);
}

function renderSelect(context: IViewContext, options: readonly IItem[], current: string) {
  const rendered = options.map(({ value, name }) => {
    const selected = value === current && html` selected`;
    return html`<option value="${value}" ${selected}>${name}</option>`;
  });
  const attributes = controlAttributes(context, context.variable.isRequired);
  const placeholder = placeholderOf(context.configuration, 'Choose…');
  return html`<select ${attributes}>
      <option value="">${placeholder}</option>
      ${rendered}
    </select>
    ${controlNotes(context)}`;
}

/** The browser part lists what contains the typed text. */
function renderSearch(context: IViewContext, options: readonly IItem[], current: string) {
  const chosen = options.find(({ value }) => value === current);
  const placeholder = placeholderOf(context.configuration, 'Type to search…');
  const attributes = html`${controlAttributes(context, context.variable.isRequired)} type="text"
  role="combobox" aria-expanded="false" aria-autocomplete="list" autocomplete="off"
  spellcheck="false" placeholder="${placeholder}" data-value="${chosen?.value ?? ''}"`;
  return html`<input ${attributes} value="${chosen?.name ?? ''}" />${optionList(
      context,
      options
    )}${controlNotes(context)}`;
}

function placeholderOf({ placeholder }: JsonObject, fallback: string): string {
  return typeof placeholder === 'string' && placeholder !== '' ? placeholder : fallback;
}
