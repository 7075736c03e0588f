import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { HttpError } from '../httpError';
import type { IDisposable } from '../queue/queue';
import type { ITopic, ITopicRequest, TopicResolver } from './topics';

/** Milliseconds between comments that keep proxies from closing a silent connection. */
const KEEP_ALIVE_MS = 15_000;

/** Bytes that may wait for a slow reader before its topics are paused. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * One reader of server-sent events over several topics. The id of each event holds the last number of
 * every topic, so that `Last-Event-ID` alone rejoins without loss.
 *
 * A reader that is too slow costs bounded memory: its journals are paused and read again from the
 * number it has; of all other topics it gets the newest state when it has caught up.
 */
export class EventStream {
  /**
   * @param _response - headers are not sent yet
   * @param _requests - topics in the order of the request
   * @param _headers - further headers of the answer
   */
  constructor(
    private readonly _response: ServerResponse,
    private readonly _requests: readonly ITopicRequest[],
    private readonly _resolve: TopicResolver,
    private readonly _headers: OutgoingHttpHeaders = {}
  ) {
    this._last = _requests.map(request => request.after);
  }

  /** Send headers and events until the reader goes away or `close` is called. */
  open(): void {
    this._response.writeHead(200, {
      ...this._headers,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no'
    });
    this._response.write('retry: 1000\n\n');
    this._keepAlive = setInterval(() => this._response.write(': \n\n'), KEEP_ALIVE_MS);
    this._response.on('close', () => this.close());
    this._response.on('drain', () => this._resume());
    this._requests.forEach((_, index) => this._subscribe(index));
  }

  /** End the stream; a second call does nothing. */
  close(): void {
    if (this._isClosed) {
      return;
    }
    this._isClosed = true;
    clearInterval(this._keepAlive);
    this._unsubscribe();
    this._response.end();
  }

  private _subscribe(index: number): void {
    const { name } = this._requests[index];
    let topic: ITopic | null;
    try {
      topic = this._resolve(name);
      if (!topic) {
        throw new HttpError(404, 'topic-unknown', `topic "${name}" is not known`);
      }
      this._subscriptions[index] = topic.subscribe(this._last[index], (seq, data) =>
        this._send(index, seq, data)
      );
    } catch (error) {
      const { code, message } =
        error instanceof HttpError ? error : { code: 'internal', message: 'not available' };
      this._write(name, JSON.stringify({ error: { code, message } }));
    }
    if (this._isPaused) {
      // It came to a halt while the past was replayed.
      this._unsubscribe();
    }
  }

  private _send(index: number, seq: number, data: string): void {
    if (this._isClosed || this._isPaused) {
      return;
    }
    this._last[index] = seq;
    this._write(this._requests[index].name, data);
    if (this._response.writableLength > MAX_WAITING_BYTES) {
      this._isPaused = true;
      this._unsubscribe();
    }
  }

  private _write(event: string, data: string): void {
    this._response.write(`event: ${event}\nid: ${this._last.join(',')}\ndata: ${data}\n\n`);
  }

  private _resume(): void {
    if (this._isPaused && !this._isClosed) {
      this._isPaused = false;
      this._requests.forEach((_, index) => this._subscribe(index));
    }
  }

  private _unsubscribe(): void {
    this._subscriptions.forEach(subscription => subscription?.dispose());
    this._subscriptions = [];
  }

  private readonly _last: number[];
  private _subscriptions: (IDisposable | undefined)[] = [];
  private _isPaused = false;
  private _isClosed = false;
  private _keepAlive: NodeJS.Timeout | undefined;
}
