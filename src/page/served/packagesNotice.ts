import type { IInstallationState } from '../../core/api';

/** What the owner of a server can do about missing packages. */
export type PackagesAction = 'install' | 'stop';

const WORDS: Readonly<Record<IInstallationState['state'], string>> = {
  running: 'Installing…',
  done: 'The packages are installed. Run the tool now.',
  failed: 'Not all packages could be installed; below is why.',
  stopped: 'The installation was stopped.'
};

/** Asks whether missing packages are to be installed, and shows how that goes. */
export class PackagesNotice {
  /**
   * @param _element - see `renderPackagesNotice`
   * @param _act - rejects with a sentence for people
   */
  constructor(
    private readonly _element: HTMLElement,
    private readonly _act: (action: PackagesAction) => Promise<unknown>
  ) {
    _element.addEventListener('click', this._onClick);
    this._show('_install', true);
  }

  /** Take how the installation goes; null when there was none. */
  tell(installation: IInstallationState | null): void {
    if (!installation) {
      return;
    }
    const { state, output } = installation;
    const isRunning = state === 'running';
    this._element.setAttribute('aria-busy', String(isRunning));
    this._say(WORDS[state]);
    this._show('_ask', false);
    this._show('_install', state === 'failed' || state === 'stopped');
    this._show('_stop', isRunning);
    this._element
      .querySelectorAll<HTMLElement>('._lack')
      .forEach(part => (part.hidden = state === 'done'));
    const place = this._find('_output');
    if (place) {
      place.hidden = !output;
      if (place.textContent !== output) {
        place.textContent = output;
        place.scrollTop = place.scrollHeight;
      }
    }
  }

  dispose(): void {
    this._element.removeEventListener('click', this._onClick);
  }

  private readonly _onClick = ({ target }: Event): void => {
    const button = target instanceof Element ? target.closest('button') : null;
    const act = (action: PackagesAction) =>
      void this._act(action).catch(error =>
        this._say(error instanceof Error ? error.message : String(error))
      );
    switch (button?.className) {
      case '_install':
        this._ask(true);
        break;
      case '_no':
        this._ask(false);
        break;
      case '_yes':
        this._ask(false);
        act('install');
        break;
      case '_stop':
        act('stop');
    }
  };

  /** The keyboard goes where the question is, and back; Enter alone installs nothing. */
  private _ask(isAsking: boolean): void {
    this._show('_ask', isAsking);
    this._show('_install', !isAsking);
    this._find(isAsking ? '_no' : '_install')?.focus();
  }

  private _say(text: string): void {
    const place = this._find('_progress');
    if (place && place.textContent !== text) {
      place.textContent = text;
    }
  }

  private _show(part: string, isShown: boolean): void {
    const place = this._find(part);
    if (place) {
      place.hidden = !isShown;
    }
  }

  private _find(part: string): HTMLElement | null {
    return this._element.querySelector<HTMLElement>(`.${part}`);
  }
}
