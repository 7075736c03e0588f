const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';
const SCROLLABLE = '._scroll, pre, textarea';

/**
 * Remember what a person did to a piece of a page that is about to be put anew: the focus, what was folded
 * out, how far it was scrolled.
 *
 * @returns gives it to the new piece
 */
export function keepState(old: HTMLElement): (fresh: HTMLElement) => void {
  const root = old.getRootNode() as Document | ShadowRoot;
  const active = root.activeElement;
  const focused = active ? listOf(old, FOCUSABLE).indexOf(active as HTMLElement) : -1;
  const open = listOf(old, 'details').map(details => (details as HTMLDetailsElement).open);
  const scrolls = listOf(old, SCROLLABLE).map(({ scrollLeft, scrollTop }) => [
    scrollLeft,
    scrollTop
  ]);
  return fresh => {
    listOf(fresh, 'details').forEach((details, index) => {
      (details as HTMLDetailsElement).open = open[index] ?? (details as HTMLDetailsElement).open;
    });
    listOf(fresh, SCROLLABLE).forEach((element, index) => {
      const [left, top] = scrolls[index] ?? [0, 0];
      element.scrollLeft = left;
      element.scrollTop = top;
    });
    if (focused >= 0) {
      listOf(fresh, FOCUSABLE)[focused]?.focus({ preventScroll: true });
    }
  };
}

/** The element itself and what is in it, as far as it matches. */
function listOf(element: HTMLElement, selector: string): HTMLElement[] {
  const inside = [...element.querySelectorAll<HTMLElement>(selector)];
  return element.matches(selector) ? [element, ...inside] : inside;
}
