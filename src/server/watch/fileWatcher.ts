import * as path from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import type { ILog } from '../log';

/** Milliseconds in which changes are gathered: an editor that saves writes, renames and touches. */
const GATHER_MS = 30;

/**
 * Tells of changes to a set of files, however they are changed: written in place, renamed over,
 * deleted or made anew. Watches the folders they lie in, since a file that is replaced is another file.
 */
export class FileWatcher {
  /**
   * @param _onChange - gets absolute paths of what changed, gathered over a few milliseconds
   */
  constructor(
    private readonly _onChange: (paths: ReadonlySet<string>) => void,
    private readonly _log: ILog
  ) {}

  /** Replace the set of watched files by another; folders below them are not looked into. */
  watchFiles(files: Iterable<string>): void {
    this._files = new Set(files);
    const folders = new Set([...this._files].map(file => path.dirname(file)));
    const gone = [...this._folders].filter(folder => !folders.has(folder));
    const added = [...folders].filter(folder => !this._folders.has(folder));
    this._folders = folders;
    if (!this._watcher) {
      this._watcher = watch([...folders], {
        depth: 0,
        ignoreInitial: true,
        ignored: file => !this._folders.has(file) && !this._files.has(file)
      });
      this._watcher.on('all', (_event, file) => this._note(file));
      this._watcher.on('error', error => this._log.warn(`files cannot be watched: ${error}`));
      return;
    }
    if (gone.length) {
      this._watcher.unwatch(gone);
    }
    // Files that were not known when their folder was first read are added by name.
    this._watcher.add([...added, ...this._files]);
  }

  /** Stop watching; resolves when all handles are released. */
  async close(): Promise<void> {
    clearTimeout(this._timer);
    await this._watcher?.close();
    this._watcher = null;
  }

  private _note(file: string): void {
    if (!this._files.has(file)) {
      return;
    }
    this._changed.add(file);
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      const changed = this._changed;
      this._changed = new Set();
      this._onChange(changed);
    }, GATHER_MS);
  }

  private _watcher: FSWatcher | null = null;
  private _files = new Set<string>();
  private _folders = new Set<string>();
  private _changed = new Set<string>();
  private _timer: NodeJS.Timeout | undefined;
}

/**
 * Tells of changes anywhere in some folders, such as those of a running batch. A folder that does not
 * exist yet is watched from the moment `refresh` finds it.
 */
export class FolderWatcher {
  /**
   * @param _folders - absolute paths
   * @param _onChange - gets absolute paths of files, gathered over a few milliseconds
   */
  constructor(
    private readonly _folders: readonly string[],
    private readonly _onChange: (paths: ReadonlySet<string>) => void,
    private readonly _log: ILog
  ) {
    this._watcher = watch([..._folders], {
      ignoreInitial: true,
      // Drafts of ours and hidden files of editors are nobody's data.
      ignored: file => /(^|[\\/])\.[^\\/]+$|\.tmp$/.test(path.basename(file))
    });
    this._watcher.on('all', (_event, file) => this._note(file));
    this._watcher.on('error', error => this._log.warn(`folders cannot be watched: ${error}`));
  }

  /** Look again for folders that did not exist. */
  refresh(): void {
    this._watcher.add([...this._folders]);
  }

  /** Stop watching; resolves when all handles are released. */
  async close(): Promise<void> {
    clearTimeout(this._timer);
    await this._watcher.close();
  }

  private _note(file: string): void {
    this._changed.add(file);
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      const changed = this._changed;
      this._changed = new Set();
      this._onChange(changed);
    }, GATHER_MS);
  }

  private readonly _watcher: FSWatcher;
  private _changed = new Set<string>();
  private _timer: NodeJS.Timeout | undefined;
}
