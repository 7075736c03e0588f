import type { IActivated, IActivatorContext, IViewActivator } from './activator';

/** Shows a newer image without a gap, and says so when one cannot be shown. */
export const imageActivator: IViewActivator = {
  name: 'image',
  activate: (element, context) =>
    element instanceof HTMLImageElement ? new ActiveImage(element, context) : null
};

class ActiveImage implements IActivated {
  constructor(
    private readonly _image: HTMLImageElement,
    private readonly _context: IActivatorContext
  ) {
    _image.addEventListener('error', this._onError);
    _image.addEventListener('load', this._onLoad);
    if (_image.complete && _image.currentSrc && _image.naturalWidth === 0) {
      // It may have failed before; drawings without a size of their own look the same.
      _image.decode().catch(this._onError);
    }
  }

  update(next: HTMLElement): boolean {
    // The old image stays until the new one is there, as long as the element is the same.
    return next instanceof HTMLImageElement;
  }

  dispose(): void {
    this._image.removeEventListener('error', this._onError);
    this._image.removeEventListener('load', this._onLoad);
    this._note?.remove();
  }

  private readonly _onError = (): void => {
    if (!this._note) {
      this._note = document.createElement('span');
      this._note.className = '_problem';
      this._note.textContent = this._context.words.imageBroken;
      this._image.after(this._note);
    }
  };

  private readonly _onLoad = (): void => {
    this._note?.remove();
    this._note = null;
  };

  private _note: HTMLElement | null = null;
}
