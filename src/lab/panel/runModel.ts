import { Signal, type ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';
import type { ITurn } from '../../core/api';
import { foldProgress, initialProgress, type IProgress } from '../../core/run/foldProgress';
import { foldStatus, initialStatus, type IStatus } from '../../core/run/foldStatus';
import { isText, type JournalEvent } from '../../core/run/journal';
import { isFinal } from '../../core/run/run';
import { isJsonObject } from '../../core/json';
import { LiveFold } from '../live/liveFold';
import { LogLines } from '../live/logLines';
import type { IEventHub, ISubscription } from '../tokens';

/** Milliseconds between two redraws while events pour in; the first of them is shown at once. */
const REDRAW_INTERVAL_MS = 80;

/**
 * One run, as a fold over its journal: the same while it goes on, after a reload, and long after.
 */
export class RunModel implements IDisposable {
  /**
   * @param id - run id
   * @param batch - slug of the batch or run whose pages show it
   * @param isTrusted - true for a run of this person's, whose outputs may run scripts as in a notebook; a
   * journal from elsewhere may not
   */
  constructor(
    readonly id: string,
    readonly batch: string,
    readonly isTrusted: boolean,
    private readonly _events: IEventHub
  ) {
    this._subscription = _events.subscribe(`tail:${id}`, {
      onEvent: data => this._onEvent(data),
      onError: message => {
        this._refusal = message;
        this._changed.emit();
      }
    });
    this._turnSubscription = _events.subscribe(`turn:${id}`, {
      onEvent: data => this._onTurn(data)
    });
  }

  /** Emitted after events came in, at most every 80 ms. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted once, when the run is final. */
  get ended(): ISignal<this, void> {
    return this._ended;
  }

  get status(): IStatus {
    return this._status;
  }

  get progress(): IProgress {
    return this._progress;
  }

  /** When it is its turn, and whom it follows; null until the server told. */
  get turn(): ITurn | null {
    return this._turn;
  }

  /** True until the run is final, also before the server told anything. */
  get isActive(): boolean {
    return this._refusal === '' && (this._status.state === null || !isFinal(this._status.state));
  }

  /** Why the server does not tell of this run, such as because it was deleted; '' if it does. */
  get refusal(): string {
    return this._refusal;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._subscription.dispose();
    this._turnSubscription.dispose();
    this._leading?.dispose();
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private _onEvent(data: unknown): void {
    if (this._isDisposed || !isJsonObject(data)) {
      return;
    }
    // A line of a journal, which only our server writes.
    const event = data as unknown as JournalEvent;
    if (event.seq <= this._status.seq) {
      // Told twice, as after a lost connection.
      return;
    }
    this._status = foldStatus(this._status, event);
    this._show(event);
    if (event.kind === 'state' && isFinal(event.state)) {
      this._redraw();
      this._ended.emit();
      // Nothing follows the final event; whom it followed may still be to be told.
      this._subscription.dispose();
      if (this._turn) {
        this._turnSubscription.dispose();
      }
      return;
    }
    this._requestRedraw();
  }

  private _onTurn(data: unknown): void {
    if (this._isDisposed || !isJsonObject(data) || 'error' in data) {
      return;
    }
    // Only our server writes it.
    this._turn = data as unknown as ITurn;
    this._followLeader(this._turn.leader?.id ?? '');
    if (!this.isActive) {
      this._turnSubscription.dispose();
    }
    this._requestRedraw();
  }

  /** Show what another run says that executes for both. */
  private _followLeader(leader: string): void {
    if (leader === this._leader) {
      return;
    }
    this._leader = leader;
    this._leading?.dispose();
    let seq = 0;
    this._leading = leader
      ? this._events.subscribe(`tail:${leader}`, {
          onEvent: event => {
            if (!this._isDisposed && isJsonObject(event) && Number(event.seq) > seq) {
              seq = Number(event.seq);
              this._onLeaderEvent(event as unknown as JournalEvent);
            }
          }
        })
      : null;
  }

  /** Its states, and how it ends, are in a journal of its own. */
  private _onLeaderEvent(event: JournalEvent): void {
    if (event.kind !== 'state') {
      this._show(event);
      this._requestRedraw();
    } else if (isFinal(event.state)) {
      this._leading?.dispose();
    }
  }

  private _show(event: JournalEvent): void {
    this._progress = foldProgress(this._progress, event);
    this.live.apply(event);
    if (event.kind === 'output' && isText(event)) {
      this.log.append(event);
    }
  }

  private _requestRedraw(): void {
    if (this._timer !== undefined) {
      return;
    }
    const wait = this._redrawnMs + REDRAW_INTERVAL_MS - Date.now();
    // Zero still lets the events that came with this one be taken in first.
    this._timer = window.setTimeout(() => this._redraw(), Math.max(0, wait));
  }

  private _redraw(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._redrawnMs = Date.now();
    this._changed.emit();
  }

  /** Cells with their outputs. */
  readonly live = new LiveFold();
  /** The text of both streams. */
  readonly log = new LogLines();
  private _status = initialStatus;
  private _progress = initialProgress;
  private _turn: ITurn | null = null;
  /** Id of the run that it follows; '' for none. */
  private _leader = '';
  private _leading: ISubscription | null = null;
  private _refusal = '';
  private _isDisposed = false;
  private _redrawnMs = 0;
  private _timer: number | undefined;
  private readonly _subscription: ISubscription;
  private readonly _turnSubscription: ISubscription;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, void>(this);
}
