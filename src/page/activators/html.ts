import { isJsonObject } from '../../core/json';
import type { IActivated, IViewActivator } from './activator';
import { createFrame, setFrameHeight } from './frameElement';

/** Pixels that a frame may grow to by itself. */
const MAX_HEIGHT = 20_000;

/** Shows HTML with its scripts in a frame without origin, as high as what is in it. */
export const htmlActivator: IViewActivator = {
  name: 'html',
  activate: (element, { isPrint }) =>
    element.dataset.src ? new ActiveHtml(element, isPrint) : null
};

class ActiveHtml implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    isEager: boolean
  ) {
    const { src = '', title = '', height = '' } = _element.dataset;
    this._frame = createFrame({
      src,
      title,
      height,
      sandbox: 'allow-scripts allow-popups',
      isEager
    });
    _element.append(this._frame);
    window.addEventListener('message', this._onMessage);
  }

  update(next: HTMLElement): boolean {
    const { src, title = '', height = '' } = next.dataset;
    if (!src) {
      return false;
    }
    this._frame.title = title;
    if (height) {
      setFrameHeight(this._frame, height);
    }
    if (src !== this._element.dataset.src) {
      this._frame.src = src;
    }
    return true;
  }

  dispose(): void {
    window.removeEventListener('message', this._onMessage);
    this._frame.remove();
  }

  /** Anyone may send messages: only those of this frame count, and only a number is taken from them. */
  private readonly _onMessage = ({ source, data }: MessageEvent<unknown>): void => {
    if (source !== this._frame.contentWindow || this._element.dataset.height) {
      return;
    }
    const height =
      isJsonObject(data) && data.type === 'crosscompute:height' ? Number(data.height) : NaN;
    if (height > 0) {
      setFrameHeight(this._frame, String(Math.min(MAX_HEIGHT, Math.ceil(height))));
    }
  };

  private readonly _frame: HTMLIFrameElement;
}
