import type { JsonValue } from '../../core/json';
import { JsonTextError, parseJsonText } from '../../core/view/jsonText';
import type { DraftValue } from '../host';
import type { IControl, PostedValue } from './control';

/** What a control is made of, where its value is more than the text of one element. */
export interface IValueWidget<T extends JsonValue> {
  /** What is shown now. */
  get(): T;
  /** Show a value; nobody is told. */
  set(value: T): void;
  /**
   * The value of the batch.
   *
   * @param element - as the server rendered it: of this place, or of the same place in a newer page
   */
  initialOf(element: HTMLElement): T;
  /** Take a kept value; undefined for one of another kind. */
  accept(value: JsonValue): T | undefined;
  /** Leave the element as it was rendered. */
  dispose(): void;
}

/** A control whose value is that of a widget. */
export class ValueControl<T extends JsonValue> implements IControl {
  constructor(
    element: HTMLElement,
    private readonly _widget: IValueWidget<T>
  ) {
    this._initial = _widget.initialOf(element);
    _widget.set(this._initial);
  }

  readonly isSecret = false;

  get isChanged(): boolean {
    return JSON.stringify(this._widget.get()) !== JSON.stringify(this._initial);
  }

  read(): PostedValue | null {
    // A value that is still on its way stays that of the batch.
    return this._isLoading && !this.isChanged ? null : { value: this._widget.get() };
  }

  draft(): DraftValue | null {
    return this.isChanged ? { value: this._widget.get() } : null;
  }

  write(value: DraftValue): void {
    const accepted = 'value' in value ? this._widget.accept(value.value) : undefined;
    if (accepted !== undefined) {
      this._widget.set(accepted);
    }
  }

  reset(): void {
    this._widget.set(this._initial);
  }

  rebase(next: HTMLElement): void {
    if (!next.hasAttribute('data-fetch')) {
      this._initial = this._widget.initialOf(next);
    }
  }

  /** The value of the batch comes later; until then the control is left out. */
  startLoading(): void {
    this._isLoading = true;
  }

  /** Take a value that came later as that of the batch. */
  finishLoading(value: T): void {
    const isChanged = this.isChanged;
    this._isLoading = false;
    this._initial = value;
    if (!isChanged) {
      this._widget.set(value);
    }
  }

  whenSettled(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this._widget.dispose();
  }

  private _initial: T;
  private _isLoading = false;
}

/** Read what the server wrote into `data-value`; undefined for nothing, and for what is no JSON. */
export function readDataValue({ dataset }: HTMLElement): JsonValue | undefined {
  try {
    return dataset.value ? parseJsonText(dataset.value).value : undefined;
  } catch (error) {
    if (error instanceof JsonTextError) {
      return undefined;
    }
    throw error;
  }
}
