import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Fetches a secret when a person asks to see it, and only then. */
export const passwordActivator: IViewActivator = {
  name: 'password',
  activate: (element, context) =>
    context.place.mode === 'output' && !element.classList.contains('_empty') && element.textContent
      ? new ActivePassword(element, context)
      : null
};

class ActivePassword implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    this._mask = _element.textContent ?? '';
    this._button.type = 'button';
    this._button.className = '_show';
    this._button.addEventListener('click', () => {
      this._toggle().catch(_context.report);
    });
    this._label(false);
    _element.after(this._button);
  }

  dispose(): void {
    this._controller.abort();
    this._button.remove();
    this._element.textContent = this._mask;
  }

  private async _toggle(): Promise<void> {
    this._controller.abort();
    this._controller = new AbortController();
    const { signal } = this._controller;
    if (this._isShown) {
      this._element.textContent = this._mask;
      this._label(false);
      return;
    }
    let text: string;
    try {
      text = await this._context.fetchText(this._element.dataset.uri ?? '', signal);
    } catch (error) {
      // Secrets of the environment are never given.
      text = this._context.words.secretUnavailable;
    }
    if (!signal.aborted) {
      this._element.textContent = text;
      this._label(true);
    }
  }

  private _label(isShown: boolean): void {
    const { words, name } = this._context;
    this._isShown = isShown;
    this._button.textContent = isShown ? words.hide : words.show;
    this._button.setAttribute('aria-label', `${this._button.textContent} ${name}`);
  }

  private readonly _button = document.createElement('button');
  private readonly _mask: string;
  private _isShown = false;
  private _controller = new AbortController();
}
