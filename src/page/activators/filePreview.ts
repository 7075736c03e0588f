/** Shows the file that a person has just chosen or recorded, before the server has it. */
export class FilePreview {
  /**
   * @param name - what people call the variable
   */
  constructor(kind: 'img' | 'audio' | 'video', name: string) {
    this._element = document.createElement(kind);
    this._element.className = '_preview';
    this._element.hidden = true;
    if (this._element instanceof HTMLImageElement) {
      this._element.alt = name;
    } else {
      this._element.controls = true;
      this._element.setAttribute('aria-label', name);
    }
  }

  /** Stand behind the control and what it says. */
  attach(input: HTMLElement): void {
    const status = input.nextElementSibling;
    (status?.matches('._upload') ? status : input).after(this._element);
  }

  /** Show a file. @param file - null for none */
  show(file: File | null): void {
    this._revoke();
    this._element.hidden = file === null;
    if (file) {
      this._uri = URL.createObjectURL(file);
      this._element.src = this._uri;
    } else {
      this._element.removeAttribute('src');
    }
  }

  dispose(): void {
    this._revoke();
    this._element.remove();
  }

  private _revoke(): void {
    if (this._uri) {
      URL.revokeObjectURL(this._uri);
      this._uri = '';
    }
  }

  private readonly _element: HTMLImageElement | HTMLMediaElement;
  private _uri = '';
}
