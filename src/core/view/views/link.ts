import type { JsonObject } from '../../json';
import { checkTexts } from '../control';
import { attributesOf, outputElement, safeUri } from '../element';
import { html } from '../html';
import { nameOf } from '../../path';
import { isPortAddress } from '../portAddress';
import type { IView, IViewContext } from '../view';

/** A link that downloads the file of the variable, or opens the port of a container whose address it holds. */
export const linkView: IView = {
  name: 'link',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['link-text', 'file-name'],
  check: configuration => checkTexts(configuration, ['link-text', 'file-name']),
  output: renderOutput
};

function renderOutput(context: IViewContext) {
  const { data, configuration, variable, uri } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: true });
  }
  const fileName = textOf(configuration, 'file-name') || nameOf(variable.path) || variable.id;
  const linkText = textOf(configuration, 'link-text') || fileName;
  const address = data.kind === 'value' ? data.text.trim() : '';
  const attributes = isPortAddress(address)
    ? html`href="${safeUri(address)}" target="_blank" rel="noopener noreferrer"`
    : html`href="${safeUri(uri)}" download="${fileName}"`;
  return html`<a ${attributesOf(context, 'output')} ${attributes}>${linkText}</a>`;
}

function textOf(configuration: JsonObject, key: string): string {
  const value = configuration[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
