import sanitizeHtml from 'sanitize-html';
import { trustedHtml, type SafeHtml } from './html';

/** Bytes of HTML that are put into a page; more than that is for downloading. */
export const MAX_HTML_BYTES = 2 * 1024 * 1024;

/**
 * HTML from data without anything that acts, loads, lies over the page, or is taken for a place of it: text, lists,
 * tables, links, pictures that are within, and colours.
 */
export function sanitizeData(text: string): SafeHtml {
  return trustedHtml(sanitizeHtml(text.replace(/\0/g, '\uFFFD'), OPTIONS));
}

/** Tell whether sanitised HTML shows anything: that of charts is often a script and an empty element. */
export function showsSomething(clean: SafeHtml): boolean {
  const markup = clean.toString();
  return /<(img|hr)\b/.test(markup) || markup.replace(/<[^>]*>|&nbsp;|\s/g, '') !== '';
}

const COLOR = /^(#[0-9a-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\))$/i;
const LENGTH = /^-?\d{1,4}(\.\d{1,4})?(px|em|rem|ex|ch|pt|%)?$/;
const LENGTHS = /^(\d{1,4}(\.\d{1,4})?(px|em|rem|pt|%)?\s*){1,4}$/;
const WORD = /^[a-z-]{1,20}$/;
const BORDER = /^[\w\s#.,()%-]{1,60}$/;

const STYLES: Record<string, RegExp[]> = {
  color: [COLOR],
  'background-color': [COLOR],
  background: [COLOR],
  'font-weight': [WORD, /^\d{3}$/],
  'font-style': [WORD],
  'font-size': [LENGTH, WORD],
  'font-family': [/^[\w\s,'-]{1,100}$/],
  'text-align': [WORD],
  'text-decoration': [WORD],
  'vertical-align': [WORD],
  'white-space': [WORD],
  width: [LENGTH],
  'min-width': [LENGTH],
  'max-width': [LENGTH],
  height: [LENGTH],
  padding: [LENGTHS],
  margin: [LENGTHS],
  border: [BORDER],
  'border-top': [BORDER],
  'border-bottom': [BORDER],
  'border-left': [BORDER],
  'border-right': [BORDER],
  'border-collapse': [WORD]
};

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'blockquote', 'pre', 'hr', 'br', 'div', 'span'],
    ...['section', 'article', 'header', 'footer', 'address', 'center', 'font', 'big', 'tt'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
    ...['colgroup', 'col', 'caption', 'figure', 'figcaption', 'details', 'summary', 'time'],
    ...['a', 'img', 'b', 'i', 'em', 'strong', 's', 'del', 'ins', 'u', 'code', 'kbd', 'samp', 'var'],
    ...['sub', 'sup', 'small', 'mark', 'abbr', 'q', 'cite', 'bdi', 'bdo', 'ruby', 'rt', 'rp', 'wbr']
  ],
  allowedAttributes: {
    '*': ['class', 'title', 'lang', 'dir', 'style'],
    a: ['href', 'target', 'rel'],
    img: ['src', 'alt', 'width', 'height'],
    ol: ['start', 'type'],
    time: ['datetime'],
    table: ['border'],
    col: ['span'],
    td: ['align', 'valign', 'colspan', 'rowspan'],
    th: ['align', 'valign', 'colspan', 'rowspan', 'scope'],
    font: ['color']
  },
  // Names of ours begin with an underscore, and those of JupyterLab with a prefix.
  allowedClasses: { '*': [/^(?!jp-|lm-|cm-)[A-Za-z][\w-]*$/] },
  allowedStyles: { '*': STYLES },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'svg',
    'math',
    'template'
  ],
  transformTags: {
    a: (tagName, attribs) => ({
      tagName,
      attribs: attribs.href?.startsWith('#')
        ? attribs
        : { ...attribs, target: '_blank', rel: 'noopener noreferrer' }
    })
  },
  // A picture from elsewhere would tell who reads the report.
  exclusiveFilter: ({ tag, attribs }) =>
    tag === 'img' && !/^data:image\/(?:png|jpeg|gif|webp|avif);base64,/i.test(attribs.src ?? '')
};
