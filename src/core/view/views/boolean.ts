import type { JsonObject, JsonValue } from '../../json';
import { checkTexts, controlAttributes, controlNotes, parseBoolean } from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import { InputProblem, type IView, type IViewContext } from '../view';

/** Yes or no, as a switch. */
export const booleanView: IView = {
  name: 'boolean',
  aliases: ['toggle'],
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['true-text', 'false-text'],
  check: configuration => checkTexts(configuration, ['true-text', 'false-text']),
  parse: parseBoolean,
  input: renderInput,
  output: renderOutput
};

function renderInput(context: IViewContext) {
  const { configuration } = context;
  const isOn = valueOf(context) === true;
  // A switch always has a value, so that it cannot be required.
  const attributes = html`${controlAttributes(context, false)} type="checkbox" role="switch"`;
  const words = html` <span class="_switch-text" aria-hidden="true"
    ><span class="_true">${textOf(configuration, true)}</span
    ><span class="_false">${textOf(configuration, false)}</span></span
  >`;
  return html`<input ${attributes} ${isOn && html` checked`} />${words}${controlNotes(context)}`;
}

function renderOutput(context: IViewContext) {
  const { data, configuration } = context;
  const value = valueOf(context);
  const text =
    value === null
      ? data.kind === 'value'
        ? data.text
        : ''
      : `${value ? '✔' : '✘'} ${textOf(configuration, value)}`;
  return outputElement(context, text, { isInline: true });
}

/** Null for no data, and for what is neither yes nor no. */
function valueOf({ data }: IViewContext): boolean | null {
  if (data.kind !== 'value') {
    return null;
  }
  try {
    return parseBoolean(data.value);
  } catch (error) {
    if (error instanceof InputProblem) {
      return null;
    }
    throw error;
  }
}

function textOf(configuration: JsonObject, value: boolean): string {
  const text: JsonValue | undefined = configuration[value ? 'true-text' : 'false-text'];
  return typeof text === 'string' && text !== '' ? text : value ? 'yes' : 'no';
}
