import sanitizeHtml from 'sanitize-html';
import { trustedHtml, type SafeHtml } from './html';

/**
 * Take out of the markup of a custom view what could act: in JupyterLab a page shares its origin with notebooks and
 * terminals. Controls, drawings (svg) and classes stay.
 */
export function sanitizeFragment(markup: string): SafeHtml {
  const clean = sanitizeHtml(markup, OPTIONS);
  // Escaped braces were opened; in the dialect of pages they would be read as variables.
  return trustedHtml(clean.replace(/\{/g, '&#123;').replace(/\}/g, '&#125;'));
}

const DRAWING = [
  ...['svg', 'g', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text'],
  ...['tspan', 'title', 'desc', 'defs', 'marker', 'linearGradient', 'radialGradient', 'stop'],
  ...['clipPath', 'mask', 'pattern', 'symbol']
];

const DRAWING_ATTRIBUTES = [
  ...['viewbox', 'preserveaspectratio', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'rx'],
  ...['ry', 'd', 'points', 'transform', 'fill', 'fill-opacity', 'fill-rule', 'stroke', 'opacity'],
  ...['stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin'],
  ...['text-anchor', 'dominant-baseline', 'font-size', 'font-family', 'font-weight', 'dx', 'dy'],
  ...['offset', 'stop-color', 'stop-opacity', 'gradientunits', 'gradienttransform', 'markerwidth'],
  ...['markerheight', 'refx', 'refy', 'orient', 'marker-end', 'marker-start', 'width', 'height'],
  ...['clip-path', 'mask', 'focusable', 'vector-effect']
];

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['article', 'aside', 'footer', 'header', 'nav', 'section', 'h2', 'h3', 'h4', 'h5', 'h6'],
    ...['p', 'blockquote', 'pre', 'hr', 'br', 'wbr', 'div', 'span', 'ul', 'ol', 'li', 'dl', 'dt'],
    ...['dd', 'figure', 'figcaption', 'details', 'summary', 'table', 'caption', 'colgroup', 'col'],
    ...['thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'a', 'abbr', 'b', 'bdi', 'bdo', 'cite'],
    ...['code', 'data', 'del', 'dfn', 'em', 'i', 'ins', 'kbd', 'mark', 'q', 's', 'samp', 'small'],
    ...['strong', 'sub', 'sup', 'time', 'u', 'var', 'img', 'canvas', 'progress', 'meter'],
    ...['input', 'textarea', 'select', 'option', 'optgroup', 'button', 'label', 'output'],
    ...['fieldset', 'legend', 'datalist'],
    ...DRAWING
  ],
  allowedAttributes: {
    '*': [
      ...['class', 'id', 'style', 'title', 'lang', 'dir', 'role', 'aria-*', 'data-*', 'hidden'],
      ...['tabindex', 'width', 'height']
    ],
    a: ['href', 'target', 'rel', 'download'],
    button: ['type', 'disabled', 'value'],
    col: ['span'],
    details: ['open'],
    fieldset: ['disabled'],
    img: ['src', 'alt', 'loading'],
    input: [
      ...['type', 'name', 'value', 'checked', 'disabled', 'min', 'max', 'step', 'list', 'readonly'],
      ...['placeholder', 'pattern', 'maxlength', 'inputmode', 'autocomplete']
    ],
    label: ['for'],
    meter: ['value', 'min', 'max', 'low', 'high', 'optimum'],
    ol: ['start', 'reversed', 'type'],
    optgroup: ['label'],
    option: ['value', 'selected', 'disabled', 'label'],
    progress: ['value', 'max'],
    select: ['name', 'multiple', 'size', 'disabled'],
    td: ['colspan', 'rowspan', 'headers'],
    textarea: ['name', 'rows', 'cols', 'placeholder', 'maxlength', 'disabled', 'readonly'],
    th: ['colspan', 'rowspan', 'scope', 'headers'],
    time: ['datetime'],
    ...Object.fromEntries(DRAWING.map(tag => [tag, DRAWING_ATTRIBUTES]))
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https', 'data'] },
  parseStyleAttributes: false,
  parser: { lowerCaseTags: false },
  transformTags: {
    // A button that says nothing else would post the form.
    button: (tagName, attribs) => ({ tagName, attribs: { ...attribs, type: 'button' } })
  }
};
