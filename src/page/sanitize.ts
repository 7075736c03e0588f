import DOMPurify from 'dompurify';

/**
 * Parse markup of a page that arrived later, without anything in it that could act. It is never turned
 * into text and parsed again, so what the parser made of it stays what it is.
 */
export function parseMarkup(markup: string): DocumentFragment {
  return DOMPurify.sanitize(markup, {
    ADD_ATTR: ['target'],
    FORBID_TAGS: ['style', 'noscript'],
    FORBID_ATTR: ['nonce'],
    RETURN_DOM_FRAGMENT: true,
    // Its rules are for markup that is parsed twice; they would empty fields whose text holds tags.
    SAFE_FOR_XML: false
  });
}

/** Put markup into an element, unless it is there already. */
export function setMarkup(element: Element, markup: string): void {
  const shown = document.createElement('div');
  shown.append(parseMarkup(markup));
  if (shown.innerHTML !== element.innerHTML) {
    element.replaceChildren(...shown.childNodes);
  }
}
