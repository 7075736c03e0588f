import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IQueueState } from '../core/api';
import { isJsonObject } from '../core/json';
import type { IEventHub, IQueueMonitor, ISubscription } from './tokens';

/**
 * Follows the queue of the server, from the first use of a tool on.
 */
export class QueueMonitor implements IQueueMonitor, IDisposable {
  constructor(private readonly _events: IEventHub) {}

  get state(): IQueueState | null {
    return this._state;
  }

  get changed(): ISignal<this, IQueueState> {
    return this._changed;
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
    if (
      !isJsonObject(data) ||
      !Array.isArray(data.running) ||
      !Array.isArray(data.queued) ||
      !isJsonObject(data.counts) ||
      !isJsonObject(data.automations)
    ) {
      // Another version of the server; panels go on without it.
      return;
    }
    this._state = data as unknown as IQueueState;
    this._changed.emit(this._state);
  }

  private _state: IQueueState | null = null;
  private _isDisposed = false;
  private _subscription: ISubscription | null = null;
  private readonly _changed = new Signal<this, IQueueState>(this);
}
