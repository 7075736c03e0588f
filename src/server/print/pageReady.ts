/**
 * Expression for the page that is to be printed: what it still waits for, as a list of words; [] when it is whole.
 * Drawings carry `data-draw`, and `data-ready` from when they are there; anything else that takes time says so
 * by `data-ready="false"`.
 */
export const PENDING_EXPRESSION = `(() => {
  const name = element => element.getAttribute('data-variable') || element.id || element.localName;
  const waiting = document.querySelectorAll('[data-draw]:not([data-ready]), [data-ready="false"]');
  const images = [...document.images].filter(image => !image.complete);
  return [
    ...[...waiting].map(element => 'drawing ' + name(element)),
    ...images.map(image => 'image ' + (image.currentSrc || image.src)),
    ...(document.fonts.status === 'loaded' ? [] : ['fonts'])
  ];
})()`;

/** Expression for the page: true when it is whole, and two frames were drawn since. */
export const READY_EXPRESSION = `new Promise(resolve => {
  const pending = () => ${PENDING_EXPRESSION};
  if (pending().length) {
    resolve(false);
  } else {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(pending().length === 0)));
  }
})`;

/** Expression for the page: what could not be drawn, by name. */
export const FAILED_EXPRESSION = `(() => {
  const name = element => element.getAttribute('data-variable') || element.id || element.localName;
  const drawings = document.querySelectorAll('[data-ready="failed"]');
  const images = [...document.images].filter(image => image.complete && !image.naturalWidth && image.src);
  return [
    ...[...drawings].map(element => '"' + name(element) + '" could not be drawn'),
    ...images.map(image => 'image ' + (image.currentSrc || image.src) + ' could not be loaded')
  ];
})()`;
