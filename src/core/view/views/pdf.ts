import { checkNumbers } from '../control';
import { heightAttribute } from '../configured';
import { attributesOf, fileLink, nameOfVariable, outputElement, safeUri } from '../element';
import { html } from '../html';
import type { IView, IViewContext } from '../view';

/** A PDF document in the browser's own viewer, with a link to download it. */
export const pdfView: IView = {
  name: 'pdf',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: false,
  configurationKeys: ['height', 'name', 'header-footer', 'page-number'],
  check: configuration => checkNumbers(configuration, ['height']),
  output: renderOutput
};

/** The browser part puts the viewer before the link. */
function renderOutput(context: IViewContext) {
  const { data, configuration, uri, variable } = context;
  if (data.kind !== 'file') {
    // Text is no document, whatever its name.
    const note = data.kind === 'none' ? '' : html`<p class="_problem">This is no PDF document.</p>`;
    return outputElement(context, note, { isInline: false });
  }
  const link = fileLink(context, data.name, data.size);
  if (data.type !== 'application/pdf') {
    return outputElement(context, link, { isInline: false });
  }
  const attributes = html`${attributesOf(context, 'output')} data-src="${safeUri(uri)}"
  data-title="${nameOfVariable(variable)}"${heightAttribute(configuration)}`;
  return html`<div ${attributes}><p class="_frame-link">${link}</p></div>`;
}
