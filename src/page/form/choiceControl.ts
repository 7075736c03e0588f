import type { DraftValue } from '../host';
import type { IControl, IControlOptions, PostedValue } from './control';

/** A group of boxes or buttons; its value is the chosen ones joined by line feeds. */
export class ChoiceControl implements IControl {
  /**
   * @param _group - holds the boxes
   */
  constructor(
    private readonly _group: HTMLElement,
    private readonly _options: IControlOptions
  ) {
    this._initial = defaultsOf(_group);
    _group.addEventListener('change', this._options.onEdit);
  }

  readonly isSecret = false;

  get isChanged(): boolean {
    return this._chosen() !== this._initial;
  }

  read(): PostedValue {
    return { value: this._chosen() };
  }

  draft(): DraftValue | null {
    return this.isChanged ? { value: this._chosen() } : null;
  }

  write(value: DraftValue): void {
    if ('value' in value && typeof value.value === 'string') {
      this._choose(value.value);
    }
  }

  reset(): void {
    this._choose(this._initial);
  }

  rebase(next: HTMLElement): void {
    this._initial = defaultsOf(next);
  }

  whenSettled(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this._group.removeEventListener('change', this._options.onEdit);
  }

  private _chosen(): string {
    return join(boxesOf(this._group).filter(({ checked }) => checked));
  }

  private _choose(value: string): void {
    const chosen = new Set(value.split('\n'));
    for (const box of boxesOf(this._group)) {
      box.checked = chosen.has(box.value) && value !== '';
    }
  }

  private _initial: string;
}

function boxesOf(group: HTMLElement): HTMLInputElement[] {
  return [...group.querySelectorAll<HTMLInputElement>('input[type=radio], input[type=checkbox]')];
}

function defaultsOf(group: HTMLElement): string {
  return join(boxesOf(group).filter(({ defaultChecked }) => defaultChecked));
}

function join(boxes: readonly HTMLInputElement[]): string {
  return boxes.map(({ value }) => value).join('\n');
}
