import type { Page } from '@playwright/test';

/** What people use; what has another `tabindex` is reached, too. */
const CONTROLS =
  'a[href], button, input, select, textarea, summary, [role=button], [role=link], [role=switch], [tabindex="0"]';

type FocusLog = Window & { reached?: Set<EventTarget> };

/** Runs in the page before its scripts: remembers what had the focus. */
export function installFocusLog(): void {
  const reached = new Set<EventTarget>();
  (window as FocusLog).reached = reached;
  addEventListener('focusin', ({ target }) => target && reached.add(target), true);
}

/**
 * Press Tab through a page.
 *
 * @param page - with `installFocusLog`; nothing of it has the focus
 * @returns markup of visible controls that never got the focus; of radio buttons that belong together one is enough
 */
export async function findUnreachable(page: Page): Promise<string[]> {
  let missing = await page.evaluate(listMissing, CONTROLS);
  for (let round = 0; missing.length && round < 3; round++) {
    // What lies in frames and scrolled regions takes turns of its own.
    for (let turn = 0; turn < missing.length + 3; turn++) {
      await page.keyboard.press('Tab');
    }
    missing = await page.evaluate(listMissing, CONTROLS);
  }
  return missing;
}

/** Runs in the page. */
function listMissing(selector: string): string[] {
  const reached = (window as FocusLog).reached ?? new Set();
  const groups = new Set(
    [...reached].map(
      item => (item instanceof HTMLInputElement && item.type === 'radio' && item.name) || ''
    )
  );
  return [...document.querySelectorAll<HTMLElement>(selector)]
    .filter(element => {
      const { width, height } = element.getBoundingClientRect();
      const isShown = element.checkVisibility({ visibilityProperty: true }) && width * height > 0;
      const isUsed =
        !element.matches(':disabled, [aria-disabled=true]') && !element.closest('[inert]');
      const isRadio = element instanceof HTMLInputElement && element.type === 'radio';
      // Arrows lead on inside of these.
      const isInComposite =
        element.tabIndex < 0 &&
        element.closest('[role=tree], [role=listbox], [role=grid], [role=tablist], [role=menu]');
      return isShown && isUsed && !isInComposite && !(isRadio && groups.has(element.name));
    })
    .filter(element => !reached.has(element))
    .map(element => element.outerHTML.slice(0, 160));
}

/**
 * Runs in the page: what a window of this width does not show.
 *
 * @returns sentences; [] when the page needs no scrolling to the side and nothing is cut off
 */
export function findCutOff(): string[] {
  const root = document.documentElement;
  const width = root.clientWidth;
  const overflow = root.scrollWidth - width;
  const found = overflow > 0 ? [`the page is ${overflow} px too wide`] : [];
  const isHidden = (element: Element) =>
    !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
    const box = element.getBoundingClientRect();
    // Texts for screen readers alone are a pixel wide.
    if (
      isHidden(element) ||
      box.width <= 1 ||
      box.height <= 1 ||
      element.closest('svg svg, canvas')
    ) {
      continue;
    }
    const clip = getComputedStyle(element).overflowX;
    const ancestors = [];
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      ancestors.push(at);
    }
    const name = element.outerHTML.slice(0, 120).replace(/\s+/g, ' ');
    const isInScroller = ancestors.some(scrolls);
    if (
      (box.right > width + 1 || box.left < -1) &&
      !isInScroller &&
      !ancestors.some(at => at.matches('svg, [class*=maplibregl]'))
    ) {
      found.push(
        `outside of the window (${Math.round(box.left)}–${Math.round(box.right)}): ${name}`
      );
    } else if (
      /hidden|clip/.test(clip) &&
      element.scrollWidth > element.clientWidth + 1 &&
      element.textContent?.trim() &&
      !element.matches('[class*=maplibregl], svg, svg *')
    ) {
      found.push(`cut off by ${element.scrollWidth - element.clientWidth} px: ${name}`);
    }
  }
  return found.slice(0, 4);
}

/**
 * Runs in the page: its markup, without what words it says, how its elements are called and where its links lead, and
 * with two of what repeats. Whether there is a word stays, and so does all that styles may depend on.
 */
export function shapeOf(): string {
  const kept = /^(class|style|role|type|rel|lang|tabindex|hidden|disabled|aria-.*)$/;
  const naming =
    /^(id|for|name|aria-(labelledby|describedby|controls|owns|details|errormessage|activedescendant))$/;
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  copy.querySelectorAll('script').forEach(script => script.remove());
  const names = new Map<string, string>();
  // What refers to what stays: the first name is 0 wherever it is.
  const rename = (name: string) => {
    names.set(name, names.get(name) ?? String(names.size));
    return names.get(name);
  };
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name, value } of [...element.attributes]) {
      const isStyle = name === 'href' && element.matches('link');
      if (naming.test(name)) {
        element.setAttribute(name, value.split(/\s+/).map(rename).join(' '));
      } else if (name === 'aria-label' || (!kept.test(name) && !isStyle)) {
        element.setAttribute(name, value.trim() && 'x');
      }
    }
  }
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const isStyle = node.parentElement?.matches('style');
    node.textContent = isStyle ? node.textContent : node.textContent?.trim() ? 'x' : '';
  }
  return withoutRepeats(copy).outerHTML;

  function withoutRepeats(root: HTMLElement): HTMLElement {
    // Odd and even ones may look different.
    for (const element of [...root.querySelectorAll('*')].reverse()) {
      const [last, before] = [
        element.previousElementSibling,
        element.previousElementSibling?.previousElementSibling
      ];
      if (last && before && element.isEqualNode(last) && element.isEqualNode(before)) {
        element.remove();
      }
    }
    return root;
  }
}
