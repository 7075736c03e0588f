import sanitizeHtml from 'sanitize-html';
import { splitHtml } from './htmlPieces';

/** A template of an author who is not trusted to run code in this page. */
export interface ISanitizedTemplate {
  /** Markup without scripts, handlers, frames and forms; tokens stay. */
  markup: string;
  /** Content of its `<style>` elements, for the host to add as style sheets. */
  styles: string[];
}

/**
 * Take everything out of an author's markup that could act: in JupyterLab a page shares its origin with
 * notebooks and terminals.
 */
export function sanitizeTemplate(markup: string): ISanitizedTemplate {
  const styles: string[] = [];
  const pieces = splitHtml(markup);
  const rest = pieces.filter((piece, index) => {
    const isStyle = (other = pieces[index]) =>
      other !== undefined &&
      other.kind !== 'other' &&
      other.kind !== 'text' &&
      other.name === 'style';
    const before = pieces[index - 1];
    if (piece.kind === 'other' && before?.kind === 'open' && isStyle(before)) {
      styles.push(piece.text);
      return false;
    }
    return !isStyle();
  });
  return { markup: sanitizeHtml(rest.map(({ text }) => text).join(''), OPTIONS), styles };
}

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['address', 'article', 'aside', 'footer', 'header', 'hgroup', 'main', 'nav', 'section'],
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'blockquote', 'pre', 'hr', 'br', 'wbr', 'div'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'figure', 'figcaption', 'details', 'summary'],
    ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
    ...['a', 'abbr', 'b', 'bdi', 'bdo', 'cite', 'code', 'data', 'del', 'dfn', 'em', 'i', 'ins'],
    ...['kbd', 'mark', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'small', 'span', 'strong', 'sub'],
    ...['sup', 'time', 'u', 'var', 'img', 'picture', 'source', 'audio', 'video', 'track'],
    ...['input', 'label', 'progress', 'meter']
  ],
  allowedAttributes: {
    '*': ['class', 'id', 'style', 'title', 'lang', 'dir', 'role', 'aria-*', 'data-*', 'hidden'],
    a: ['href', 'target', 'rel', 'download'],
    audio: ['src', 'controls', 'loop', 'muted', 'preload'],
    col: ['span'],
    colgroup: ['span'],
    details: ['open'],
    img: ['src', 'srcset', 'alt', 'width', 'height', 'loading', 'decoding'],
    input: ['type', 'checked', 'disabled'],
    label: ['for'],
    meter: ['value', 'min', 'max', 'low', 'high', 'optimum'],
    ol: ['start', 'reversed', 'type'],
    progress: ['value', 'max'],
    source: ['src', 'srcset', 'type', 'media'],
    td: ['colspan', 'rowspan', 'align', 'headers'],
    th: ['colspan', 'rowspan', 'align', 'scope', 'headers'],
    time: ['datetime'],
    track: ['src', 'kind', 'srclang', 'label', 'default'],
    video: ['src', 'controls', 'loop', 'muted', 'preload', 'poster', 'width', 'height']
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https', 'data'] },
  parseStyleAttributes: false,
  transformTags: {
    // Boxes of task lists; a form of the author's would post without us.
    input: tagName => ({ tagName, attribs: { type: 'checkbox', disabled: '' } })
  }
};
