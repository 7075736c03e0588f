import type { ICopyright } from '../automation/automation';
import { escapeHtml, html, trustedHtml, type SafeHtml } from '../view/html';
import { renderTemplateMarkdown } from './markdown';

/** Said where an automation says nothing itself. */
const DEFAULT_TEXT =
  '[<img src="{image_uri}" alt="{name}">]({owner_uri}) © {year} {name}. Made with ' +
  '[CrossCompute](https://crosscompute.com).';

/**
 * Render who owns an automation, for the foot of its page. Links open in a new tab.
 *
 * @param copyrights - in their order; their texts are Markdown of the author, in which `{name}`, `{image_uri}`,
 *   `{owner_uri}` and `{year}` are filled in, and any other `{…}` stays
 * @param year - the current one, for who names none
 */
export function renderAttribution(
  copyrights: readonly ICopyright[],
  { rootUri, year }: { rootUri: string; year: number }
): SafeHtml {
  const texts = copyrights.map(copyright => {
    const values: Readonly<Record<string, string>> = {
      name: copyright.name,
      image_uri: absolute(copyright.imageUri, rootUri),
      owner_uri: absolute(copyright.ownerUri, rootUri),
      year: copyright.year ?? String(year)
    };
    const source = (copyright.text ?? DEFAULT_TEXT).replace(/\{ *(\w+) *\}/g, (written, key) =>
      Object.prototype.hasOwnProperty.call(values, key) ? escapeMarkdown(values[key]) : written
    );
    return trustedHtml(renderTemplateMarkdown(source, { rootUri, isPrint: false }));
  });
  return html`<div class="_attribution">${texts}</div>`;
}

/** Addresses of ours begin with a slash. */
function absolute(uri: string, rootUri: string): string {
  return uri.startsWith('/') && !uri.startsWith('//') ? `${rootUri}${uri}` : uri;
}

/** A value is text, in Markdown as in the attribute of an element. */
function escapeMarkdown(text: string): string {
  return escapeHtml(text).replace(/[()*[\\\]`~\s]/g, character =>
    character === ' ' ? ' ' : `&#${character.charCodeAt(0)};`
  );
}
