import { fileLink } from './element';
import { html, type SafeHtml } from './html';
import type { IViewContext, VariableData } from './view';

/** In place of data that are too large for a page, or no text: says so, and offers the file. */
export function tooLarge(
  context: IViewContext,
  { name, size }: Extract<VariableData, { kind: 'file' }>
): SafeHtml {
  const link = fileLink(context, name, size);
  return html`<p class="_note">Too large to be shown here: ${link}</p>`;
}
