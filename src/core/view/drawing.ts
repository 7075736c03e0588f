import { nameOf } from '../path';
import { utf8Length } from '../run/utf8';
import { attributesOf, fileLink, outputElement } from './element';
import { html, joinHtml, type SafeHtml } from './html';
import type { IViewContext } from './view';

/**
 * An output that is drawn in the browser: until then, and where it cannot be, a link to its data. It has `data-draw`;
 * the browser part adds `data-ready` when it is drawn, or `data-ready="failed"`, for which printers wait.
 *
 * @param attributes - `data-*` for the browser part; null and '' are left out
 */
export function drawingOutput(
  context: IViewContext,
  attributes: Readonly<Record<`data-${string}`, string | number | null>>
): SafeHtml {
  const { data, variable } = context;
  if (data.kind === 'none') {
    return outputElement(context, '', { isInline: false });
  }
  const more = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== '')
    // Names are ours.
    .map(([name, value]) => html` ${name}="${value}"`);
  const [name, size] =
    data.kind === 'file'
      ? [data.name, data.size]
      : [nameOf(variable.path) || variable.id, utf8Length(data.text)];
  return html`<div ${joinHtml([attributesOf(context, 'output'), ' data-draw', ...more])}>
    <p class="_note">${fileLink(context, name, size)}</p>
  </div>`;
}
