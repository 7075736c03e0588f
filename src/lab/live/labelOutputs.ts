/**
 * Give names to what renderers put into outputs without: images get a text, heads of tables without text
 * become plain cells.
 *
 * @param name - of the image, in the reader's language
 * @returns to be disconnected when the outputs go
 */
export function labelOutputs(root: HTMLElement, name: () => string): MutationObserver {
  const label = () => {
    root.querySelectorAll('img:not([alt])').forEach(image => image.setAttribute('alt', name()));
    root
      .querySelectorAll('th:empty:not([role])')
      .forEach(head => head.setAttribute('role', 'cell'));
  };
  const observer = new MutationObserver(label);
  observer.observe(root, { childList: true, subtree: true });
  label();
  return observer;
}
