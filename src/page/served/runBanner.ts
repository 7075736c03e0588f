import type { ITurn } from '../../core/api';
import type { JournalEvent } from '../../core/run/journal';
import { foldProgress, initialProgress } from '../../core/run/foldProgress';
import { foldStatus, initialStatus } from '../../core/run/foldStatus';
import { isFinal, RUN_STATES, type RunState } from '../../core/run/run';
import { renderBannerParts } from '../../core/template/banner';
import { Coalescer } from '../coalescer';
import { setMarkup } from '../sanitize';

/** Milliseconds between two changes of what is shown. */
const DRAW_INTERVAL_MS = 100;

/** What people can do with a run. */
export type RunAction = 'stop' | 'retry';

/** Tells on a page how the run of its batch goes, and lets people stop and repeat it. */
export class RunBanner {
  /**
   * @param _element - the element `._banner`
   * @param _act - rejects with a sentence for people
   */
  constructor(
    private readonly _element: HTMLElement,
    private readonly _act: (action: RunAction) => Promise<unknown>
  ) {
    _element.addEventListener('click', this._onClick);
    this._showActions();
  }

  /** State of the followed run; null before its first event. */
  get state(): RunState | null {
    return this._status.state;
  }

  /** Begin to follow another run. */
  restart(): void {
    this._status = initialStatus;
    this._progress = initialProgress;
    this._turn = null;
  }

  /** Take an event of the run's journal. */
  fold(event: JournalEvent): void {
    this._status = foldStatus(this._status, event);
    this._progress = foldProgress(this._progress, event);
    this._drawer.run().catch(error => this._say(String(error)));
  }

  /** Take an event of the run that it follows, whose progress is its own. */
  foldLeader(event: JournalEvent): void {
    if (event.kind !== 'state') {
      this._progress = foldProgress(this._progress, event);
      this._drawer.run().catch(error => this._say(String(error)));
    }
  }

  /** Take over when it is its turn. */
  tell(turn: ITurn): void {
    this._turn = turn;
    this._drawer.run().catch(error => this._say(String(error)));
  }

  /** Take the banner of a newer page: the server knows more of a run that is over. */
  replace(next: HTMLElement): void {
    const nextState = RUN_STATES.find(state => state === next.dataset.state);
    // The journal knows the end first; a page that was rendered just before it knows less.
    const isBehind = nextState !== undefined && !isFinal(nextState);
    if (!this.state || (isFinal(this.state) && !isBehind)) {
      this._element.dataset.state = next.dataset.state;
      for (const part of ['_status', '_progress', '_failure']) {
        this._set(part, next.querySelector(`.${part}`)?.innerHTML ?? '');
      }
      this._showActions();
    }
  }

  dispose(): void {
    this._drawer.dispose();
    this._element.removeEventListener('click', this._onClick);
  }

  private _draw(): void {
    const { state, position, error, started, ended, isAttached } = this._status;
    if (!state) {
      return;
    }
    const { fraction, message, current } = this._progress;
    const parts = renderBannerParts({
      state,
      position,
      turn: this._turn,
      isAttached,
      fraction,
      message,
      cell: current?.name ?? null,
      error,
      durationSeconds:
        started && ended ? Math.max(0, (Date.parse(ended) - Date.parse(started)) / 1000) : null,
      isStale: false,
      problems: [],
      notebookUri: null,
      hasActions: true
    });
    this._element.dataset.state = state;
    this._set('_status', parts.status.toString());
    this._set('_progress', parts.progress.toString());
    this._set('_failure', parts.failure.toString());
    this._showActions();
  }

  private _set(part: string, markup: string): void {
    const element = this._element.querySelector(`.${part}`);
    const written = this._written.get(part);
    // The same again would be spoken again, and would fold what a person folded out.
    if (element && written !== markup) {
      this._written.set(part, markup);
      if (written === undefined && isShown(element, markup)) {
        return;
      }
      const focused = element.contains(document.activeElement);
      setMarkup(element, markup);
      if (focused) {
        element.querySelector('button')?.focus();
      }
    }
  }

  /** Without this script they would do nothing, so they come hidden. */
  private _showActions(): void {
    this._element.querySelectorAll<HTMLElement>('[data-action]').forEach(button => {
      button.hidden = false;
    });
  }

  private readonly _onClick = (event: Event): void => {
    const { target } = event;
    const button = target instanceof Element ? target.closest('[data-action]') : null;
    const action = button?.getAttribute('data-action');
    if (button && (action === 'stop' || action === 'retry') && !this._isActing) {
      this._isActing = true;
      button.setAttribute('aria-disabled', 'true');
      this._act(action)
        .then(() => this._say(''))
        .catch(error => this._say(error instanceof Error ? error.message : String(error)))
        .finally(() => {
          this._isActing = false;
          button.removeAttribute('aria-disabled');
        });
    }
  };

  private _say(message: string): void {
    if (!this._message) {
      if (!message) {
        return;
      }
      this._message = document.createElement('p');
      this._message.className = '_problem';
      this._message.setAttribute('role', 'alert');
      this._element.append(this._message);
    }
    this._message.textContent = message;
    this._message.hidden = !message;
  }

  private readonly _drawer = new Coalescer(() => this._draw(), DRAW_INTERVAL_MS);
  private readonly _written = new Map<string, string>();
  private _message: HTMLElement | null = null;
  private _status = initialStatus;
  private _progress = initialProgress;
  private _turn: ITurn | null = null;
  private _isActing = false;
}

/** Tell whether an element shows what the server wrote there already. */
function isShown(element: Element, markup: string): boolean {
  const next = document.createElement('div');
  setMarkup(next, markup);
  const textOf = ({ innerHTML }: Element) =>
    innerHTML
      .replace(/ hidden=""/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  return textOf(next) === textOf(element);
}
