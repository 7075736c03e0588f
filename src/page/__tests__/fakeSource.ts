import type { IEventSource } from '../events';

/** Connections that a spec opens, fills and breaks by hand. */
export class FakeSource implements IEventSource {
  constructor(readonly uri: string) {}

  addEventListener(type: string, listener: (event: Event) => void): void {
    this._listeners.set(type, [...(this._listeners.get(type) ?? []), listener]);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The server accepted the connection. */
  open(): void {
    this._dispatch(new Event('open'));
  }

  /** The connection broke. */
  fail(): void {
    this._dispatch(new Event('error'));
  }

  /** An event of a topic came. */
  send(topic: string, data: unknown, lastEventId = ''): void {
    this._dispatch(new MessageEvent(topic, { data: JSON.stringify(data), lastEventId }));
  }

  /** What was asked for: topics with the number after which events are wanted. */
  get topics(): { name: string; after: number }[] {
    const query = decodeURIComponent(new URL(this.uri, 'http://localhost/').search);
    return query
      .replace('?topics=', '')
      .split(',')
      .map(text => {
        const at = text.lastIndexOf('@');
        return at < 0
          ? { name: text, after: 0 }
          : { name: text.slice(0, at), after: Number(text.slice(at + 1)) };
      });
  }

  isClosed = false;

  private _dispatch(event: Event): void {
    (this._listeners.get(event.type) ?? []).forEach(listener => listener(event));
  }

  private readonly _listeners = new Map<string, ((event: Event) => void)[]>();
}
