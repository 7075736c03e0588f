import type { IJsonNode } from '../../core/view/jsonText';
import type { IPageWords } from '../words';

/** Items of a list or object that are made at once. */
const STEP = 100;

/** Levels that are open at first. */
const OPEN_DEPTH = 1;

/**
 * Show JSON as a tree that folds. Branches are made when they are opened, long ones in steps, so that large data open at
 * once; values stand as they are written.
 *
 * @param label - of the root; '' for none
 */
export function createTree(node: IJsonNode, label: string, words: IPageWords): HTMLElement {
  const tree = createNode(node, label, 0, words);
  tree.classList.add('_json-tree');
  return tree;
}

function createNode(node: IJsonNode, label: string, depth: number, words: IPageWords): HTMLElement {
  const { items, members } = node;
  const count = items?.length ?? members?.size;
  if (count === undefined) {
    const line = document.createElement('div');
    line.className = '_json-line';
    line.append(...labelOf(label), valueOf(node));
    return line;
  }
  const branch = document.createElement('details');
  const summary = document.createElement('summary');
  const size = document.createElement('span');
  size.className = '_note';
  size.textContent = items ? `[${count.toLocaleString()}]` : `{${count.toLocaleString()}}`;
  summary.append(...labelOf(label), size);
  branch.append(summary);
  const fill = () => {
    if (branch.open && branch.childElementCount === 1) {
      addChildren(branch, childrenOf(node), depth, words);
    }
  };
  branch.open = depth < OPEN_DEPTH && count > 0;
  fill();
  branch.addEventListener('toggle', fill);
  return branch;
}

/** Add the next items, and a button for those after them. */
function addChildren(
  branch: HTMLElement,
  children: Iterator<[string, IJsonNode]> & { left: number },
  depth: number,
  words: IPageWords
): void {
  for (let made = 0; made < STEP && children.left > 0; made += 1) {
    const [label, child] = children.next().value as [string, IJsonNode];
    branch.append(createNode(child, label, depth + 1, words));
  }
  if (children.left > 0) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words.moreItems(Math.min(STEP, children.left));
    button.addEventListener('click', () => {
      const before = button.previousElementSibling;
      button.remove();
      addChildren(branch, children, depth, words);
      // The focus goes where the button was.
      const next = before?.nextElementSibling;
      const target = next?.matches('details') ? next.querySelector('summary') : next;
      if (target instanceof HTMLElement) {
        target.tabIndex = target.matches('summary, button') ? 0 : -1;
        target.focus();
      }
    });
    branch.append(button);
  }
}

function childrenOf({ items, members }: IJsonNode): Iterator<[string, IJsonNode]> & {
  left: number;
} {
  let index = 0;
  const entries = members?.entries();
  return {
    left: items?.length ?? members?.size ?? 0,
    next() {
      this.left -= 1;
      if (entries) {
        return entries.next();
      }
      const item = items?.[index];
      index += 1;
      return item
        ? { value: [String(index - 1), item], done: false }
        : { value: undefined, done: true };
    }
  };
}

function labelOf(label: string): (Node | string)[] {
  if (label === '') {
    return [];
  }
  const key = document.createElement('span');
  key.className = '_json-key';
  key.textContent = label;
  return [key, ': '];
}

function valueOf({ value, text }: IJsonNode): HTMLElement {
  const shown = document.createElement('span');
  shown.className = `_json-${value === null ? 'null' : typeof value}`;
  shown.textContent = text;
  return shown;
}
