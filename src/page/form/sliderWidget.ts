import type { JsonValue } from '../../core/json';
import type { IControlOptions } from './control';
import { readDataValue, type IValueWidget } from './valueControl';

/** A number, '' for none, or two of them. */
type SliderValue = number | string | (number | string)[];

/** A number box with a slider beside it, or two such pairs, lowest first. */
export class SliderWidget implements IValueWidget<SliderValue> {
  /**
   * @param _group - holds for each number a field of type `range` and one of type `number`
   */
  constructor(
    private readonly _group: HTMLElement,
    private readonly _options: IControlOptions
  ) {
    this._sliders = fieldsOf(_group, 'range');
    this._boxes = fieldsOf(_group, 'number');
    _group.addEventListener('input', this._onInput);
  }

  get(): SliderValue {
    const values = this._boxes.map(({ value }) => (value === '' ? '' : Number(value)));
    if (values.length === 1) {
      return values[0];
    }
    return values.every(value => value === '') ? '' : values;
  }

  set(value: SliderValue): void {
    const values = Array.isArray(value) ? value : [value];
    this._boxes.forEach((box, index) => {
      box.value = String(values[index] ?? '');
      this._follow(index);
    });
  }

  initialOf(element: HTMLElement): SliderValue {
    const values = readDataValue(element);
    const numbers = Array.isArray(values) ? values.filter(isNumber) : [];
    const count = this._boxes.length;
    return numbers.length === count ? (count === 1 ? numbers[0] : numbers) : '';
  }

  accept(value: JsonValue): SliderValue | undefined {
    if (Array.isArray(value)) {
      const values = value.filter(item => isNumber(item) || item === '') as (number | string)[];
      return this._boxes.length > 1 && values.length === this._boxes.length ? values : undefined;
    }
    return value === '' || (isNumber(value) && this._boxes.length === 1) ? value : undefined;
  }

  dispose(): void {
    this._group.removeEventListener('input', this._onInput);
  }

  private readonly _onInput = ({ target }: Event): void => {
    const index = this._sliders.findIndex(slider => slider === target);
    if (index >= 0) {
      this._boxes[index].value = this._sliders[index].value;
      this._push(index);
    }
    this._boxes.forEach((_, at) => this._follow(at));
    this._options.onEdit();
  };

  /** A slider that is moved past the other takes it along. */
  private _push(moved: number): void {
    this._boxes.forEach((box, index) => {
      const mine = Number(this._boxes[moved].value);
      const isPassed = index < moved ? Number(box.value) > mine : Number(box.value) < mine;
      if (index !== moved && (isPassed || box.value === '')) {
        box.value = this._boxes[moved].value;
      }
    });
  }

  private _follow(index: number): void {
    const { value } = this._boxes[index];
    const slider = this._sliders[index];
    slider.value = value === '' ? slider.min : value;
  }

  private readonly _sliders: readonly HTMLInputElement[];
  private readonly _boxes: readonly HTMLInputElement[];
}

function fieldsOf(group: HTMLElement, type: 'range' | 'number'): HTMLInputElement[] {
  return [...group.querySelectorAll<HTMLInputElement>(`input[type=${type}]`)];
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number';
}
