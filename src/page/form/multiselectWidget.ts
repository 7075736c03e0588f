import type { JsonValue } from '../../core/json';
import type { IActivatorContext } from '../activators/activator';
import { ListBox, readChoices, type IChoice } from './listBox';
import { readDataValue, type IValueWidget } from './valueControl';

/** Several choices: a chip for each that is chosen, and a field that is typed into to find more. */
export class MultiselectWidget implements IValueWidget<string[]> {
  /**
   * @param group - holds the list of chips, the field and the choices
   */
  constructor(
    group: HTMLElement,
    private readonly _context: IActivatorContext
  ) {
    const { words, name } = _context;
    this._chips = requireElement(group, '._chips');
    this._input = requireElement<HTMLInputElement>(group, 'input[role=combobox]');
    this._original = [...this._chips.childNodes];
    this._choices = readChoices(group.querySelector('datalist'));
    this._list = new ListBox({
      input: this._input,
      name,
      words,
      choices: this._choices,
      isMultiple: true,
      isChosen: ({ value }) => this._values.includes(value),
      onChoose: ({ value }) => this._toggle(value)
    });
    this._input.addEventListener('input', this._onInput);
    this._input.addEventListener('keydown', this._onKey);
    this._input.addEventListener('blur', this._onBlur);
  }

  get(): string[] {
    return [...this._values];
  }

  set(values: string[]): void {
    this._values = [...values];
    this._chips.replaceChildren(...this._values.map(value => this._createChip(value)));
  }

  initialOf(element: HTMLElement): string[] {
    const values = readDataValue(element);
    return (values === undefined ? undefined : this.accept(values)) ?? [];
  }

  accept(value: JsonValue): string[] | undefined {
    const isTexts = Array.isArray(value) && value.every(item => typeof item === 'string');
    return isTexts ? (value as string[]) : undefined;
  }

  dispose(): void {
    this._list.dispose();
    this._input.value = '';
    this._chips.replaceChildren(...this._original);
    this._input.removeEventListener('input', this._onInput);
    this._input.removeEventListener('keydown', this._onKey);
    this._input.removeEventListener('blur', this._onBlur);
  }

  private readonly _onInput = (event: Event): void => {
    // What is typed only searches.
    event.stopPropagation();
    this._list.open(this._input.value);
  };

  private readonly _onKey = ({ key }: KeyboardEvent): void => {
    const last = this._values[this._values.length - 1];
    if (key === 'Backspace' && this._input.value === '' && last !== undefined) {
      this._toggle(last);
    }
  };

  private readonly _onBlur = (): void => {
    this._input.value = '';
  };

  private _toggle(value: string): void {
    const isChosen = this._values.includes(value);
    this.set(isChosen ? this._values.filter(other => other !== value) : [...this._values, value]);
    this._context.onEdit();
  }

  private _createChip(value: string): HTMLElement {
    const name = this._choices.find(choice => choice.value === value)?.name ?? value;
    const chip = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = '×';
    button.disabled = this._input.matches(':disabled');
    button.setAttribute('aria-label', this._context.words.removeChoice(name));
    button.addEventListener('click', () => {
      this._toggle(value);
      this._input.focus();
    });
    chip.append(name, ' ', button);
    return chip;
  }

  private readonly _chips: HTMLElement;
  private readonly _input: HTMLInputElement;
  private readonly _original: readonly ChildNode[];
  private readonly _choices: readonly IChoice[];
  private readonly _list: ListBox;
  private _values: readonly string[] = [];
}

function requireElement<T extends HTMLElement = HTMLElement>(root: Element, selector: string): T {
  const element = root.querySelector<T>(selector);
  if (!element) {
    throw new Error(`the control has no ${selector}`);
  }
  return element;
}
