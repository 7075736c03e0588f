import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { stripAnsi } from '../template/ansi';
import { html, trustedHtml, type SafeHtml } from './html';
import { sanitizeData, showsSomething } from './sanitizeData';
import { renderMarkdownData } from './views/markdown';
import { wellFormed } from './wellFormed';

/** Renders one MIME type of a bundle; null when there is nothing to see. */
type Renderer = (text: string, metadata: JsonObject, name: string) => SafeHtml | null;

const picture =
  (type: string, isText: boolean): Renderer =>
  (text, metadata, name) => {
    const content = isText ? encodeURIComponent(wellFormed(text)) : text.replace(/\s/g, '');
    if (!isText && !/^[A-Za-z0-9+/=]+$/.test(content)) {
      return null;
    }
    const source = `data:${type}${isText ? '' : ';base64'},${content}`;
    const [width, height] = ['width', 'height'].map(key => sizeOf(metadata, key));
    return html`<img
      src="${source}"
      alt="${name}"
      ${width && html` width="${width}"`}${height && html` height="${height}"`}
    />`;
  };

/** Best first; the first that shows something is taken. A drawing is a picture, so that nothing in it acts. */
const RENDERERS: readonly (readonly [string, Renderer])[] = [
  ['text/html', text => visible(sanitizeData(text))],
  ['image/svg+xml', picture('image/svg+xml', true)],
  ['image/png', picture('image/png', false)],
  ['image/jpeg', picture('image/jpeg', false)],
  ['image/webp', picture('image/webp', false)],
  ['image/gif', picture('image/gif', false)],
  ['image/avif', picture('image/avif', false)],
  ['text/markdown', text => visible(renderMarkdownData(text))],
  ['text/plain', text => html`<pre>${stripAnsi(text)}</pre>`],
  ['text/latex', text => html`<pre>${text}</pre>`],
  ['application/json', text => html`<pre>${text}</pre>`]
];

/**
 * Outputs of a notebook cell as markup: streams and errors as text, of a MIME bundle the best type. Widgets, and other
 * types that need code, show what their bundle has besides.
 *
 * @param outputs - list of outputs in nbformat 4; what is none is left out
 * @param name - what people call them, for pictures
 */
export function renderCellOutputs(outputs: JsonValue, name: string): SafeHtml[] {
  const items = Array.isArray(outputs) ? outputs : [];
  return items.flatMap(item => (isJsonObject(item) ? (renderOutput(item, name) ?? []) : []));
}

function renderOutput(output: JsonObject, name: string): SafeHtml | null {
  switch (output.output_type) {
    case 'stream':
      return output.name === 'stderr'
        ? html`<pre class="_stderr">${stripAnsi(textOf(output.text))}</pre>`
        : html`<pre>${stripAnsi(textOf(output.text))}</pre>`;
    case 'error': {
      const title = `${textOf(output.ename)}: ${textOf(output.evalue)}`;
      return html`<pre class="_error">${stripAnsi(title)}</pre>`;
    }
    case 'display_data':
    case 'execute_result':
      return isJsonObject(output.data)
        ? renderBundle(output.data, isJsonObject(output.metadata) ? output.metadata : {}, name)
        : null;
    default:
      return null;
  }
}

function renderBundle(data: JsonObject, metadata: JsonObject, name: string): SafeHtml | null {
  for (const [type, render] of RENDERERS) {
    if (Object.prototype.hasOwnProperty.call(data, type)) {
      const own = metadata[type];
      const rendered = render(textOf(data[type]), isJsonObject(own) ? own : {}, name);
      if (rendered) {
        return rendered;
      }
    }
  }
  return null;
}

/** Texts may be lists of lines. */
function textOf(value: JsonValue | undefined): string {
  if (Array.isArray(value) && value.every(line => typeof line === 'string')) {
    return value.join('');
  }
  return value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value, null, 2);
}

function visible(clean: SafeHtml): SafeHtml | null {
  return showsSomething(clean) ? trustedHtml(`<div class="_html">${clean}</div>`) : null;
}

function sizeOf(metadata: JsonObject, key: string): number | null {
  const size = metadata[key];
  return typeof size === 'number' && size >= 1 && size <= 100_000 ? Math.round(size) : null;
}
