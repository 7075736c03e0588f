import { checkNumbers, checkTexts } from '../control';
import { configuredText, heightAttribute } from '../configured';
import { attributesOf, nameOfVariable, outputElement } from '../element';
import { html } from '../html';
import { isPortAddress } from '../portAddress';
import type { IView, IViewContext } from '../view';

/** A page from elsewhere, or of a container, in a sandboxed frame; the value is its address. */
export const frameView: IView = {
  name: 'frame',
  refresh: 'inline',
  acceptsEmpty: false,
  isInline: false,
  configurationKeys: ['height', 'title', 'sandbox'],
  check: configuration => [
    ...checkNumbers(configuration, ['height']),
    ...checkTexts(configuration, ['title', 'sandbox'])
  ],
  output: renderOutput
};

/** The browser part makes the frame: only there it is known which addresses are of our own origin. */
function renderOutput(context: IViewContext) {
  const { data, configuration, variable } = context;
  const address = data.kind === 'value' ? data.text.trim() : '';
  if (address === '') {
    return outputElement(context, '', { isInline: false });
  }
  if (!isFrameAddress(address)) {
    const note = html`<p class="_problem">
      A frame shows addresses that begin with http:// or https://.
    </p>`;
    return outputElement(context, note, { isInline: false });
  }
  const title = configuredText(configuration, 'title') || nameOfVariable(variable);
  const sandbox = configuredText(configuration, 'sandbox');
  const attributes = html`${attributesOf(context, 'output')} data-src="${address}"
  data-title="${title}" data-sandbox="${sandbox}"${heightAttribute(configuration)}`;
  return html`<div ${attributes}>
    <p class="_frame-link">
      <a href="${address}" target="_blank" rel="noopener noreferrer">${address}</a>
    </p>
  </div>`;
}

/** Tell whether an address may stand in a frame. */
export function isFrameAddress(address: string): boolean {
  return isPortAddress(address) || /^https?:\/\/[^\s\0-\x20]+$/i.test(address);
}
