import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IQueueState } from '../core/api';
import { isJsonObject } from '../core/json';
import type { IEventHub, IQueueMonitor, ISubscription } from './tokens';

/**
 * Follows the queue of the server, from the first use of a tool on, and tells which runs have ended.
 */
export class QueueMonitor implements IQueueMonitor, IDisposable {
  constructor(private readonly _events: IEventHub) {}

  get state(): IQueueState | null {
    return this._state;
  }

  get changed(): ISignal<this, IQueueState> {
    return this._changed;
  }

  get ended(): ISignal<this, readonly string[]> {
    return this._ended;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  start(): void {
    if (!this._isDisposed) {
      this._subscription ??= this._events.subscribe('queue', {
        onEvent: data => this._onState(data)
      });
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._subscription?.dispose();
    Signal.clearData(this);
  }

  private _onState(data: unknown): void {
    if (!isJsonObject(data) || !Array.isArray(data.running) || !Array.isArray(data.queued)) {
      // Another version of the server; panels go on without it.
      return;
    }
    const state = data as unknown as IQueueState;
    const active = new Set([...state.running, ...state.queued].map(({ id }) => id));
    const ended = [...this._active].filter(id => !active.has(id));
    this._state = state;
    this._active = active;
    this._changed.emit(state);
    if (ended.length) {
      this._ended.emit(ended);
    }
  }

  private _state: IQueueState | null = null;
  private _active: ReadonlySet<string> = new Set();
  private _isDisposed = false;
  private _subscription: ISubscription | null = null;
  private readonly _changed = new Signal<this, IQueueState>(this);
  private readonly _ended = new Signal<this, readonly string[]>(this);
}
