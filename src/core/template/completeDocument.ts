import { html, type SafeHtml } from '../view/html';
import type { IDocument, IPageFrame } from './document';
import { attributeOf, splitHtml, withAttribute, type HtmlPiece } from './htmlPieces';

/**
 * Put into a page of an author's own template what brings it to life: settings and what author scripts call at the
 * start of the head, our script at the end of the body, and the nonce on every script and style of the author.
 *
 * @param markup - a whole page, in which data are escaped
 */
export function completeDocument(
  markup: string,
  { nonce, assets }: IPageFrame,
  { head, hasScript }: Pick<IDocument, 'head' | 'hasScript'>
): string {
  const pieces = splitHtml(markup).map(piece => withNonce(piece, nonce));
  if (head) {
    const at = pieces.findIndex(
      ({ kind, ...piece }) => kind === 'open' && nameOf(piece) === 'head'
    );
    pieces.splice(at + 1, 0, other(head));
  }
  if (hasScript) {
    const script = html`<script type="module" src="${assets.script}" nonce="${nonce}"></script> `;
    const at = lastIndexOfClose(pieces, 'body');
    pieces.splice(at < 0 ? pieces.length : at, 0, other(script));
  }
  return pieces.map(({ text }) => text).join('');
}

function nameOf(piece: object): string {
  return 'name' in piece ? String(piece.name) : '';
}

function lastIndexOfClose(pieces: readonly HtmlPiece[], name: string): number {
  for (let at = pieces.length - 1; at >= 0; at -= 1) {
    const piece = pieces[at];
    if (piece.kind === 'close' && piece.name === name) {
      return at;
    }
  }
  return -1;
}

function withNonce(piece: HtmlPiece, nonce: string): HtmlPiece {
  const isActive = piece.kind === 'open' && (piece.name === 'script' || piece.name === 'style');
  return isActive && attributeOf(piece.attributes, 'nonce') === null
    ? withAttribute(piece, html`nonce="${nonce}"`.toString())
    : piece;
}

function other(markup: SafeHtml): HtmlPiece {
  return { kind: 'other', text: markup.toString() };
}
