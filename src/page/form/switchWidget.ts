import type { JsonValue } from '../../core/json';
import type { IControlOptions } from './control';
import type { IValueWidget } from './valueControl';

/** A switch; its value is true or false. */
export class SwitchWidget implements IValueWidget<boolean> {
  constructor(
    private readonly _box: HTMLInputElement,
    private readonly _options: IControlOptions
  ) {
    _box.addEventListener('change', this._options.onEdit);
  }

  get(): boolean {
    return this._box.checked;
  }

  set(value: boolean): void {
    this._box.checked = value;
  }

  initialOf(element: HTMLElement): boolean {
    return element instanceof HTMLInputElement && element.defaultChecked;
  }

  accept(value: JsonValue): boolean | undefined {
    return typeof value === 'boolean' ? value : undefined;
  }

  dispose(): void {
    this._box.removeEventListener('change', this._options.onEdit);
  }
}
