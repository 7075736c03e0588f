import { parseMarkup } from '../sanitize';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';
import { copyText } from './copyText';
import { TabKey } from './tabKey';

/** Characters that are coloured; more would hold up the page. */
const MAX_CHARACTERS = 256 * 1024;

/** Characters of which the language is guessed. */
const MAX_GUESSED = 16 * 1024;

/** Colours source code and offers to copy it; asked for, lets Tab indent. */
export const codeActivator: IViewActivator = {
  name: 'code',
  activate: (element, context) => {
    if (element instanceof HTMLTextAreaElement) {
      return new TabKey(element);
    }
    const code = element.querySelector('code');
    return code && element.querySelector('._line') ? new ActiveCode(element, code, context) : null;
  }
};

class ActiveCode implements IActivated {
  constructor(
    element: HTMLElement,
    private readonly _code: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    const { words, name } = _context;
    this._lines = [..._code.childNodes];
    this._button.type = 'button';
    this._button.className = '_copy';
    this._button.textContent = words.copy;
    this._button.setAttribute('aria-label', `${words.copy} ${name}`);
    this._button.addEventListener('click', () => {
      this._copy().catch(_context.report);
    });
    element.prepend(this._button);
    this._color(element.dataset.language ?? '').catch(_context.report);
  }

  dispose(): void {
    this._isDisposed = true;
    this._button.remove();
    this._code.replaceChildren(...this._lines);
  }

  private async _copy(): Promise<void> {
    const { words } = this._context;
    await copyText(this._code);
    if (!this._isDisposed) {
      this._button.textContent = words.copied;
    }
  }

  private async _color(language: string): Promise<void> {
    const text = this._code.textContent ?? '';
    const isGuessed = language === '';
    if (text.length > (isGuessed ? MAX_GUESSED : MAX_CHARACTERS) || language === 'plaintext') {
      return;
    }
    const { default: highlighter } = await import('highlight.js/lib/common');
    if (this._isDisposed || (!isGuessed && !highlighter.getLanguage(language))) {
      return;
    }
    const { value } = isGuessed
      ? highlighter.highlightAuto(text)
      : highlighter.highlight(text, { language, ignoreIllegals: true });
    const lines = splitLines(parseMarkup(value));
    // What would not be the text as it is stays without colours.
    if (lines.map(({ textContent }) => textContent).join('') === text) {
      this._code.replaceChildren(...lines);
    }
  }

  private readonly _button = document.createElement('button');
  private readonly _lines: ChildNode[];
  private _isDisposed = false;
}

/** Put each line of a fragment into an element of its own; what goes over several lines is in each of them. */
function splitLines(fragment: DocumentFragment): HTMLElement[] {
  const lines = [createLine()];
  const add = (node: Node, around: readonly Element[]): void => {
    if (!(node instanceof Text)) {
      const inside = node instanceof Element ? [...around, node] : around;
      node.childNodes.forEach(child => add(child, inside));
      return;
    }
    node.data.split(/(?<=\n)/).forEach(part => {
      let place: Element = lines[lines.length - 1];
      for (const element of around) {
        const copy = element.cloneNode() as Element;
        place.append(copy);
        place = copy;
      }
      place.append(part);
      if (part.endsWith('\n')) {
        lines.push(createLine());
      }
    });
  };
  add(fragment, []);
  return lines;
}

function createLine(): HTMLElement {
  const line = document.createElement('span');
  line.className = '_line';
  return line;
}
