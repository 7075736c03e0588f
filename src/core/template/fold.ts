import { html, trustedHtml, type HtmlPart, type SafeHtml } from '../view/html';
import type { HtmlPiece } from './htmlPieces';

/**
 * A section that a click on its title folds; open at first, so that nothing is overlooked and everything prints.
 *
 * @param title - text, or markup without blocks
 * @param className - further class of the section; '' for none
 */
export function renderFold(title: HtmlPart, content: SafeHtml, className = ''): SafeHtml {
  return html`<details class="_fold ${className}" open>
    <summary>${title}</summary>
    ${content}
  </details>`;
}

/**
 * Words of the first heading in a template; null when it has none, or one that holds a variable, which a title
 * cannot show.
 */
export function headingOf(pieces: readonly HtmlPiece[]): SafeHtml | null {
  const start = pieces.findIndex(piece => piece.kind === 'open' && /^h[1-6]$/.test(piece.name));
  const end = pieces.findIndex(
    (piece, index) => index > start && piece.kind === 'close' && /^h[1-6]$/.test(piece.name)
  );
  const inside = start < 0 ? [] : pieces.slice(start + 1, end);
  // Text between tags has its entities as written, so it is markup already.
  const words = inside.map(piece => (piece.kind === 'text' ? piece.text : '')).join('');
  return words.trim() === '' || words.includes('{') ? null : trustedHtml(words.trim());
}
