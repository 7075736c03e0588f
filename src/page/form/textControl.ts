import type { DraftValue } from '../host';
import type { IControl, IControlOptions, PostedValue } from './control';

/** Elements that hold their value as text. */
export type TextElement = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Tell whether an element holds its value as text. */
export function isTextElement(element: Element): element is TextElement {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  );
}

/** A control of one element with text: text, numbers, addresses, passwords, JSON, a list of choices. */
export class TextControl implements IControl {
  constructor(
    private readonly _element: TextElement,
    private readonly _options: IControlOptions
  ) {
    this._initial = textOf(_element);
    this.isSecret = _element instanceof HTMLInputElement && _element.type === 'password';
    _element.addEventListener('input', this._options.onEdit);
    _element.addEventListener('change', this._options.onEdit);
  }

  readonly isSecret: boolean;

  get isChanged(): boolean {
    return this._element.value !== this._initial;
  }

  read(): PostedValue | null {
    // A secret that nobody touched, and a text that is still on its way, stay those of the batch.
    const isLeftOut = (this.isSecret || this._isLoading) && !this.isChanged;
    return isLeftOut ? null : { value: this._element.value };
  }

  draft(): DraftValue | null {
    return this.isChanged && !this.isSecret ? { value: this._element.value } : null;
  }

  write(value: DraftValue): void {
    if ('value' in value && typeof value.value === 'string') {
      this._element.value = value.value;
    }
  }

  reset(): void {
    this._element.value = this._initial;
  }

  rebase(next: HTMLElement): void {
    if (isTextElement(next)) {
      this._initial = textOf(next);
    }
  }

  /** The text of the batch comes later; until then the control is left out. */
  startLoading(): void {
    this._isLoading = true;
  }

  /** Take a text that came later as that of the batch. */
  finishLoading(text: string): void {
    const isChanged = this.isChanged;
    this._isLoading = false;
    if (!isChanged) {
      this._element.value = text;
    }
    // A control may keep other characters than it was given, such as line ends.
    this._initial = isChanged ? text : this._element.value;
  }

  whenSettled(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this._element.removeEventListener('input', this._options.onEdit);
    this._element.removeEventListener('change', this._options.onEdit);
  }

  private _initial: string;
  private _isLoading = false;
}

/** The text that an element has before anyone touched it. */
function textOf(element: TextElement): string {
  if (element instanceof HTMLSelectElement) {
    const options = [...element.options];
    return (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value ?? '';
  }
  // As the element itself would show it: without line ends, with those of a textarea made one.
  const copy = element.cloneNode() as HTMLInputElement | HTMLTextAreaElement;
  copy.value = element.defaultValue;
  return copy.value;
}
