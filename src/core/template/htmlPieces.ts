/** A piece of markup, in the order of the text; all pieces together are the text again. */
export type HtmlPiece =
  /** Text between tags, entities as written. */
  | { kind: 'text'; text: string }
  /** `name` is lower case; `attributes` as written, without the name. */
  | { kind: 'open'; text: string; name: string; attributes: string; isSelfClosing: boolean }
  | { kind: 'close'; text: string; name: string }
  /** Comments, declarations, and the content of elements whose content is no markup. */
  | { kind: 'other'; text: string };

/** Elements whose content is text for something else than a reader. */
const RAW_ELEMENTS: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title']);

const NAME = /<(\/?)([a-zA-Z][^\s/>]*)/y;
const ATTRIBUTES = /(?:[^>"']|"[^"]*"|'[^']*')*/y;

/**
 * Split markup into tags, text, and what is neither. Markup that is broken is never lost: it becomes text.
 */
export function splitHtml(markup: string): HtmlPiece[] {
  const pieces: HtmlPiece[] = [];
  let at = 0;
  const addText = (end: number) => {
    const last = pieces[pieces.length - 1];
    if (last?.kind === 'text') {
      last.text += markup.slice(at, end);
    } else if (end > at) {
      pieces.push({ kind: 'text', text: markup.slice(at, end) });
    }
    at = end;
  };
  while (at < markup.length) {
    const start = markup.indexOf('<', at);
    if (start < 0) {
      addText(markup.length);
      break;
    }
    addText(start);
    const piece = pieceAt(markup, start);
    if (!piece) {
      addText(start + 1);
      continue;
    }
    pieces.push(piece);
    at += piece.text.length;
    if (piece.kind === 'open' && RAW_ELEMENTS.has(piece.name)) {
      const end = endOfRaw(markup, at, piece.name);
      if (end > at) {
        pieces.push({ kind: 'other', text: markup.slice(at, end) });
      }
      at = end;
    }
  }
  return pieces;
}

/** The value of an attribute in the written attributes; '' for one without value, null when it is not there. */
export function attributeOf(attributes: string, name: string): string | null {
  const pattern = /([^\s"'=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  for (const match of attributes.matchAll(pattern)) {
    if (match[1].toLowerCase() === name) {
      return match[2] ?? match[3] ?? match[4] ?? '';
    }
  }
  return null;
}

/** An opening tag with an attribute more; `attribute` is markup. */
export function withAttribute(piece: HtmlPiece & { kind: 'open' }, attribute: string): HtmlPiece {
  const end = piece.text.length - (piece.isSelfClosing ? 2 : 1);
  const text = `${piece.text.slice(0, end).trimEnd()} ${attribute}${piece.isSelfClosing ? ' />' : '>'}`;
  return { ...piece, text, attributes: `${piece.attributes} ${attribute}` };
}

function pieceAt(markup: string, start: number): HtmlPiece | null {
  if (markup.startsWith('<!--', start)) {
    const end = markup.indexOf('-->', start + 4);
    return { kind: 'other', text: end < 0 ? markup.slice(start) : markup.slice(start, end + 3) };
  }
  if (markup[start + 1] === '!' || markup[start + 1] === '?') {
    const end = markup.indexOf('>', start);
    return end < 0 ? null : { kind: 'other', text: markup.slice(start, end + 1) };
  }
  NAME.lastIndex = start;
  const match = NAME.exec(markup);
  if (!match) {
    return null;
  }
  ATTRIBUTES.lastIndex = NAME.lastIndex;
  const written = ATTRIBUTES.exec(markup)?.[0] ?? '';
  const end = NAME.lastIndex + written.length;
  if (markup[end] !== '>') {
    return null;
  }
  const text = markup.slice(start, end + 1);
  const name = match[2].toLowerCase();
  if (match[1]) {
    return { kind: 'close', text, name };
  }
  return { kind: 'open', text, name, attributes: written, isSelfClosing: written.endsWith('/') };
}

function endOfRaw(markup: string, from: number, name: string): number {
  const close = new RegExp(`</${name}[\\s/>]`, 'gi');
  close.lastIndex = from;
  return close.exec(markup)?.index ?? markup.length;
}
