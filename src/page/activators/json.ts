import type { JsonValue } from '../../core/json';
import { readJsonText } from '../../core/view/jsonText';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';
import { createTree } from './jsonTree';

/** UTF-16 units of JSON that are shown as a tree. */
const MAX_TREE_LENGTH = 16 * 1024 * 1024;

/** Hands data to scripts of authors; shows them as a tree where the author wants it. */
export const jsonActivator: IViewActivator = {
  name: 'json',
  activate: (element, context) =>
    context.place.mode === 'output' ? new ActiveJson(element, context) : null
};

class ActiveJson implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    this._read(_element).catch(_context.report);
  }

  update(next: HTMLElement): boolean {
    if (next.childElementCount) {
      // It is shown, too.
      return false;
    }
    this._controller.abort();
    this._controller = new AbortController();
    this._read(next).catch(this._context.report);
    return true;
  }

  dispose(): void {
    this._controller.abort();
    this._tree?.remove();
    this._setPlain(true);
  }

  private async _read({ dataset }: HTMLElement): Promise<void> {
    const { json, uri = '' } = dataset;
    if (json === undefined) {
      // No data yet.
      return;
    }
    const { signal } = this._controller;
    try {
      // What is too large for the page is fetched.
      const text = json || (await this._context.fetchText(uri, signal));
      if (!signal.aborted) {
        this._context.onData(valueOf(text));
        if (dataset.tree === 'true') {
          this._showTree(text);
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }

  private _showTree(text: string): void {
    const { words, name } = this._context;
    this._tree?.remove();
    this._tree = document.createElement('div');
    this._tree.setAttribute('role', 'group');
    this._tree.setAttribute('aria-label', name);
    const node = text.length <= MAX_TREE_LENGTH ? readJsonText(text) : null;
    if (node) {
      this._tree.append(createTree(node, '', words));
    } else {
      this._tree.className = '_note';
      this._tree.textContent = text.length > MAX_TREE_LENGTH ? words.tooLarge : text;
    }
    this._setPlain(false);
    this._element.append(this._tree);
  }

  /** What the server rendered is for pages without scripts, and for paper. */
  private _setPlain(isShown: boolean): void {
    this._element.querySelectorAll<HTMLElement>('._json-text').forEach(plain => {
      plain.hidden = !isShown;
    });
  }

  private _tree: HTMLElement | null = null;
  private _controller = new AbortController();
}

/** NaN and infinities are there, as scientific libraries write them; a file of plain text is text. */
function valueOf(text: string): JsonValue {
  try {
    // The reader of the browser is many times faster.
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return readJsonText(text)?.value ?? text;
}
