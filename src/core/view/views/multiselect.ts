import type { JsonObject, JsonValue } from '../../json';
import { choicesOf, nameOfChoice, offeredOptions, refuseOthers, splitLines } from '../choices';
import { checkItems, checkNumbers, groupControl, optionList, parseText } from '../control';
import { nameOfVariable, outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext, type IViewProblem } from '../view';

/** Several choices out of a list; the value is a list of texts in the order in which they were chosen. */
export const multiselectView: IView = {
  name: 'multiselect',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: false,
  isGroup: true,
  configurationKeys: ['options', 'min-items', 'max-items'],
  check,
  parse: parseChoices,
  input: renderInput,
  output: renderOutput
};

/** Takes a list, a list as JSON text (a cell), or a text with one choice in each line. */
function parseChoices(raw: JsonValue, configuration: JsonObject): string[] {
  const choices = [...new Set(readChoices(raw))];
  refuseOthers(configuration, choices);
  const { min, max } = limitsOf(configuration);
  if (min !== null && choices.length < min) {
    throw new InputProblem(`choose at least ${min}`);
  }
  if (max !== null && choices.length > max) {
    throw new InputProblem(`choose at most ${max}`);
  }
  return choices;
}

function readChoices(raw: JsonValue): string[] {
  const list = typeof raw === 'string' && raw.trim().startsWith('[') ? readList(raw) : raw;
  return Array.isArray(list) ? list.map(parseText) : splitLines([parseText(list)]);
}

/** The text itself when it is no list. */
function readList(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** The browser part opens the list, and makes the chips removable. */
function renderInput(context: IViewContext) {
  const { elementId, configuration, variable } = context;
  const chosen = choicesOf(context.data);
  const chips = chosen.map(value => html`<li>${nameOfChoice(configuration, value)}</li>`);
  const attributes = html`id="${elementId}-search" type="text" role="combobox" aria-expanded="false"
  aria-autocomplete="list" autocomplete="off" spellcheck="false"
  aria-label="${nameOfVariable(variable)}" placeholder="Type to search…"`;
  const content = html`<ul class="_chips">
      ${chips}
    </ul>
    <input ${attributes} />${optionList(context, offeredOptions(configuration, chosen))}`;
  return groupControl(context, null, content, html` data-value="${JSON.stringify(chosen)}"`);
}

function renderOutput(context: IViewContext) {
  const names = choicesOf(context.data).map(value => nameOfChoice(context.configuration, value));
  const chips = html`<ul class="_chips">
    ${names.map(name => html`<li>${name}</li>`)}
  </ul>`;
  return outputElement(context, names.length ? chips : '', { isInline: false });
}

function check(configuration: JsonObject): IViewProblem[] {
  const problems = [
    ...checkItems(configuration, 'options'),
    ...checkNumbers(configuration, ['min-items', 'max-items'])
  ];
  const { min, max } = limitsOf(configuration);
  if (min !== null && max !== null && min > max) {
    const message = 'configuration "max-items" must not be below "min-items"';
    problems.push({ key: 'max-items', severity: 'error', message });
  }
  return problems;
}

function limitsOf(configuration: JsonObject): { min: number | null; max: number | null } {
  const [min, max] = ['min-items', 'max-items'].map(key => {
    const value = configuration[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  });
  return { min, max };
}
