import type { Mode } from '../core/view/element';

/** Where a variable stands on a page. */
export interface IPlace {
  /** The control or the output itself; has the attributes of `attributesOf`. */
  element: HTMLElement;
  /** Unique in the page, such as `v0`. */
  elementId: string;
  variable: string;
  step: string;
  view: string;
  mode: Mode;
  /** Changes when data or configuration do. */
  stamp: string;
  /** Address of the data. */
  uri: string;
  /** What stands around it with its label; null in designs without. */
  wrapper: HTMLElement | null;
}

/** What belongs to a place by its id, where nothing stands around it. */
const SATELLITES = ['help', 'error', 'suggestions', 'options'] as const;

/** Find the places of a page in their order. */
export function findPlaces(root: ParentNode): IPlace[] {
  const elements = root.querySelectorAll<HTMLElement>('[data-variable][data-view][id]');
  // Ids of ours are plain; what an author wrote alike is no place.
  const places = [...elements].filter(({ id }) => /^[\w-]+$/.test(id));
  return places.map(element => {
    const { variable = '', step = '', view = '', mode, stamp = '', uri = '' } = element.dataset;
    const isInput = mode ? mode === 'input' : element.classList.contains('_input');
    return {
      element,
      elementId: element.id,
      variable,
      step,
      view,
      mode: isInput ? 'input' : 'output',
      stamp,
      uri,
      wrapper: element.closest<HTMLElement>('._view')
    };
  });
}

/** Tell whether two places are the same place at different times. */
export function isSamePlace(one: IPlace, other: IPlace): boolean {
  return (
    one.elementId === other.elementId &&
    one.variable === other.variable &&
    one.step === other.step &&
    one.view === other.view &&
    one.mode === other.mode &&
    !one.wrapper === !other.wrapper
  );
}

/** What people call the variable of a place. */
export function nameOfPlace({ element, elementId, variable, wrapper }: IPlace): string {
  const label =
    wrapper?.querySelector(`label[for="${elementId}"]`) ??
    (element instanceof HTMLFieldSetElement ? element.querySelector('legend') : null);
  return label?.textContent?.trim() || element.getAttribute('aria-label') || variable;
}

/** Put a place of a newer page where the old one stands. */
export function replacePlace(old: IPlace, next: IPlace): void {
  if (old.wrapper && next.wrapper) {
    old.wrapper.replaceWith(next.wrapper);
    return;
  }
  const [oldNotes, nextNotes] = [notesOf(old), notesOf(next)];
  old.element.replaceWith(next.element, ...nextNotes);
  oldNotes.forEach(note => note.remove());
}

/**
 * The markup of a page without what its places show: it differs when the template, the order of
 * variables or their labels changed.
 *
 * @param root - left as it is
 */
export function skeletonOf(root: DocumentFragment): string {
  const copy = root.cloneNode(true) as DocumentFragment;
  const shell = document.createElement('div');
  shell.append(copy);
  for (const place of findPlaces(shell)) {
    notesOf(place).forEach(note => note.remove());
    place.element.replaceWith(`\0${place.elementId}\0`);
  }
  // Notes leave the blanks that stood around them.
  return shell.innerHTML
    .replace(/\s+/g, ' ')
    .replace(/ ?(<[^>]*>) ?/g, '$1')
    .replace(/ ?\0([\w-]+)\0 ?/g, '\0$1\0');
}

/** Elements beside the control or output that change with it. */
function notesOf({ element, elementId, wrapper }: IPlace): Element[] {
  const root = element.parentNode;
  if (!root) {
    return [];
  }
  const bound = SATELLITES.map(name => root.querySelector(`[id="${elementId}-${name}"]`));
  const siblings: (Element | null)[] = [];
  for (let next = element.nextElementSibling; next; next = next.nextElementSibling) {
    if (!next.matches('._current, ._warning, ._help, ._error, datalist, ._unit, ._switch-text')) {
      break;
    }
    siblings.push(next);
  }
  const inWrapper = wrapper ? [...wrapper.querySelectorAll('._warning, ._current')] : [];
  return [...new Set([...bound, ...siblings, ...inWrapper])].filter(
    (note): note is Element => note !== null && !element.contains(note)
  );
}
