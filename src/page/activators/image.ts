import { FileControl } from '../form/fileControl';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';
import { FilePreview } from './filePreview';
import { checkPixels, MAX_PIXELS } from './pixels';
import { ZoomDialog } from './zoomDialog';

/** Shows a newer image without a gap, enlarges it, and says so when one cannot be shown; asked for, uploads one. */
export const imageActivator: IViewActivator = {
  name: 'image',
  activate: (element, context) => {
    if (element instanceof HTMLImageElement) {
      return new ActiveImage(element, context);
    }
    return element instanceof HTMLInputElement && element.type === 'file'
      ? activateInput(element, context)
      : null;
  }
};

/** What was chosen is shown at once. */
function activateInput(input: HTMLInputElement, context: IActivatorContext): IActivated {
  const preview = new FilePreview('img', context.name);
  const control = new FileControl(input, context, {
    onFiles: files => preview.show(files[0] ?? null),
    check: files => checkPixels(files, context.words.tooManyPixels)
  });
  preview.attach(input);
  return {
    control,
    dispose: () => {
      control.dispose();
      preview.dispose();
    }
  };
}

class ActiveImage implements IActivated {
  constructor(
    private readonly _image: HTMLImageElement,
    private readonly _context: IActivatorContext
  ) {
    _image.addEventListener('error', this._onError);
    _image.addEventListener('load', this._onLoad);
    this._setZoom(_image.dataset.zoom === 'true');
    if (_image.complete && _image.currentSrc && _image.naturalWidth === 0) {
      // It may have failed before; drawings without a size of their own look the same.
      _image.decode().catch(this._onError);
    } else if (_image.complete) {
      this._checkSize();
    }
  }

  update(next: HTMLElement): boolean {
    // The old image stays until the new one is there, as long as the element is the same.
    if (!(next instanceof HTMLImageElement)) {
      return false;
    }
    this._setZoom(next.dataset.zoom === 'true');
    if (this._image.hidden) {
      // The next one may be smaller.
      this._image.src = next.src;
      this._say('');
    }
    return true;
  }

  dispose(): void {
    this._image.removeEventListener('error', this._onError);
    this._image.removeEventListener('load', this._onLoad);
    this._zoom?.dispose();
    this._say('');
  }

  private _setZoom(isZoomable: boolean): void {
    if (isZoomable) {
      this._zoom ??= new ZoomDialog(this._image, this._context.words, this._context.name);
    } else {
      this._zoom?.dispose();
      this._zoom = null;
    }
  }

  private readonly _onError = (): void => {
    if (!this._image.hidden) {
      this._say(this._context.words.imageBroken);
    }
  };

  private readonly _onLoad = (): void => {
    this._say('');
    this._checkSize();
  };

  /** Too many pixels would take the memory of the page. */
  private _checkSize(): void {
    const { naturalWidth, naturalHeight } = this._image;
    if (naturalWidth * naturalHeight > MAX_PIXELS) {
      const uri = this._image.src;
      this._image.hidden = true;
      this._image.removeAttribute('src');
      this._say(this._context.words.tooManyPixels, uri);
    }
  }

  /** @param uri - of the file, for downloading; '' for none */
  private _say(text: string, uri = ''): void {
    this._note?.remove();
    this._note = null;
    this._image.hidden = uri !== '';
    if (!text) {
      return;
    }
    this._note = document.createElement('span');
    this._note.className = '_problem';
    this._note.textContent = text;
    if (uri) {
      const link = document.createElement('a');
      link.href = uri;
      link.download = '';
      link.textContent = this._context.words.downloadFile;
      this._note.append(' ', link);
    }
    this._image.after(this._note);
  }

  private _zoom: ZoomDialog | null = null;
  private _note: HTMLElement | null = null;
}
