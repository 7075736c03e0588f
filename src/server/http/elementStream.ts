import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { formatStatusElement, type IStatusElement } from '../../core/run/statusElement';
import type { IDisposable } from '../queue/queue';
import type { IClock } from '../store/clock';

/** Milliseconds of silence after which the last element is written again, so that proxies stay open. */
const REPEAT_MS = 15_000;

/** Tells where a run stands. */
export interface IElementSource {
  /** As it is now; the one with a return code is the last. */
  current(): IStatusElement;
  /** Call back after every change, perhaps also without one. */
  subscribe(onChange: () => void): IDisposable;
}

/**
 * One reader of where a run stands, as a JSON array that grows: its first element at once, one for each change, and
 * the last when the run is over. What a slow reader has not read yet is replaced by the newest: it costs no memory.
 * The reader has no influence on the run.
 */
export class ElementStream {
  /**
   * @param _response - headers are not sent yet
   * @param _source - null for an array without elements
   */
  constructor(
    private readonly _response: ServerResponse,
    private readonly _source: IElementSource | null,
    private readonly _clock: IClock
  ) {}

  /** Send headers and elements until the run is over, the reader goes away or `close` is called. */
  open(headers: OutgoingHttpHeaders = {}): void {
    this._response.writeHead(200, {
      ...headers,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no'
    });
    this._response.on('close', () => this._release());
    this._response.on('error', () => this._release());
    this._response.on('drain', () => {
      this._isFull = false;
      this._update();
    });
    this._isFull = !this._response.write('[');
    if (!this._source) {
      this.close();
      return;
    }
    this._update();
    if (!this._isClosed) {
      this._subscription = this._source.subscribe(() => this._update());
      // What happened between the first element and the subscription.
      this._update();
    }
  }

  /** End the array, which is valid JSON then; a second call does nothing. */
  close(): void {
    if (!this._isClosed) {
      this._release();
      this._response.end(']\n');
    }
  }

  private _update(): void {
    if (this._isClosed || this._isFull || !this._source) {
      return;
    }
    const element = this._source.current();
    const text = formatStatusElement(element);
    if (text !== this._last) {
      this._write(text);
    }
    if (element.returncode !== null) {
      this.close();
    }
  }

  private _write(text: string): void {
    this._isFull = !this._response.write(this._last === null ? text : `,${text}`);
    this._last = text;
    this._timer?.dispose();
    this._timer = this._clock.after(REPEAT_MS, () => this._repeat());
  }

  private _repeat(): void {
    if (this._last !== null && !this._isFull && !this._isClosed) {
      this._write(this._last);
    }
  }

  private _release(): void {
    this._isClosed = true;
    this._timer?.dispose();
    this._subscription?.dispose();
    this._subscription = null;
  }

  private _subscription: IDisposable | null = null;
  private _timer: IDisposable | null = null;
  private _last: string | null = null;
  private _isFull = false;
  private _isClosed = false;
}
