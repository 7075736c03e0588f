import { get, type IncomingMessage } from 'node:http';

/** An event as it came. */
export interface IReadEvent {
  /** Name of its topic; 'message' for none. */
  event: string;
  data: unknown;
}

/** Reads server-sent events over a real connection, as a browser does. */
export class EventReader {
  private constructor(private readonly _response: IncomingMessage) {
    this.ended = new Promise(resolve => _response.once('close', resolve));
    _response.setEncoding('utf-8').on('data', (text: string) => this._take(text));
  }

  /** Connect, and wait for the headers. */
  static open(uri: string, headers: Record<string, string> = {}): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      get(uri, { headers, agent: false }, response => resolve(new EventReader(response))).once(
        'error',
        reject
      );
    });
  }

  /** All events so far. */
  readonly events: IReadEvent[] = [];
  /** Resolves when the server ended the stream. */
  readonly ended: Promise<unknown>;

  get status(): number {
    return this._response.statusCode ?? 0;
  }

  /** Wait for an event. */
  async until(isWanted: (event: IReadEvent) => boolean): Promise<IReadEvent> {
    for (;;) {
      const found = this.events.find(isWanted);
      if (found) {
        return found;
      }
      await new Promise<void>(resolve => this._waiting.push(resolve));
    }
  }

  close(): void {
    this._response.destroy();
  }

  private _take(text: string): void {
    const parts = (this._rest + text).split('\n\n');
    this._rest = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(
        part.split('\n').map(line => {
          const at = line.indexOf(': ');
          return [line.slice(0, at), line.slice(at + 2)] as const;
        })
      );
      const data = fields.get('data');
      if (data !== undefined) {
        this.events.push({ event: fields.get('event') ?? 'message', data: JSON.parse(data) });
      }
    }
    this._waiting.splice(0).forEach(resolve => resolve());
  }

  private _rest = '';
  private readonly _waiting: (() => void)[] = [];
}
