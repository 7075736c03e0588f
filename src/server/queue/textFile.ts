import { promises as fs } from 'node:fs';
import { errorCode } from '../files';
import { whenDescriptorsAreFree } from '../systemError';

/** A text file that grows while a run writes; what comes in one turn of the event loop is written together. */
export class TextFile {
  private constructor(
    private readonly _handle: fs.FileHandle,
    private readonly _onError: (error: unknown) => void
  ) {}

  /**
   * Begin an empty file. One that is there is replaced, so that a link of an earlier run is not
   * written through.
   *
   * @param path - absolute path in an existing folder
   * @param onError - called once when writing failed; what comes later is dropped
   */
  static async create(path: string, onError: (error: unknown) => void): Promise<TextFile> {
    const open = () => whenDescriptorsAreFree(() => fs.open(path, 'wx'));
    const handle = await open().catch(async (error: unknown) => {
      if (errorCode(error) !== 'EEXIST') {
        throw error;
      }
      await fs.rm(path, { force: true });
      return open();
    });
    return new TextFile(handle, onError);
  }

  /** Append text; never throws. */
  append(text: string): void {
    this._waiting.push(text);
    this._writing ??= new Promise(resolve => setImmediate(resolve)).then(() => this._write());
  }

  /** Wait for all text, and give the file back. Never rejects, see `onError`. */
  async close(): Promise<void> {
    while (this._writing) {
      await this._writing;
    }
    await this._handle.close();
  }

  private async _write(): Promise<void> {
    while (this._waiting.length) {
      const text = this._waiting.join('');
      this._waiting = [];
      try {
        if (!this._isBroken) {
          await this._handle.appendFile(text);
        }
      } catch (error) {
        this._isBroken = true;
        this._onError(error);
      }
    }
    this._writing = null;
  }

  private _waiting: string[] = [];
  private _writing: Promise<void> | null = null;
  private _isBroken = false;
}
