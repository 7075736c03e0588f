import { slug, titleFilter } from '../automation/words';
import { joinHtml, trustedHtml, type SafeHtml } from '../view/html';
import type { HtmlPiece } from './htmlPieces';

/** A `{ id | filter }` in a template. */
export interface IToken {
  id: string;
  filters: readonly string[];
  /** With its braces. */
  written: string;
}

/** What stands in place of a token. */
export interface IWidget {
  markup: SafeHtml;
  /** True for a `<div>` and the like, which no paragraph can hold. */
  isBlock: boolean;
}

/** Puts something in place of a token; null leaves it as written. */
export type TokenRenderer = (token: IToken) => IWidget | null;

const TOKEN = /\{ *([a-zA-Z0-9\-_| ]+?) *\}/g;

/** Elements that make a paragraph superfluous when it holds nothing else. */
const WIDGET_ELEMENTS: ReadonlySet<string> = new Set(['a', 'button', 'div', 'span']);

const FILTERS: ReadonlyMap<string, (text: string) => string> = new Map([
  ['title', titleFilter],
  ['slug', slug],
  ['upper', (text: string) => text.toUpperCase()],
  ['lower', (text: string) => text.toLowerCase()]
]);

/** Views whose shown text filters may change. */
const FILTERED_VIEWS: ReadonlySet<string> = new Set(['string', 'number', 'email']);

/** Tokens in the order of the text. */
export function findTokens(pieces: readonly HtmlPiece[]): IToken[] {
  return pieces.flatMap(piece =>
    piece.kind === 'text' ? [...piece.text.matchAll(TOKEN)].map(tokenOf) : []
  );
}

/**
 * Put widgets in place of tokens, and mend the paragraphs around them: one that holds only widgets
 * goes, one that holds a block among text becomes a `<div>`, and no line breaks right after a block.
 */
export function replaceTokens(pieces: readonly HtmlPiece[], render: TokenRenderer): SafeHtml {
  const parts: SafeHtml[] = [];
  for (let index = 0; index < pieces.length; index += 1) {
    const piece = pieces[index];
    const end =
      piece.kind === 'open' && piece.name === 'p'
        ? pieces.findIndex(
            (other, at) => at > index && other.kind === 'close' && other.name === 'p'
          )
        : -1;
    if (end < 0) {
      parts.push(joinHtml(withoutBreaks(fill([piece], render)).map(({ markup }) => markup)));
    } else {
      const inside = withoutBreaks(fill(pieces.slice(index + 1, end), render));
      parts.push(paragraph(pieces[index].text, inside));
      index = end;
    }
  }
  return joinHtml(parts);
}

/** Apply page filters to the shown text of a view; unknown filters, and views without filters, keep it. */
export function applyFilters(text: string, view: string, filters: readonly string[]): string {
  return FILTERED_VIEWS.has(view)
    ? filters.reduce((filtered, name) => FILTERS.get(name)?.(filtered) ?? filtered, text)
    : text;
}

/** A part of a paragraph: markup as written, or a widget. */
interface IPart {
  markup: SafeHtml;
  kind: 'widget' | 'break' | 'open' | 'close' | 'void' | 'text';
  isBlock: boolean;
  /** Of a tag, else ''. */
  name: string;
  isBlank: boolean;
}

function fill(pieces: readonly HtmlPiece[], render: TokenRenderer): IPart[] {
  const parts: IPart[] = [];
  const add = (text: string, kind: IPart['kind'], name = '') => {
    if (text !== '') {
      const isBlank = text.trim() === '';
      parts.push({ markup: trustedHtml(text), kind, isBlock: false, name, isBlank });
    }
  };
  for (const piece of pieces) {
    if (piece.kind !== 'text') {
      add(piece.text, kindOf(piece), piece.kind === 'other' ? '' : piece.name);
      continue;
    }
    let end = 0;
    for (const match of piece.text.matchAll(TOKEN)) {
      const widget = render(tokenOf(match));
      if (widget) {
        add(piece.text.slice(end, match.index), 'text');
        parts.push({ ...widget, kind: 'widget', name: '', isBlank: false });
        end = (match.index ?? 0) + match[0].length;
      }
    }
    add(piece.text.slice(end), 'text');
  }
  return parts;
}

function kindOf(piece: Exclude<HtmlPiece, { kind: 'text' }>): IPart['kind'] {
  if (piece.kind === 'other') {
    return 'void';
  }
  if (piece.name === 'br') {
    return 'break';
  }
  return piece.kind === 'open' && (piece.isSelfClosing || piece.name === 'img')
    ? 'void'
    : piece.kind;
}

/** Drop line breaks right after a block. */
function withoutBreaks(parts: readonly IPart[]): IPart[] {
  const kept: IPart[] = [];
  let isAfterBlock = false;
  for (const part of parts) {
    if (isAfterBlock && part.kind === 'break') {
      isAfterBlock = false;
      continue;
    }
    kept.push(part);
    isAfterBlock = part.isBlock || (isAfterBlock && part.isBlank);
  }
  return kept;
}

function paragraph(open: string, parts: readonly IPart[]): SafeHtml {
  const inside = joinHtml(parts.map(({ markup }) => markup));
  if (holdsOnlyWidgets(parts)) {
    return inside;
  }
  if (parts.some(({ isBlock }) => isBlock)) {
    return joinHtml([trustedHtml('<div class="_paragraph">'), inside, trustedHtml('</div>')]);
  }
  return joinHtml([trustedHtml(open), inside, trustedHtml('</p>')]);
}

function holdsOnlyWidgets(parts: readonly IPart[]): boolean {
  let depth = 0;
  let count = 0;
  for (const { kind, name, isBlank } of parts) {
    if (kind === 'open') {
      if (depth === 0 && !WIDGET_ELEMENTS.has(name)) {
        return false;
      }
      count += depth === 0 ? 1 : 0;
      depth += 1;
    } else if (kind === 'close') {
      depth -= 1;
    } else if (depth === 0 && kind === 'widget') {
      count += 1;
    } else if (depth === 0 && kind !== 'break' && !isBlank) {
      return false;
    }
  }
  return count > 0;
}

function tokenOf(match: RegExpMatchArray): IToken {
  const [id, ...filters] = match[1].split('|').map(term => term.trim());
  return { id, filters, written: match[0] };
}
