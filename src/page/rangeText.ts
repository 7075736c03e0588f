/** Bytes of a text that are shown as a whole. */
export const MAX_WHOLE_BYTES = 1024 * 1024;

/** Bytes that are shown of the begin and of the end of a longer one. */
const PART_BYTES = 64 * 1024;

/** Bytes that are read again, to see that a text was only added to. */
const OVERLAP_BYTES = 64;

/** Reads data by an address, as far as a range of bytes says. */
export type FetchRange = (
  uri: string,
  signal: AbortSignal,
  headers?: Record<string, string>
) => Promise<Response>;

/** What is known of a text. */
export interface IRangeText {
  head: string;
  /** '' for a text that is shown as a whole. */
  tail: string;
  /** Bytes between them that are left out. */
  leftOut: number;
}

/** What reading it again gave: all of it anew, or what was added at its end. */
export type TextChange = { text: IRangeText } | { added: string };

/** A text behind an address: whole, or its begin and end; later only what is new of it is fetched. */
export class RangeText {
  constructor(private readonly _fetch: FetchRange) {}

  /**
   * Read the text as it is now.
   *
   * @param size - bytes that it has, as far as is known
   * @throws {Error} with a sentence for people when the server refuses
   */
  async read(uri: string, size: number, signal: AbortSignal): Promise<TextChange> {
    const added = await this._readAdded(uri, size, signal);
    if (added !== null) {
      return { added };
    }
    if (size <= MAX_WHOLE_BYTES) {
      const bytes = await this._bytes(uri, signal, null);
      return { text: this._take(bytes, bytes.length) };
    }
    const head = await this._bytes(uri, signal, `0-${PART_BYTES - 1}`);
    if (head.length > PART_BYTES) {
      // The server gives no ranges of it.
      return { text: this._take(head, head.length) };
    }
    const tail = await this._bytes(uri, signal, `-${PART_BYTES}`);
    const total = Math.max(this._total, head.length + tail.length);
    this._remember(tail, total);
    return {
      text: {
        head: this._decode(head),
        tail: this._decode(tail),
        leftOut: total - head.length - tail.length
      }
    };
  }

  /** @returns null when the text is another one than before */
  private async _readAdded(uri: string, size: number, signal: AbortSignal): Promise<string | null> {
    const { length } = this._last;
    if (!length || size < this._end || size - this._end > MAX_WHOLE_BYTES) {
      return null;
    }
    const from = this._end - length;
    const bytes = await this._bytes(uri, signal, `${from}-`);
    if (!this._isRange || this._last.some((byte, index) => bytes[index] !== byte)) {
      return null;
    }
    const added = bytes.slice(length);
    this._remember(bytes, from + bytes.length);
    return this._decoder.decode(added, { stream: true });
  }

  /** Shorten what came as a whole. */
  private _take(bytes: Uint8Array, total: number): IRangeText {
    this._remember(bytes, total);
    if (bytes.length <= MAX_WHOLE_BYTES) {
      return { head: this._decode(bytes), tail: '', leftOut: 0 };
    }
    const tail = bytes.slice(-PART_BYTES);
    return {
      head: this._decode(bytes.slice(0, PART_BYTES)),
      tail: this._decode(tail),
      leftOut: total - 2 * PART_BYTES
    };
  }

  private _remember(bytes: Uint8Array, end: number): void {
    this._last = bytes.slice(-OVERLAP_BYTES);
    this._end = end;
  }

  /** Half a letter at the end waits for the other half, if that is added. */
  private _decode(bytes: Uint8Array): string {
    this._decoder = new TextDecoder();
    return this._decoder.decode(bytes, { stream: true });
  }

  private async _bytes(
    uri: string,
    signal: AbortSignal,
    range: string | null
  ): Promise<Uint8Array> {
    const headers = range === null ? undefined : { Range: `bytes=${range}` };
    const response = await this._fetch(uri, signal, headers);
    if (response.status === 416) {
      this._isRange = false;
      return new Uint8Array();
    }
    if (!response.ok) {
      throw new Error(
        response.status === 404 ? 'there is no data yet' : `the server answered ${response.status}`
      );
    }
    this._isRange = response.status === 206;
    this._total = Number(/\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1] ?? 0);
    return new Uint8Array(await response.arrayBuffer());
  }

  private _decoder = new TextDecoder();
  /** The last bytes that are known, and where they end. */
  private _last = new Uint8Array();
  private _end = 0;
  /** Of the last answer: whether it was a range, and how many bytes there are. */
  private _isRange = false;
  private _total = 0;
}
