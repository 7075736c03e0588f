import type { IActivated, IActivatorContext, IViewActivator } from './activator';
import { CodeScanner } from './codeScanner';

/**
 * Reads codes with the camera, after a click, or from a picture. What is read is shown, put into the control, and told
 * by an event `decoded` on the element, with the text as `detail.text`.
 */
export const barcodeActivator: IViewActivator = {
  name: 'barcode',
  activate: (element, context) =>
    element.dataset.framesPerSecond ? new ActiveBarcode(element, context) : null
};

class ActiveBarcode implements IActivated {
  constructor(
    private readonly _element: HTMLElement,
    context: IActivatorContext
  ) {
    this._scanner = new CodeScanner(_element, context, text => this._take(text));
    if (_element instanceof HTMLInputElement) {
      _element.after(this._scanner.element);
      return;
    }
    this._text.className = '_barcode-text';
    this._text.setAttribute('aria-label', context.name);
    _element.append(this._scanner.element, this._text);
  }

  update(): boolean {
    // A scanner has no data; what was read stays.
    return !(this._element instanceof HTMLInputElement);
  }

  dispose(): void {
    this._scanner.dispose();
    this._text.remove();
  }

  private _take(text: string): void {
    if (this._element instanceof HTMLInputElement) {
      this._element.value = text;
      this._element.dispatchEvent(new Event('input', { bubbles: true }));
      this._scanner.stop();
    } else {
      this._text.textContent = text;
    }
    this._element.dispatchEvent(new CustomEvent('decoded', { bubbles: true, detail: { text } }));
  }

  private readonly _scanner: CodeScanner;
  private readonly _text = document.createElement('output');
}
