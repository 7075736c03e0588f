import type { IDisposable } from '@lumino/disposable';
import type { EventStream, IEventSource } from '../page/events';
import type { IEventHub, ISubscription, ITopicListener } from './tokens';

/** Opens a connection; another one in tests. */
export type CreateSource = (uri: string) => IEventSource;

/**
 * All live events of this window on one connection, which is there as long as somebody listens. Its code is
 * loaded with the first listener.
 */
export class EventHub implements IEventHub, IDisposable {
  /**
   * @param _rootUri - absolute address of the server's root, with a trailing slash
   * @param _report - told of what went wrong and concerns no listener
   */
  constructor(
    private readonly _rootUri: string,
    private readonly _report: (error: unknown) => void,
    private readonly _createSource: CreateSource = createWithCookies
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  subscribe(topic: string, listener: ITopicListener): ISubscription {
    let isOver = false;
    let subscription: ISubscription | null = null;
    this._load()
      .then(stream => {
        if (!isOver && !this._isDisposed) {
          subscription = stream.subscribe(topic, 0, {
            onEvent: data => listener.onEvent(JSON.parse(data)),
            onError: (_, message) => listener.onError?.(message),
            onGap: () => listener.onGap?.()
          });
        }
      })
      .catch(this._report);
    return {
      dispose: () => {
        isOver = true;
        subscription?.dispose();
      }
    };
  }

  dispose(): void {
    this._isDisposed = true;
    this._stream?.then(stream => stream.dispose()).catch(this._report);
  }

  private _load(): Promise<EventStream> {
    this._stream ??= import('../page/events').then(({ EventStream }) => {
      const uri = (topics: string) => `${this._rootUri}api/events?topics=${topics}`;
      return new EventStream({ uri, createSource: this._createSource, report: this._report });
    });
    return this._stream;
  }

  private _stream: Promise<EventStream> | null = null;
  private _isDisposed = false;
}

/** Jupyter knows who asks by its cookie: an event source cannot send a token in a header. */
function createWithCookies(uri: string): IEventSource {
  return new EventSource(uri, { withCredentials: true });
}
