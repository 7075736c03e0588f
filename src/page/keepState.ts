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

/**
 * Remember what a person typed that no draft keeps, and where the cursor stands, of a page that is about to be
 * put anew: by variable, since places may have moved.
 *
 * @returns gives it to the new page
 */
export function keepTyped(old: HTMLElement): (fresh: HTMLElement) => void {
  const root = old.getRootNode() as Document | ShadowRoot;
  const active = root.activeElement;
  const focused = active instanceof HTMLElement && old.contains(active) ? active : null;
  const variable = focused?.closest<HTMLElement>('[data-variable]')?.dataset.variable;
  const cursor = focused && 'selectionStart' in focused ? selectionOf(focused) : null;
  const secrets = secretsOf(old).map(({ dataset, value }) => [dataset.variable, value] as const);
  return fresh => {
    const typed = new Map(secrets);
    for (const input of secretsOf(fresh)) {
      const value = typed.get(input.dataset.variable);
      if (value) {
        input.value = value;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }
    const places = [...fresh.querySelectorAll<HTMLElement>('[data-variable]')];
    const place = variable && places.find(({ dataset }) => dataset.variable === variable);
    const element = place && (place.matches(FOCUSABLE) ? place : place.querySelector(FOCUSABLE));
    if (element instanceof HTMLElement) {
      element.focus({ preventScroll: true });
      if (cursor && element instanceof HTMLInputElement) {
        element.setSelectionRange(...cursor);
      } else if (cursor && element instanceof HTMLTextAreaElement) {
        element.setSelectionRange(...cursor);
      }
    }
  };
}

function secretsOf(page: HTMLElement): HTMLInputElement[] {
  return [...page.querySelectorAll<HTMLInputElement>('input[type="password"][data-variable]')];
}

/** Null for kinds of fields in which browsers know no cursor, such as numbers. */
function selectionOf(element: HTMLElement): [number, number] | null {
  const { selectionStart, selectionEnd } = element as HTMLInputElement;
  return selectionStart === null ? null : [selectionStart, selectionEnd ?? selectionStart];
}

/** The element itself and what is in it, as far as it matches. */
function listOf(element: HTMLElement, selector: string): HTMLElement[] {
  const inside = [...element.querySelectorAll<HTMLElement>(selector)];
  return element.matches(selector) ? [element, ...inside] : inside;
}
