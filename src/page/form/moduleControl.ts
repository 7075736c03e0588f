import type { DraftValue } from '../host';
import type { IControl, IControlOptions, PostedValue } from './control';
import { isTextElement, TextControl, type TextElement } from './textControl';

/** The element of a custom view's control that holds its value as text; it may be hidden. */
const VALUE = '[name="value"]';

/** The control of a view that an automation brings: one element within it holds the value. */
export class ModuleControl implements IControl {
  /** @returns undefined when no element in it is called `value`; then its boxes or buttons are the value */
  static find(place: HTMLElement, options: IControlOptions): ModuleControl | undefined {
    const element = valueElementOf(place);
    return element ? new ModuleControl(element, options) : undefined;
  }

  private constructor(
    private readonly _element: TextElement,
    private readonly _options: IControlOptions
  ) {
    this._inner = new TextControl(_element, _options);
  }

  get isChanged(): boolean {
    return this._inner.isChanged;
  }

  get isSecret(): boolean {
    return this._inner.isSecret;
  }

  /** The text that it holds. */
  get text(): string {
    return this._element.value;
  }

  /** Give it another text, as if a person had typed it. */
  setText(text: string): void {
    if (text !== this._element.value) {
      this._element.value = text;
      this._options.onEdit();
    }
  }

  /** Be told when `write` or `reset` gave it a text. */
  onWrite(listener: (text: string) => void): void {
    this._listeners.push(listener);
  }

  read(): PostedValue | null {
    return this._inner.read();
  }

  draft(): DraftValue | null {
    return this._inner.draft();
  }

  write(value: DraftValue): void {
    this._inner.write(value);
    this._tell();
  }

  reset(): void {
    this._inner.reset();
    this._tell();
  }

  rebase(next: HTMLElement): void {
    const element = valueElementOf(next);
    if (element) {
      this._inner.rebase(element);
    }
  }

  whenSettled(): Promise<void> {
    return this._inner.whenSettled();
  }

  dispose(): void {
    this._listeners = [];
    this._inner.dispose();
  }

  private _tell(): void {
    this._listeners.forEach(listener => listener(this.text));
  }

  private readonly _inner: TextControl;
  private _listeners: ((text: string) => void)[] = [];
}

function valueElementOf(place: HTMLElement): TextElement | null {
  const element = place.querySelector(VALUE);
  return element && isTextElement(element) && !/^(radio|checkbox)$/.test(element.type)
    ? element
    : null;
}
