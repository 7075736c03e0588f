import { areaControl, checkTexts } from '../control';
import type { JsonObject, JsonValue } from '../../json';
import { attributesOf, fileLink } from '../element';
import { html } from '../html';
import { JsonTextError, parseJsonText } from '../jsonText';
import {
  InputProblem,
  type IView,
  type IViewContext,
  type IViewProblem,
  type VariableData
} from '../view';

/**
 * Data for the author's scripts: nothing visible by default; the browser part hands it over. With
 * `show: tree` it can be read, too.
 */
export const jsonView: IView = {
  name: 'json',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: false,
  inlineBytes: 256 * 1024,
  configurationKeys: ['show'],
  check,
  parse: parseJson,
  input: renderInput,
  output: renderOutput
};

function parseJson(raw: JsonValue): JsonValue {
  if (typeof raw !== 'string') {
    return raw;
  }
  try {
    return JSON.parse(raw) as JsonValue;
  } catch (error) {
    throw new InputProblem(reasonOf(raw));
  }
}

/** The words of our own reader: those of engines differ. */
function reasonOf(text: string): string {
  try {
    parseJsonText(text);
    return 'is not JSON: NaN and Infinity are not allowed';
  } catch (error) {
    if (error instanceof JsonTextError) {
      const line = text.slice(0, error.offset).split('\n').length;
      return `is not JSON: line ${line}: ${error.message}`;
    }
    throw error;
  }
}

/** A text among the data is shown with its quotes, or it would be no JSON when it is posted. */
function renderInput(context: IViewContext) {
  const { data } = context;
  const isText = data.kind === 'value' && typeof data.value === 'string' && context.error === '';
  const shown = isText ? { ...data, text: JSON.stringify(data.value) } : data;
  return areaControl({ ...context, data: shown }, 8, html` spellcheck="false"`);
}

function renderOutput(context: IViewContext) {
  const { data, configuration } = context;
  const attributes = html`${attributesOf(context, 'output')} data-json="${jsonOf(data)}"`;
  if (configuration.show === 'tree' && data.kind !== 'none') {
    const plain =
      data.kind === 'file'
        ? fileLink(context, data.name, data.size)
        : html`<pre class="_json-text">${JSON.stringify(data.value, null, 2)}</pre>`;
    return html`<div ${attributes} data-tree="true">${plain}</div>`;
  }
  return html`<div ${attributes} hidden></div>`;
}

/** A text was unquoted for people; as JSON it needs its quotes. */
function jsonOf(data: VariableData): string {
  if (data.kind !== 'value') {
    return '';
  }
  return typeof data.value === 'string' ? JSON.stringify(data.value) : data.text || 'null';
}

function check(configuration: JsonObject): IViewProblem[] {
  const { show } = configuration;
  if (show !== undefined && show !== null && show !== 'tree') {
    const message = `configuration "show" must be tree`;
    return [{ key: 'show', severity: 'error', message }];
  }
  return checkTexts(configuration, ['show']);
}
