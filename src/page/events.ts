import { isJsonObject } from '../core/json';

/** What is used of an `EventSource`. */
export interface IEventSource {
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

/** Takes the events of a topic. */
export interface IEventListener {
  /**
   * An event. Of a run's journal each comes once, in order.
   *
   * @param data - one line of JSON
   * @param seq - its number; 0 where there is none
   */
  onEvent(data: string, seq: number): void;
  /** The topic is refused; nothing more comes of it. */
  onError?(code: string, message: string): void;
  /** Events may have been missed while there was no connection: read what is the case now. Never for journals. */
  onGap?(): void;
}

/** Options of `EventStream`. */
export interface IEventStreamOptions {
  /**
   * The address of the stream.
   *
   * @param topics - `run:<id>@12,queue`, as it stands in a query
   */
  uri: (topics: string) => string;
  /** Default: an `EventSource`. */
  createSource?: (uri: string) => IEventSource;
  /** Told of what a listener threw. */
  report?: (error: unknown) => void;
  /** 0–1, for the time until the next try; default `Math.random`. */
  random?: () => number;
}

/** Milliseconds until the first try to connect again, and at most. */
const RETRY_MS = { first: 500, most: 10_000 };

interface ISubscriber {
  listener: IEventListener;
  /** Number of the last event it got. */
  last: number;
  /** True when it was connected once. */
  hasJoined: boolean;
  isDisposed: boolean;
}

/**
 * One connection for the events of many topics. It opens when the first listener comes, again with other topics when
 * they change, and again by itself when it is lost, each topic from the last event it got.
 */
export class EventStream {
  constructor(private readonly _options: IEventStreamOptions) {}

  /** False from the loss of the connection until it is back. */
  get isConnected(): boolean {
    return this._isConnected;
  }

  /** Be told when `isConnected` changes. */
  onConnectionChange(listener: (isConnected: boolean) => void): { dispose(): void } {
    const entry = { listener };
    this._connectionListeners.add(entry);
    return { dispose: () => void this._connectionListeners.delete(entry) };
  }

  /**
   * Listen to a topic.
   *
   * @param topic - such as `run:<id>`, `tail:<id>`, `queue`, `data:<automation>/<batch>`
   * @param afterSeq - of a journal: only events after this one; else ignored
   */
  subscribe(topic: string, afterSeq: number, listener: IEventListener): { dispose(): void } {
    const subscriber = { listener, last: afterSeq, hasJoined: false, isDisposed: false };
    const subscribers = this._topics.get(topic) ?? new Set();
    this._topics.set(topic, subscribers.add(subscriber));
    // One who joins a journal where the others are needs no other connection.
    const isCovered =
      isJournal(topic) &&
      this._source !== null &&
      this._request.includes(topic) &&
      this._reached.get(topic) === afterSeq;
    if (!isCovered) {
      this._reopenSoon();
    }
    return {
      dispose: () => {
        if (!subscriber.isDisposed) {
          subscriber.isDisposed = true;
          this._remove(topic, subscriber);
        }
      }
    };
  }

  /** Connect now instead of waiting for the next try, such as when the machine is online again. */
  retry(): void {
    if (!this._isConnected && !this._source) {
      this._open();
    }
  }

  /** Close the connection and forget all listeners. */
  dispose(): void {
    this._topics.clear();
    this._connectionListeners.clear();
    this._close();
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private _remove(topic: string, subscriber: ISubscriber): void {
    const subscribers = this._topics.get(topic);
    if (subscribers?.delete(subscriber) && !subscribers.size) {
      this._topics.delete(topic);
      this._reached.delete(topic);
      this._reopenSoon();
    }
  }

  /** Listeners come and go in groups: one connection for all of them. */
  private _reopenSoon(): void {
    if (!this._isReopening) {
      this._isReopening = true;
      queueMicrotask(() => {
        this._isReopening = false;
        // Between two tries nothing is to be done: the next one takes the topics of then.
        if (this._isConnected || this._source || !this._topics.size) {
          this._open();
        }
      });
    }
  }

  private _open(): void {
    this._close();
    clearTimeout(this._timer);
    this._timer = undefined;
    this._request = [...this._topics.keys()];
    if (!this._request.length) {
      this._attempts = 0;
      this._setConnected(true);
      return;
    }
    const topics = this._request.map(topic => this._requestOf(topic)).join(',');
    const { createSource = uri => new EventSource(uri) } = this._options;
    const source = createSource(this._options.uri(topics));
    this._source = source;
    source.addEventListener('open', () => {
      if (source === this._source) {
        this._onOpen();
      }
    });
    source.addEventListener('error', event => {
      // An event of that name that the server sends has data.
      if (source === this._source && !('data' in event)) {
        this._onLost();
      }
    });
    this._request.forEach((topic, index) =>
      source.addEventListener(topic, event => {
        if (source === this._source && event instanceof MessageEvent) {
          const seq = Number(String(event.lastEventId).split(',')[index]);
          this._onEvent(topic, String(event.data), Number.isSafeInteger(seq) ? seq : 0);
        }
      })
    );
  }

  private _requestOf(topic: string): string {
    const name = encodeURIComponent(topic).replace(/%3A/g, ':').replace(/%2F/g, '/');
    if (!isJournal(topic)) {
      // A name may hold the sign that stands before a number.
      return topic.includes('@') ? `${name}@0` : name;
    }
    // Who needs the most decides; the others drop what they know.
    const last = Math.min(...[...this._subscribers(topic)].map(subscriber => subscriber.last));
    this._reached.set(topic, last);
    return last > 0 ? `${name}@${last}` : name;
  }

  private _onOpen(): void {
    this._attempts = 0;
    this._setConnected(true);
    for (const topic of this._request) {
      for (const subscriber of this._subscribers(topic)) {
        const hadJoined = subscriber.hasJoined;
        subscriber.hasJoined = true;
        if (hadJoined && !isJournal(topic)) {
          this._call(subscriber, listener => listener.onGap?.());
        }
      }
    }
  }

  private _onLost(): void {
    this._close();
    this._setConnected(false);
    const { random = Math.random } = this._options;
    const delay = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this._attempts);
    this._attempts += 1;
    // All pages lose a server at once; they need not all come back at once.
    this._timer = setTimeout(() => this._open(), delay * (0.5 + random() / 2));
  }

  private _onEvent(topic: string, data: string, seq: number): void {
    const refusal = readRefusal(data);
    if (refusal) {
      this._refuse(topic, refusal);
      return;
    }
    const isNumbered = isJournal(topic) && seq > 0;
    if (isNumbered) {
      this._reached.set(topic, Math.max(seq, this._reached.get(topic) ?? 0));
    }
    for (const subscriber of this._subscribers(topic)) {
      if (!isNumbered || seq > subscriber.last) {
        subscriber.last = Math.max(seq, subscriber.last);
        this._call(subscriber, listener => listener.onEvent(data, seq));
      }
    }
  }

  private _refuse(topic: string, { code, message }: { code: string; message: string }): void {
    const subscribers = this._subscribers(topic);
    // Asked for again it would be refused again; it is left out of the next connection.
    this._topics.delete(topic);
    this._reached.delete(topic);
    subscribers.forEach(subscriber =>
      this._call(subscriber, listener => listener.onError?.(code, message))
    );
  }

  private _subscribers(topic: string): ISubscriber[] {
    return [...(this._topics.get(topic) ?? [])];
  }

  private _call(subscriber: ISubscriber, act: (listener: IEventListener) => void): void {
    if (subscriber.isDisposed) {
      return;
    }
    try {
      act(subscriber.listener);
    } catch (error) {
      // One listener that fails must not take the events of the others.
      this._options.report?.(error);
    }
  }

  private _close(): void {
    this._source?.close();
    this._source = null;
  }

  private _setConnected(isConnected: boolean): void {
    if (isConnected !== this._isConnected) {
      this._isConnected = isConnected;
      [...this._connectionListeners].forEach(({ listener }) => listener(isConnected));
    }
  }

  private readonly _topics = new Map<string, Set<ISubscriber>>();
  /** Journals: up to where the present connection has told. */
  private readonly _reached = new Map<string, number>();
  private readonly _connectionListeners = new Set<{
    listener: (isConnected: boolean) => void;
  }>();
  /** Topics of the present connection in their order. */
  private _request: readonly string[] = [];
  private _source: IEventSource | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _attempts = 0;
  private _isConnected = true;
  private _isReopening = false;
}

/** Events of journals are numbered and can be read again; all other topics tell what is the case. */
function isJournal(topic: string): boolean {
  return topic.startsWith('run:') || topic.startsWith('tail:');
}

/** The refusal of a topic: an object with `error` alone. Events of journals may have an `error` among others. */
function readRefusal(data: string): { code: string; message: string } | null {
  if (!data.startsWith('{"error":')) {
    return null;
  }
  const value: unknown = JSON.parse(data);
  if (!isJsonObject(value) || Object.keys(value).length !== 1 || !isJsonObject(value.error)) {
    return null;
  }
  const { code, message } = value.error;
  return { code: String(code), message: String(message) };
}
