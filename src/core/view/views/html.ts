import { checkNumbers } from '../control';
import { checkBooleans, heightAttribute } from '../configured';
import { attributesOf, nameOfVariable, outputElement, safeUri } from '../element';
import { html } from '../html';
import { tooLarge } from '../tooLarge';
import { MAX_HTML_BYTES, sanitizeData } from '../sanitizeData';
import type { IView, IViewContext } from '../view';

/** HTML from data: sanitised in the page, or with its scripts in a frame that has no origin. */
export const htmlView: IView = {
  name: 'html',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: false,
  readsText: true,
  inlineBytes: MAX_HTML_BYTES,
  configurationKeys: ['sandbox', 'height'],
  check: configuration => [
    ...checkBooleans(configuration, ['sandbox']),
    ...checkNumbers(configuration, ['height'])
  ],
  output: renderOutput
};

/** Bytes of HTML that are shown in a frame; it may carry a whole library. */
const MAX_SANDBOX_BYTES = 16 * 1024 * 1024;

/** The query that asks for a variable as a page without origin; only the server gives it, and only if the author wants it. */
export const SANDBOX_QUERY = 'sandbox';

function renderOutput(context: IViewContext) {
  const { data, configuration, uri, variable } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: false });
  }
  const isShown = data.kind === 'value' || data.size <= MAX_SANDBOX_BYTES;
  if (configuration.sandbox === true && isShown) {
    const source = `${safeUri(uri)}${uri.includes('?') ? '&' : '?'}${SANDBOX_QUERY}`;
    const attributes = html`${attributesOf(context, 'output')} data-src="${source}"
    data-title="${nameOfVariable(variable)}"${heightAttribute(configuration)}`;
    return html`<div ${attributes}></div>`;
  }
  const content = data.kind === 'file' ? tooLarge(context, data) : sanitizeData(data.text);
  return outputElement(context, content, { isInline: false });
}
