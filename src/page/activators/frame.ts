import type { IActivated, IViewActivator } from './activator';
import { createFrame, setFrameHeight } from './frameElement';

/** Shows a page from elsewhere in a sandboxed frame, with its address below. */
export const frameActivator: IViewActivator = {
  name: 'frame',
  activate: (element, { isPrint }) =>
    element.dataset.src ? new ActiveFrame(element, isPrint) : null
};

/** What an author may allow; leaving the frame for the whole window is not among it. */
const ALLOWABLE: ReadonlySet<string> = new Set([
  ...['allow-downloads', 'allow-forms', 'allow-modals', 'allow-pointer-lock', 'allow-popups'],
  ...['allow-popups-to-escape-sandbox', 'allow-presentation', 'allow-same-origin', 'allow-scripts']
]);

const DEFAULTS = ['allow-scripts', 'allow-forms', 'allow-popups', 'allow-same-origin'];

/**
 * The tokens for the attribute `sandbox` of a frame. What is of our own origin never gets scripts and its origin
 * together: it could take the sandbox away.
 *
 * @param address - what the frame shows
 * @param asked - tokens that the author wants, separated by blanks; '' for scripts, forms, popups and the own origin
 * @param page - address of the page around it
 */
export function sandboxTokens(address: string, asked: string, page: string): string {
  const words = asked.trim() === '' ? DEFAULTS : asked.toLowerCase().split(/[\s,]+/);
  const tokens = words.filter(word => ALLOWABLE.has(word));
  const isForeign = new URL(address, page).origin !== new URL(page).origin;
  const isHarmless = isForeign || !tokens.includes('allow-scripts');
  return tokens.filter(token => isHarmless || token !== 'allow-same-origin').join(' ');
}

class ActiveFrame implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _isEager: boolean
  ) {
    this._frame = create(_element, _isEager);
    _element.prepend(this._frame);
  }

  update(next: HTMLElement): boolean {
    const { dataset } = next;
    if (!dataset.src) {
      return false;
    }
    const old = this._element.dataset;
    if (old.src !== dataset.src || old.sandbox !== dataset.sandbox) {
      const frame = create(next, this._isEager);
      this._frame.replaceWith(frame);
      this._frame = frame;
    } else {
      // What a person did in it stays.
      this._frame.title = dataset.title ?? '';
      setFrameHeight(this._frame, dataset.height ?? '');
    }
    this._element.querySelector('._frame-link')?.replaceChildren(...linkOf(next));
    return true;
  }

  dispose(): void {
    this._frame.remove();
  }

  private _frame: HTMLIFrameElement;
}

function create({ dataset, ownerDocument }: HTMLElement, isEager: boolean): HTMLIFrameElement {
  const { src = '', title = '', height = '', sandbox = '' } = dataset;
  const page = ownerDocument.defaultView?.location.href ?? location.href;
  const tokens = sandboxTokens(src, sandbox, page);
  return createFrame({ src, title, height, sandbox: tokens, isEager });
}

function linkOf(element: HTMLElement): Node[] {
  return [...(element.querySelector('._frame-link')?.childNodes ?? [])];
}
