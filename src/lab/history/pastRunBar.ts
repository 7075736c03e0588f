import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { IRunResource } from '../../core/api';
import type { RunState } from '../../core/run/run';
import { formatTime } from '../durations';
import { localeOf } from '../locale';
import { STATE_SIGNS, stateWord } from '../stateWords';

/** Says above the cells and the log of a run which one it is, and leads back to the list. */
export class PastRunBar extends Widget {
  /**
   * @param close - go back to the list
   */
  constructor(
    close: () => void,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-PastRunBar');
    this._back.type = 'button';
    this._back.className = 'jp-Button jp-mod-styled';
    this._back.textContent = _trans.__('Back to the history');
    this._back.addEventListener('click', close);
    this.node.append(this._back, ' ', this._name);
  }

  /** Name a run. */
  setRun(run: IRunResource | null): void {
    this._created = run ? formatTime(run.created, localeOf(this._trans)) : '';
    this._name.textContent = '';
    if (run) {
      this.setState(run.state);
    }
  }

  /** Say in which state the run is now. */
  setState(state: RunState): void {
    const text = this._trans.__(
      '%1 %2, asked for %3',
      STATE_SIGNS[state],
      stateWord(state, this._trans),
      this._created
    );
    if (text !== this._name.textContent) {
      this._name.textContent = text;
    }
  }

  /** Give the keyboard to the button that leads back. */
  focusBack(): void {
    this._back.focus();
  }

  private _created = '';
  private readonly _back = document.createElement('button');
  private readonly _name = document.createElement('span');
}
