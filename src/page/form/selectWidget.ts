import type { JsonValue } from '../../core/json';
import type { IActivatorContext } from '../activators/activator';
import { ListBox, readChoices, type IChoice } from './listBox';
import type { IValueWidget } from './valueControl';

/** A field that is typed into to find one of many choices. What is none of them is posted as it is, and refused. */
export class SelectWidget implements IValueWidget<string> {
  constructor(
    private readonly _input: HTMLInputElement,
    private readonly _context: IActivatorContext
  ) {
    const { words, name } = _context;
    const list = _input.parentNode?.querySelector(`[id="${_input.id}-options"]`) ?? null;
    this._choices = readChoices(list);
    this._list = new ListBox({
      input: _input,
      name,
      words,
      choices: this._choices,
      isMultiple: false,
      isChosen: ({ value }) => value === this.get(),
      onChoose: choice => {
        this._show(choice);
        _context.onEdit();
      }
    });
    _input.addEventListener('input', this._onInput);
  }

  get(): string {
    const text = this._input.value;
    if (text === this._chosen.name) {
      return this._chosen.value;
    }
    const typed = text.trim().toLowerCase();
    const match = this._choices.find(({ name }) => name.toLowerCase() === typed);
    return match?.value ?? text.trim();
  }

  set(value: string): void {
    const choice = this._choices.find(candidate => candidate.value === value);
    this._show(choice ?? { value, name: value });
  }

  initialOf({ dataset }: HTMLElement): string {
    return dataset.value ?? '';
  }

  accept(value: JsonValue): string | undefined {
    return typeof value === 'string' ? value : undefined;
  }

  dispose(): void {
    this._list.dispose();
    this._input.removeEventListener('input', this._onInput);
  }

  private readonly _onInput = (): void => {
    this._list.open(this._input.value);
    this._context.onEdit();
  };

  private _show(choice: IChoice): void {
    this._chosen = choice;
    this._input.value = choice.name;
  }

  private readonly _choices: readonly IChoice[];
  private readonly _list: ListBox;
  private _chosen: IChoice = { value: '', name: '' };
}
