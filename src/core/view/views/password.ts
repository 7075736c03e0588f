import { checkItems, controlAttributes, controlNotes, parseText } from '../control';
import { outputElement } from '../element';
import { html } from '../html';
import type { IView, IViewContext } from '../view';

/**
 * A secret: its value, and even its length, never stand in a page. A control left empty keeps the
 * value of the batch.
 */
export const passwordView: IView = {
  name: 'password',
  refresh: 'inline',
  acceptsEmpty: true,
  isSecret: true,
  isInline: true,
  configurationKeys: ['suggestions'],
  check: configuration => checkItems(configuration, 'suggestions'),
  parse: parseText,
  input: renderInput,
  output: renderOutput
};

function renderInput(context: IViewContext) {
  const hasValue = context.data.kind !== 'none';
  const placeholder = hasValue && html` placeholder="••••••••"`;
  const attributes = html`${controlAttributes(context)} type="password" autocomplete="off"`;
  return html`<input ${attributes}${placeholder} />${controlNotes(context)}`;
}

/** The browser part adds a button that fetches the value. */
function renderOutput(context: IViewContext) {
  const content = context.data.kind === 'none' ? '' : '••••••••';
  return outputElement(context, content, { isInline: true });
}
