import MarkdownIt, { type StateBlock, type StateInline } from 'markdown-it';
import footnote from 'markdown-it-footnote';
import taskLists from 'markdown-it-task-lists';
import { attributeOf, splitHtml, withAttribute, type HtmlPiece } from './htmlPieces';

/** How the Markdown of a template is rendered. */
export interface IMarkdownOptions {
  /** Prefix of all addresses, without a slash at its end; put in place of `{ ROOT_URI }` everywhere. */
  rootUri: string;
  /** Printing waits for pictures, so none may load late. */
  isPrint: boolean;
}

/**
 * Render a template of an author: CommonMark in which a newline breaks the line and `_` does not
 * emphasise, since ids contain it; with footnotes, task lists, tables, `~~strike~~`, and Markdown in
 * HTML blocks that say `markdown="1"`. Raw HTML passes.
 *
 * Variables are still tokens in the result, see `variables.ts`.
 */
export function renderTemplateMarkdown(text: string, options: IMarkdownOptions): string {
  const source = text
    .replace(/^\uFEFF/, '')
    .replace(/\{ *ROOT_URI *\}/g, () => encodeRootUri(options.rootUri));
  return splitHtml(markdown.render(source))
    .map(piece => adaptPiece(piece, options).text)
    .join('');
}

const markdown = new MarkdownIt({ html: true, breaks: true, linkify: false })
  .use(footnote)
  .use(taskLists);
markdown.inline.ruler.before('emphasis', 'plain_underscore', plainUnderscore);
markdown.inline.ruler.before('entity', 'brace_entity', braceEntity);
markdown.block.ruler.before('html_block', 'markdown_in_html', markdownInHtml, {
  alt: ['paragraph', 'reference', 'blockquote']
});

/** Take underscores as text before the rule for emphasis sees them. */
function plainUnderscore(state: StateInline, isSilent: boolean): boolean {
  const start = state.pos;
  let end = start;
  while (state.src[end] === '_') {
    end += 1;
  }
  if (end === start) {
    return false;
  }
  if (!isSilent) {
    state.pending += state.src.slice(start, end);
  }
  state.pos = end;
  return true;
}

/** An author writes a brace as an entity where no variable is meant, so it must not become a brace here. */
function braceEntity(state: StateInline, isSilent: boolean): boolean {
  BRACE_ENTITY.lastIndex = state.pos;
  const entity = BRACE_ENTITY.exec(state.src)?.[0];
  if (entity === undefined) {
    return false;
  }
  if (!isSilent) {
    state.push('html_inline', '', 0).content = entity;
  }
  state.pos += entity.length;
  return true;
}

const BRACE_ENTITY = /&(?:#0*12[35]|#x0*7[bd]|[lr]brace|[lr]cub);/iy;

/** `<div markdown="1">…</div>`: what is inside is Markdown, too. */
function markdownInHtml(
  state: StateBlock,
  startLine: number,
  endLine: number,
  isSilent: boolean
): boolean {
  const start = state.bMarks[startLine] + state.tShift[startLine];
  if (state.src[start] !== '<' || state.sCount[startLine] - state.blkIndent >= 4) {
    return false;
  }
  const [open, ...others] = splitHtml(state.src.slice(start, state.eMarks[endLine - 1]));
  if (open?.kind !== 'open' || attributeOf(open.attributes, 'markdown') !== '1') {
    return false;
  }
  const close = indexOfClose(others, open.name);
  if (close < 0) {
    return false;
  }
  if (isSilent) {
    return true;
  }
  const inner = textOf(others.slice(0, close));
  const tag = open.text.replace(/\s+markdown\s*=\s*(?:"1"|'1'|1)/i, '');
  pushHtml(state, `${tag}\n`);
  // It stands on lines of its own, so its indentation is that of the element, not of code.
  state.md.block.parse(dedent(inner), state.md, state.env, state.tokens);
  pushHtml(state, `${others[close].text}\n`);
  const end = start + open.text.length + inner.length + others[close].text.length;
  let line = startLine;
  while (line < endLine && state.bMarks[line] < end) {
    line += 1;
  }
  // What follows on the last line has no line of its own, so it is handed on as markup.
  pushHtml(state, state.src.slice(end, state.eMarks[line - 1]));
  state.line = line;
  return true;
}

function pushHtml(state: StateBlock, content: string): void {
  if (content.trim()) {
    state.push('html_block', '', 0).content = content;
  }
}

function indexOfClose(pieces: readonly HtmlPiece[], name: string): number {
  let depth = 1;
  return pieces.findIndex(piece => {
    if (piece.kind === 'open' && piece.name === name && !piece.isSelfClosing) {
      depth += 1;
    } else if (piece.kind === 'close' && piece.name === name) {
      depth -= 1;
    }
    return depth === 0;
  });
}

function dedent(text: string): string {
  const indents = text
    .split('\n')
    .filter(line => line.trim())
    .map(line => line.length - line.trimStart().length);
  const indent = Math.min(...indents, 100);
  return text.replace(new RegExp(`^[ \\t]{1,${Math.max(1, indent)}}`, 'gm'), found =>
    indent ? found.slice(indent) : found
  );
}

/** Links open in a new tab, except those within the page; pictures load when they come into sight. */
function adaptPiece(piece: HtmlPiece, { isPrint }: IMarkdownOptions): HtmlPiece {
  if (piece.kind !== 'open') {
    return piece;
  }
  const has = (name: string) => attributeOf(piece.attributes, name) !== null;
  if (piece.name === 'a') {
    const href = attributeOf(piece.attributes, 'href');
    const isElsewhere = href !== null && !href.startsWith('#') && !has('target');
    return isElsewhere
      ? withAttribute(piece, `target="_blank"${has('rel') ? '' : ' rel="noopener"'}`)
      : piece;
  }
  if (piece.name === 'input' && piece.attributes.includes('task-list-item-checkbox')) {
    return withAttribute(piece, `aria-label="${has('checked') ? 'done' : 'to do'}"`);
  }
  return piece.name === 'img' && !has('loading') && !isPrint
    ? withAttribute(piece, 'loading="lazy"')
    : piece;
}

/** In Markdown, in quotes, and in scripts it must stay one piece of text. */
function encodeRootUri(rootUri: string): string {
  return rootUri.replace(
    /["'()*<>\s\\`{}]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  );
}

function textOf(pieces: readonly HtmlPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}
