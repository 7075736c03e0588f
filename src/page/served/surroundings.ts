import { keepState } from '../keepState';
import { setMarkup } from '../sanitize';

/** What stands around the content of a served page and may change while it is open. */
const SURROUNDINGS = ['._header', '#_notice', '._batches', '._footer'] as const;

/** Markup that acts only when a page is loaded, or that a page read anew is stripped of. */
const ACTIVE = [
  'script:not([type="application/json"])',
  ...['style', 'iframe', 'object', 'embed', 'link']
].join(', ');

/**
 * Tell whether the content of a page holds what works only when the page is loaded: scripts, styles and
 * frames of its author.
 */
export function hasActiveMarkup(page: ParentNode): boolean {
  const content = page.querySelector('._page');
  if (!content) {
    return false;
  }
  const hasHandler = [...content.querySelectorAll('*')].some(({ attributes }) =>
    [...attributes].some(({ name }) => name.startsWith('on'))
  );
  return hasHandler || content.querySelector(ACTIVE) !== null;
}

/**
 * Take over from a page that was read anew what stands around its content: title, navigation, notices, the
 * list of batches, the style sheets.
 */
export function updateSurroundings(page: Document, next: Document): void {
  page.title = next.title;
  for (const selector of SURROUNDINGS) {
    const [old, fresh] = [page, next].map(root => root.querySelector<HTMLElement>(selector));
    if (old && fresh) {
      const restore = keepState(old);
      setMarkup(old, fresh.innerHTML);
      restore(old);
    }
  }
  updateStyleSheets(page, next);
}

/** Swap style sheets whose address differs; the old ones go when the new ones are there, so that nothing flashes. */
function updateStyleSheets(page: Document, next: Document): void {
  const gone = new Map(sheetsOf(page).map(link => [link.getAttribute('href'), link]));
  const added: HTMLLinkElement[] = [];
  let last: HTMLLinkElement | null = null;
  for (const fresh of sheetsOf(next)) {
    const href = fresh.getAttribute('href') ?? '';
    let link = gone.get(href);
    gone.delete(href);
    if (!link) {
      link = page.createElement('link');
      link.rel = 'stylesheet';
      link.setAttribute('href', href);
      added.push(link);
      if (last) {
        last.after(link);
      } else {
        page.head.prepend(link);
      }
    }
    last = link;
  }
  const waiting = new Set(added);
  const removeOld = (link?: HTMLLinkElement) => {
    if (link) {
      waiting.delete(link);
    }
    if (!waiting.size) {
      gone.forEach(old => old.remove());
    }
  };
  for (const link of added) {
    link.addEventListener('load', () => removeOld(link));
    link.addEventListener('error', () => removeOld(link));
  }
  removeOld();
}

function sheetsOf(page: Document): HTMLLinkElement[] {
  return [...page.head.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')];
}
