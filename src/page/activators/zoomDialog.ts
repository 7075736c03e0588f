import type { IPageWords } from '../words';

/** A button beside an image, and a dialog that shows it in its own size. */
export class ZoomDialog {
  constructor(
    private readonly _image: HTMLImageElement,
    words: IPageWords,
    name: string
  ) {
    this._button.type = 'button';
    this._button.className = '_zoom';
    this._button.textContent = words.enlarge;
    this._button.setAttribute('aria-label', `${words.enlarge} ${name}`);
    this._button.addEventListener('click', this._open);
    _image.addEventListener('click', this._open);
    _image.classList.add('_zoomable');
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = words.close;
    close.addEventListener('click', () => this._dialog.close());
    const scroll = document.createElement('div');
    scroll.className = '_zoom-scroll';
    scroll.tabIndex = 0;
    scroll.append(this._large);
    this._dialog.className = '_zoom-dialog';
    this._dialog.setAttribute('aria-label', name);
    this._dialog.append(close, scroll);
    _image.after(this._button, this._dialog);
  }

  dispose(): void {
    this._image.removeEventListener('click', this._open);
    this._image.classList.remove('_zoomable');
    this._button.remove();
    this._dialog.remove();
  }

  private readonly _open = (): void => {
    this._large.src = this._image.src;
    this._large.alt = this._image.alt;
    this._dialog.showModal();
  };

  private readonly _button = document.createElement('button');
  private readonly _dialog = document.createElement('dialog');
  private readonly _large = document.createElement('img');
}
