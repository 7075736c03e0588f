import type { IVariable } from '../automation/automation';
import { formatName } from '../automation/words';
import { html, joinHtml, type SafeHtml } from './html';
import type { IViewContext } from './view';

/** How a variable stands on a page: asked for, or shown. */
export type Mode = 'input' | 'output';

/**
 * The attributes by which pages, author styles and author scripts find the place of a variable: `id`,
 * `class="_<mode> _<view> <id>"`, `data-*`. They stand on the control or the output itself.
 *
 * @param more - further classes
 */
export function attributesOf(context: IViewContext, mode: Mode, ...more: string[]): SafeHtml {
  const { elementId, variable, stamp, uri } = context;
  const classes = [`_${mode}`, `_${variable.view}`, classOf(variable.id), ...more].join(' ');
  const attributes: [string, string][] = [
    ['id', elementId],
    ['class', classes],
    ['data-view', variable.view],
    ['data-variable', variable.id],
    ['data-step', variable.step],
    ['data-stamp', stamp],
    ['data-uri', safeUri(uri)]
  ];
  return joinHtml(
    attributes.map(([name, value], index) => html`${index > 0 && ' '}${name}="${value}"`)
  );
}

/** How people call a variable: its label, or its id in words where it has none. */
export function nameOfVariable(variable: Pick<IVariable, 'id' | 'label'>): string {
  return variable.label.trim() || formatName(variable.id) || variable.id;
}

/** An `aria-label` for an element that no visible label names. */
export function ariaLabelOf(context: IViewContext): SafeHtml | null {
  return context.hasLabel ? null : html` aria-label="${nameOfVariable(context.variable)}"`;
}

/** An address from data or configuration: relative, http(s), mailto or an image as data; else `#`. */
export function safeUri(uri: string): string {
  // Browsers drop control characters in schemes, so that "java\tscript:" would be one.
  const bare = [...uri].filter(character => character > ' ').join('');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare)?.[1].toLowerCase();
  const isSafe =
    scheme === undefined ||
    ['http', 'https', 'mailto'].includes(scheme) ||
    /^data:image\/(png|jpeg|gif|webp|avif);/i.test(bare);
  return isSafe ? uri : '#';
}

/** A link to the file behind a variable, for data that a view does not put into the page. */
export function fileLink(context: IViewContext, name: string, size: number): SafeHtml {
  return html`<a class="_file-link" href="${safeUri(context.uri)}" download="${name}">${name}</a>
    <span class="_size">${formatBytes(size)}</span>`;
}

/** A size for people, such as `12 KB`; powers of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const digits = unit && amount < 9.95 ? 1 : 0;
  return bytes === 1 ? '1 byte' : `${amount.toFixed(digits)} ${units[unit]}`;
}

/** An output of one element: `<span>` in running text, else `<div>`. */
export function outputElement(
  context: IViewContext,
  content: SafeHtml | string,
  options: { isInline: boolean; classes?: string[] }
): SafeHtml {
  const attributes = attributesOf(context, 'output', ...(options.classes ?? []));
  return options.isInline
    ? html`<span ${attributes}>${content}</span>`
    : html`<div ${attributes}>${content}</div>`;
}

/**
 * An output that is a date or a time. The browser part writes it as the reader's language does.
 *
 * @param iso - null when the data are something else, which is shown as it is
 * @param more - further attributes
 */
export function renderTime(
  context: IViewContext,
  iso: string | null,
  more: SafeHtml | null = null
): SafeHtml {
  const { data } = context;
  const text = data.kind === 'value' ? data.text : '';
  if (iso === null) {
    return outputElement(context, text, { isInline: true });
  }
  const attributes = joinHtml([attributesOf(context, 'output'), html` datetime="${iso}"`, more]);
  return html`<time ${attributes}>${text}</time>`;
}

/** Ids may hold blanks, which would make several classes. */
function classOf(id: string): string {
  return id.trim().replace(/\s+/g, '-');
}
