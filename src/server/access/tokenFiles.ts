import { parseTokenFile } from '../../core/access/tokenFile';
import { FileError, type IFiles } from '../../core/files';
import type { JsonObject } from '../../core/json';
import type { ILog } from '../log';
import { FileWatcher } from '../watch/fileWatcher';
import { isSameDigest, type TokenDigest, type TokenDigester } from './tokenDigest';

/** What is needed to read token files. */
export interface ITokenFilesOptions {
  files: IFiles;
  digester: TokenDigester;
  environment: (name: string) => string | undefined;
  log: ILog;
}

interface IKnownFile {
  /** Size and time when it was read. */
  stamp: string;
  entries: readonly { digest: TokenDigest; identity: JsonObject }[];
}

/**
 * Files of tokens, read again when they change, also where nothing else is watched: who is shut out must not go on
 * reading. What is kept of a token is its digest.
 */
export class TokenFiles {
  constructor(private readonly _options: ITokenFilesOptions) {
    this._watcher = new FileWatcher(() => {
      this.refresh([...this._known.keys()]).catch(error =>
        _options.log.error('files of tokens cannot be read again', error)
      );
    }, _options.log);
  }

  /** Call a listener when a file has other tokens than before. */
  onChange(listener: () => void): { dispose(): void } {
    this._listeners.add(listener);
    return { dispose: () => void this._listeners.delete(listener) };
  }

  /** Resolves when changes of the files that were read are noticed by themselves. */
  get watched(): Promise<void> {
    return this._watcher.ready;
  }

  /** Stop watching. */
  async close(): Promise<void> {
    this._listeners.clear();
    await this._watcher.close();
  }

  /**
   * Read the files that changed; until then the tokens of before count. One that is gone has no tokens.
   *
   * @param paths - absolute
   */
  async refresh(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map(path => this._refreshOne(path)));
    if (this._known.size > this._watched) {
      this._watched = this._known.size;
      this._watcher.watchFiles(this._known.keys());
    }
  }

  /**
   * The identity of a token in files that were read; null when none has it. Looks at all tokens, whatever it finds.
   */
  find(paths: readonly string[], digest: TokenDigest): JsonObject | null {
    let found: JsonObject | null = null;
    for (const path of paths) {
      for (const entry of this._known.get(path)?.entries ?? []) {
        if (isSameDigest(entry.digest, digest)) {
          found ??= entry.identity;
        }
      }
    }
    return found;
  }

  private async _refreshOne(path: string): Promise<void> {
    const { files, log } = this._options;
    try {
      const status = await files.status(path);
      const stamp = status?.kind === 'file' ? `${status.size} ${status.modifiedMs}` : '';
      if (stamp !== this._known.get(path)?.stamp) {
        this._set(path, { stamp, entries: stamp ? await this._read(path) : [] });
      }
    } catch (error) {
      if (!(error instanceof FileError)) {
        throw error;
      }
      this._set(path, { stamp: '', entries: [] });
      log.error('a file of tokens cannot be read; nobody can sign in with it');
    }
  }

  private _set(path: string, file: IKnownFile): void {
    const isOther = (this._known.get(path)?.stamp ?? file.stamp) !== file.stamp;
    this._known.set(path, file);
    if (isOther) {
      this._listeners.forEach(listener => listener());
    }
  }

  private async _read(path: string): Promise<IKnownFile['entries']> {
    const { files, digester, environment } = this._options;
    const { entries } = parseTokenFile(await files.readText(path), environment);
    return entries.map(({ token, identity }) => ({ digest: digester.digest(token), identity }));
  }

  private readonly _watcher: FileWatcher;
  private readonly _listeners = new Set<() => void>();
  /** How many files are watched. */
  private _watched = 0;
  private readonly _known = new Map<string, IKnownFile>();
}
