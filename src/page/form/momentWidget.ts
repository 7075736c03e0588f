import type { JsonValue } from '../../core/json';
import { epochOf, fromTimeZone, inTimeZone, readMoment, writeMoment } from '../../core/view/moment';
import type { IControlOptions } from './control';
import type { IValueWidget } from './valueControl';

/**
 * A picker of a date and a time. It shows the clocks of the time zone of its configuration, else of the
 * browser; the value has the offset of that zone.
 */
export class MomentWidget implements IValueWidget<string> {
  constructor(
    private readonly _input: HTMLInputElement,
    private readonly _options: IControlOptions
  ) {
    const { timezone } = _input.dataset;
    this._timezone = timezone ?? browserTimeZone();
    if (timezone === undefined) {
      this._note.className = '_unit';
      this._note.textContent = this._timezone;
      _input.after(' ', this._note);
    }
    _input.addEventListener('input', this._options.onEdit);
    _input.addEventListener('change', this._options.onEdit);
  }

  get(): string {
    const { value } = this._input;
    if (value === this._shown.wall) {
      return this._shown.iso;
    }
    const moment = readMoment(value);
    return moment ? writeMoment(fromTimeZone(moment, this._timezone)) : '';
  }

  set(iso: string): void {
    const moment = readMoment(iso);
    if (moment) {
      const { date, time } = inTimeZone(epochOf(moment), this._timezone);
      this._input.value = `${date}T${time}`;
    } else {
      this._input.value = '';
    }
    // A browser writes it in its own way, such as without seconds.
    this._shown = { wall: this._input.value, iso: moment ? iso : '' };
  }

  initialOf({ dataset }: HTMLElement): string {
    return dataset.value ?? '';
  }

  accept(value: JsonValue): string | undefined {
    return typeof value === 'string' && (value === '' || readMoment(value)) ? value : undefined;
  }

  dispose(): void {
    if (this._note.isConnected) {
      this._note.previousSibling?.remove();
      this._note.remove();
    }
    this._input.removeEventListener('input', this._options.onEdit);
    this._input.removeEventListener('change', this._options.onEdit);
  }

  private readonly _timezone: string;
  private readonly _note = document.createElement('span');
  /** What was set last: a moment is posted as it was written until a person changes it. */
  private _shown = { wall: '', iso: '' };
}

/** Name of the time zone in which a person is. */
export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
