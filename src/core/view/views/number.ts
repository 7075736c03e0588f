import type { JsonObject, JsonValue } from '../../json';
import { checkItems, lineControl } from '../control';
import { fileLink, outputElement } from '../element';
import { html } from '../html';
import {
  checkNumberKeys,
  limitAttributes,
  NUMBER_KEYS,
  numberLimitsOf,
  parseNumberValue,
  refuseBeyond,
  unitNote
} from '../numberValue';
import type { IView, IViewContext } from '../view';

/** A number, shown as the file writes it. */
export const numberView: IView = {
  name: 'number',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['suggestions', ...NUMBER_KEYS],
  check: configuration => [
    ...checkItems(configuration, 'suggestions'),
    ...checkNumberKeys(configuration)
  ],
  parse: parseNumber,
  input: renderInput,
  output: renderOutput
};

function parseNumber(raw: JsonValue, configuration: JsonObject): number {
  const value = parseNumberValue(raw);
  refuseBeyond(value, numberLimitsOf(configuration));
  return value;
}

function renderInput(context: IViewContext) {
  const { data, configuration } = context;
  // A number field takes no trailing blanks and shows nothing for them.
  const trimmed = data.kind === 'value' ? { ...data, text: data.text.trim() } : data;
  return lineControl({ ...context, data: trimmed }, 'number', {
    attributes: limitAttributes(numberLimitsOf(configuration)),
    after: unitNote(configuration)
  });
}

function renderOutput(context: IViewContext) {
  const { data, configuration } = context;
  const content =
    data.kind === 'value'
      ? html`${data.text}${data.text !== '' && unitNote(configuration)}`
      : data.kind === 'file'
        ? fileLink(context, data.name, data.size)
        : '';
  return outputElement(context, content, { isInline: true });
}
