import MarkdownIt from 'markdown-it';
import taskLists from 'markdown-it-task-lists';
import sanitizeHtml from 'sanitize-html';
import { areaControl, checkNumbers, parseText } from '../control';
import { fileLink, outputElement } from '../element';
import { trustedHtml, type SafeHtml } from '../html';
import type { IView, IViewContext } from '../view';

/** Text in Markdown; in data it is sanitised and loads nothing from the network. */
export const markdownView: IView = {
  name: 'markdown',
  refresh: 'inline',
  acceptsEmpty: true,
  isInline: false,
  inlineBytes: 256 * 1024,
  configurationKeys: ['rows'],
  check: configuration => checkNumbers(configuration, ['rows']),
  parse: parseText,
  input: context => areaControl(context, 8),
  output: renderOutput
};

const markdown = new MarkdownIt({ html: true, breaks: true, linkify: false }).use(taskLists);

/** Render Markdown that comes from data. */
export function renderMarkdownData(text: string): SafeHtml {
  const clean = sanitizeHtml(markdown.render(text.replace(/\0/g, '\uFFFD')), SANITIZE_OPTIONS);
  const paragraph = /^<p>((?:(?!<p>)[\s\S])*)<\/p>\s*$/.exec(clean);
  // A single paragraph stands in the text of the page.
  return trustedHtml((paragraph ? paragraph[1] : clean).trim());
}

function renderOutput(context: IViewContext) {
  const { data } = context;
  if (data.kind === 'file') {
    return outputElement(context, fileLink(context, data.name, data.size), { isInline: false });
  }
  const content = data.kind === 'value' ? renderMarkdownData(data.text) : '';
  return outputElement(context, content, { isInline: false });
}

function taskBox(isDone: boolean): sanitizeHtml.Attributes {
  const attributes = { type: 'checkbox', disabled: '', 'aria-label': isDone ? 'done' : 'to do' };
  return isDone ? { ...attributes, checked: '' } : attributes;
}

const SANITIZE_OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'blockquote', 'pre', 'hr', 'br', 'div', 'span'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
    ...['a', 'img', 'b', 'i', 'em', 'strong', 's', 'del', 'ins', 'u', 'code', 'kbd', 'samp', 'var'],
    ...['sub', 'sup', 'small', 'mark', 'abbr', 'q', 'cite', 'caption', 'figure', 'figcaption'],
    ...['details', 'summary', 'input']
  ],
  allowedAttributes: {
    a: ['href', 'title', 'target', 'rel'],
    abbr: ['title'],
    img: ['src', 'alt', 'title', 'width', 'height', 'loading'],
    input: ['type', 'checked', 'disabled', 'aria-label'],
    ol: ['start'],
    td: ['align', 'colspan', 'rowspan', 'style'],
    th: ['align', 'colspan', 'rowspan', 'scope', 'style']
  },
  allowedStyles: { '*': { 'text-align': [/^(?:left|right|center)$/] } },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  transformTags: {
    a: (tagName, attribs) => ({
      tagName,
      attribs: attribs.href?.startsWith('#')
        ? attribs
        : { ...attribs, target: '_blank', rel: 'noopener noreferrer' }
    }),
    // Only boxes of task lists, which nobody can click.
    input: (tagName, attribs) => ({ tagName, attribs: taskBox('checked' in attribs) })
  },
  // A picture from elsewhere would tell who reads the report.
  exclusiveFilter: ({ tag, attribs }) =>
    tag === 'img' && !/^data:image\/(?:png|jpeg|gif|webp|avif);base64,/i.test(attribs.src ?? '')
};
