import { checkNumbers, checkTexts } from '../control';
import { checkBooleans, configuredPixels } from '../configured';
import { attributesOf, fileLink, nameOfVariable, outputElement, safeUri } from '../element';
import { html, joinHtml } from '../html';
import { checkUpload, parseUpload, UPLOAD_KEYS, uploadControl } from '../uploadControl';
import type { IView, IViewContext } from '../view';

/** Types of pictures that browsers show. */
const SHOWN_TYPES = /^image\/(png|jpeg|gif|webp|avif|svg\+xml|bmp|vnd\.microsoft\.icon)$/;

/** A picture, fetched by its address; SVG too, so that no script in it runs. Asked for, an upload with a preview. */
export const imageView: IView = {
  name: 'image',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['alt', 'width', 'height', 'zoom', ...UPLOAD_KEYS],
  check: configuration => [
    ...checkNumbers(configuration, ['width', 'height']),
    ...checkTexts(configuration, ['alt']),
    ...checkBooleans(configuration, ['zoom']),
    ...checkUpload(configuration)
  ],
  parse: parseUpload,
  input: renderInput,
  output: renderOutput
};

function renderInput(context: IViewContext) {
  const { data, uri } = context;
  if (data.kind !== 'file' || !SHOWN_TYPES.test(data.type)) {
    return uploadControl(context, ['image/*']);
  }
  const picture = html`<img class="_preview" src="${safeUri(uri)}" alt="" loading="lazy" />`;
  const link = fileLink(context, data.name, data.size);
  return uploadControl(
    context,
    ['image/*'],
    html`<p class="_current">Now: ${link}<br />${picture}</p>`
  );
}

function renderOutput(context: IViewContext) {
  const { data, configuration, uri, variable } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: true });
  }
  if (data.kind === 'file' && !SHOWN_TYPES.test(data.type)) {
    // A browser would show a broken picture.
    return outputElement(context, fileLink(context, data.name, data.size), { isInline: true });
  }
  const alt = typeof configuration.alt === 'string' ? configuration.alt : nameOfVariable(variable);
  const [width, height] = ['width', 'height'].map(key => configuredPixels(configuration, key));
  const attributes = joinHtml([
    attributesOf(context, 'output'),
    html` src="${safeUri(uri)}" alt="${alt}" loading="lazy" decoding="async"`,
    width !== null && html` width="${width}"`,
    height !== null && html` height="${height}"`,
    configuration.zoom === true && html` data-zoom="true"`
  ]);
  return html`<img ${attributes} />`;
}
