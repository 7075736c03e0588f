import type { JsonObject } from '../../json';
import { checkNumbers, checkTexts } from '../control';
import { attributesOf, fileLink, nameOfVariable, outputElement, safeUri } from '../element';
import { html, joinHtml } from '../html';
import type { IView, IViewContext } from '../view';

/** A picture, fetched by its address; SVG too, so that no script in it runs. */
export const imageView: IView = {
  name: 'image',
  refresh: 'fetch',
  acceptsEmpty: false,
  isInline: true,
  configurationKeys: ['alt', 'width', 'height', 'zoom'],
  check: configuration => [
    ...checkNumbers(configuration, ['width', 'height']),
    ...checkTexts(configuration, ['alt'])
  ],
  output: renderOutput
};

function renderOutput(context: IViewContext) {
  const { data, configuration, uri, variable } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: true });
  }
  if (data.kind === 'file' && !data.type.startsWith('image/')) {
    // A browser would show a broken picture.
    return outputElement(context, fileLink(context, data.name, data.size), { isInline: true });
  }
  const alt = typeof configuration.alt === 'string' ? configuration.alt : nameOfVariable(variable);
  const attributes = joinHtml([
    attributesOf(context, 'output'),
    html` src="${safeUri(uri)}" alt="${alt}" loading="lazy" decoding="async"`,
    sizeOf(configuration, 'width'),
    sizeOf(configuration, 'height')
  ]);
  return html`<img ${attributes} />`;
}

function sizeOf(configuration: JsonObject, key: 'width' | 'height') {
  const size = configuration[key];
  const isSize = typeof size === 'number' && size >= 1 && size <= 100_000;
  return isSize && html` ${key}="${Math.round(size)}"`;
}
