import { checkItems, lineControl, parseText } from '../control';
import { html } from '../html';
import type { IView } from '../view';
import { renderInlineText } from './string';

/** An address; the form checks its shape, the server takes any text. */
export const emailView: IView = {
  name: 'email',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: true,
  configurationKeys: ['suggestions'],
  check: configuration => checkItems(configuration, 'suggestions'),
  parse: parseText,
  input: context => lineControl(context, 'email', { attributes: html` autocomplete="email"` }),
  output: renderInlineText
};
