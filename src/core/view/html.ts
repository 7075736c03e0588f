/**
 * Markup that may be put into a page as it is. Made only by `html`, `joinHtml` and `trustedHtml`,
 * so that nothing which comes from data reaches a page unescaped.
 */
export class SafeHtml {
  /** @internal use the tag `html` */
  constructor(private readonly _text: string) {}

  toString(): string {
    return this._text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // In the dialect of pages braces would be read as a variable.
  '{': '&#123;',
  '}': '&#125;'
};

/**
 * Escape text for element content and quoted attributes. NUL, which HTML cannot hold, becomes U+FFFD.
 */
export function escapeHtml(text: string): string {
  return text.replace(/\0/g, '\uFFFD').replace(/[&<>"'{}]/g, character => ESCAPES[character]);
}

/** What may stand in an `html` template: text is escaped, markup is kept, null and false vanish. */
export type HtmlPart = SafeHtml | string | number | null | undefined | false | readonly HtmlPart[];

/**
 * Build markup: the literal parts are trusted, every substitution is escaped unless it is markup already.
 *
 * Attributes must be quoted in the literal: html`<a title="${title}">`.
 */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): SafeHtml {
  let text = strings[0];
  parts.forEach((part, index) => {
    text += renderPart(part) + strings[index + 1];
  });
  return new SafeHtml(text);
}

/** Join pieces of markup or text without a separator. */
export function joinHtml(parts: readonly HtmlPart[]): SafeHtml {
  return new SafeHtml(renderPart(parts));
}

/**
 * Mark text as markup. Only for text that was sanitised, or written by the author of an automation.
 */
export function trustedHtml(text: string): SafeHtml {
  return new SafeHtml(text);
}

function renderPart(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) {
    return '';
  }
  if (part instanceof SafeHtml) {
    return part.toString();
  }
  if (typeof part === 'string' || typeof part === 'number') {
    return escapeHtml(String(part));
  }
  return part.map(renderPart).join('');
}
