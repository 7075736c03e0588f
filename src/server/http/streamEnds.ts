import type { ServerResponse } from 'node:http';

/** The longest time that a timer can wait for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A stream of events that can be ended. */
export interface IEndableStream {
  close(): void;
}

/**
 * Ends streams of events that would go on by themselves: when the server closes, when the token of a reader expires,
 * and when rules of access change. Readers connect again, and are authorised anew.
 */
export class StreamEnds {
  /**
   * @param expiresMs - when the reader's token expires, in milliseconds since the epoch; null for never
   */
  add(stream: IEndableStream, response: ServerResponse, expiresMs: number | null): void {
    this._open.add(stream);
    const timer =
      expiresMs === null
        ? undefined
        : setTimeout(
            () => stream.close(),
            Math.min(MAX_TIMER_MS, Math.max(0, expiresMs - Date.now()))
          );
    response.on('close', () => {
      clearTimeout(timer);
      this._open.delete(stream);
    });
  }

  /** Number of open streams. */
  get size(): number {
    return this._open.size;
  }

  /** End all streams. */
  endAll(): void {
    this._open.forEach(stream => stream.close());
  }

  private readonly _open = new Set<IEndableStream>();
}
