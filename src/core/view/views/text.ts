import { areaControl, checkNumbers, parseText } from '../control';
import { attributesOf, fileLink, outputElement } from '../element';
import { html } from '../html';
import type { IView, IViewContext } from '../view';

/** Text of several lines. */
export const textView: IView = {
  name: 'text',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: true,
  readsText: true,
  inlineBytes: 1024 * 1024,
  configurationKeys: ['rows'],
  check: configuration => checkNumbers(configuration, ['rows']),
  parse: parseText,
  input: context => areaControl(context, 5),
  output: renderOutput
};

/** Line breaks are kept by the style of `._text`. */
function renderOutput(context: IViewContext) {
  const { data } = context;
  if (data.kind !== 'file') {
    return outputElement(context, data.kind === 'value' ? data.text : '', { isInline: true });
  }
  const link = html`<span class="_text-link">${fileLink(context, data.name, data.size)}</span>`;
  if (!/^text\/|json|xml|javascript|octet-stream|yaml|toml/.test(data.type)) {
    return outputElement(context, link, { isInline: true });
  }
  // The browser part fetches it, or its begin and end.
  const attributes = attributesOf(context, 'output', '_fetch');
  return html`<span ${attributes} data-size="${data.size}">${link}</span>`;
}
