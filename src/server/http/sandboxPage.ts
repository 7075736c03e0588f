/**
 * The `Content-Security-Policy` of HTML from data that is shown with its scripts: it has no origin, so it reaches
 * nothing of ours, wherever it is opened.
 *
 * @param origins - of other sites that may embed our pages, and so what is in them
 */
export function sandboxPolicy(origins: readonly string[]): string {
  return [
    'sandbox allow-scripts allow-popups',
    "default-src 'none'",
    "script-src 'unsafe-inline' 'unsafe-eval' https: data: blob:",
    "style-src 'unsafe-inline' https:",
    'img-src https: data: blob:',
    'font-src https: data:',
    'connect-src https: data: blob:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    ["frame-ancestors 'self'", ...origins].join(' ')
  ].join('; ');
}

/** Tells the page around the frame how high it would like to be, now and whenever that changes. */
const TELL_HEIGHT = `<script>
new ResizeObserver(function () {
  var height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ type: 'crosscompute:height', height: height }, '*');
}).observe(document.documentElement);
</script>`;

/**
 * HTML from data as a page of its own.
 *
 * @param text - a whole document, or a piece of one
 */
export function sandboxPage(text: string): string {
  const isDocument = /^\s*(<!doctype|<html)/i.test(text);
  const head = '<!doctype html><html lang=""><meta charset="utf-8"><title>HTML</title>';
  return `${isDocument ? '' : head}${text}\n${TELL_HEIGHT}\n`;
}
