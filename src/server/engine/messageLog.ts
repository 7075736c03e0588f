import { promises as fs } from 'node:fs';
import type { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '../../core/json';

/** A message that a kernel wrote down, see `RECORD_TEXT`. */
export type LoggedMessage = Pick<KernelMessage.IMessage, 'header' | 'parent_header' | 'content'>;

const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 10;

/** Reads what a kernel writes down while it says it. */
export class MessageLog {
  /**
   * @param _path - absolute
   * @param _onMessage - called for each message of a session, in their order
   */
  constructor(
    private readonly _path: string,
    private readonly _session: string,
    private readonly _onMessage: (message: LoggedMessage) => void
  ) {}

  /** Bytes that are read. */
  get offset(): number {
    return this._offset;
  }

  /**
   * Read what is new; calls after the first wait for those before.
   *
   * @throws {Error} when it is gone, or cannot be understood
   */
  read(): Promise<void> {
    this._reading = this._reading.then(() => this._readOn());
    return this._reading;
  }

  private async _readOn(): Promise<void> {
    const handle = await fs.open(this._path);
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, this._offset);
        if (bytesRead === 0) {
          return;
        }
        this._offset += bytesRead;
        this._take(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }

  private _take(bytes: Buffer): void {
    let from = 0;
    for (let to = bytes.indexOf(LINE_FEED); to >= 0; to = bytes.indexOf(LINE_FEED, from)) {
      const line = Buffer.concat([...this._begin.splice(0), bytes.subarray(from, to)]);
      from = to + 1;
      this._tell(JSON.parse(line.toString('utf-8')));
    }
    // The buffer is used again.
    this._begin.push(Buffer.from(bytes.subarray(from)));
  }

  private _tell(value: unknown): void {
    const [header, parent, content] = Array.isArray(value) ? (value as unknown[]) : [];
    if (!isJsonObject(header) || !isJsonObject(parent) || !isJsonObject(content)) {
      throw new Error('it holds something else than messages');
    }
    if (parent.session === this._session) {
      this._onMessage({ header, parent_header: parent, content } as unknown as LoggedMessage);
    }
  }

  private _offset = 0;
  /** Of a line that is not whole yet. */
  private readonly _begin: Buffer[] = [];
  private _reading: Promise<void> = Promise.resolve();
}
