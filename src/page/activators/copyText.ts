/**
 * Put the text of an element into the clipboard.
 *
 * @throws when the browser does not allow it
 */
export async function copyText(element: HTMLElement): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(element.textContent ?? '');
    return;
  }
  // Pages without https have no clipboard of the newer kind.
  const selection = getSelection();
  selection?.selectAllChildren(element);
  document.execCommand('copy');
  selection?.removeAllRanges();
}
