import type { IActivated, IViewActivator } from './activator';
import { createFrame, setFrameHeight } from './frameElement';

/** Shows a document in the browser's own viewer, above the link that downloads it. */
export const pdfActivator: IViewActivator = {
  name: 'pdf',
  activate: (element, { isPrint }) => (element.dataset.src ? new ActivePdf(element, isPrint) : null)
};

class ActivePdf implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    isEager: boolean
  ) {
    const { src = '', title = '', height = '' } = _element.dataset;
    // The viewers of browsers do not work in a sandbox; only documents come from there, with their own type.
    this._frame = createFrame({ src, title, height, sandbox: null, isEager });
    _element.prepend(this._frame);
  }

  update(next: HTMLElement): boolean {
    const { src, title = '', height = '' } = next.dataset;
    if (!src) {
      return false;
    }
    if (src !== this._element.dataset.src) {
      this._frame.src = src;
    }
    this._frame.title = title;
    setFrameHeight(this._frame, height);
    const link = next.querySelector('._frame-link');
    this._element.querySelector('._frame-link')?.replaceChildren(...(link?.childNodes ?? []));
    return true;
  }

  dispose(): void {
    this._frame.remove();
  }

  private readonly _frame: HTMLIFrameElement;
}
