import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import type { ILog } from '../log';
import { Changes } from './changes';

/**
 * Tells of changes to a set of files, however they are changed: written in place, renamed over,
 * deleted or made anew. Watches the folders they lie in, since a file that is replaced is another file; where
 * a folder is missing, the nearest one above it, until it is there.
 */
export class FileWatcher {
  /**
   * @param onChange - gets absolute paths of what changed, gathered over a few milliseconds
   */
  constructor(
    onChange: (paths: ReadonlySet<string>) => void,
    private readonly _log: ILog
  ) {
    this._changes = new Changes(onChange);
  }

  /** Replace the set of watched files by another; folders below them are not looked into. */
  watchFiles(files: Iterable<string>): void {
    const places = [...files].map(file => existingPlace(file));
    this._files = new Set(places);
    const folders = new Set(places.map(file => path.dirname(file)));
    const isLeft = [...this._folders].some(folder => !folders.has(folder));
    const added = [...folders].filter(folder => !this._folders.has(folder));
    this._folders = folders;
    if (this._watcher && !isLeft) {
      // Files that were not known when their folder was first read are added by name.
      this._watcher.add([...added, ...this._files]);
      return;
    }
    const old = this._watcher;
    const watcher = watch([...folders], {
      depth: 0,
      ignoreInitial: true,
      ignored: file => !this._folders.has(file) && !this._files.has(file)
    });
    watcher.on('all', (_event, file) => this._note(file));
    watcher.on('error', error => this._log.warn(`files cannot be watched: ${error}`));
    this._watcher = watcher;
    this._open.add(watcher);
    // A folder that is left cannot be taken out: what lies below it would never be watched again.
    this._ready = new Promise<void>(resolve => watcher.once('ready', resolve)).then(async () => {
      if (old) {
        this._open.delete(old);
        await old.close();
      }
    });
    this._ready.catch(error => this._log.warn(`a watcher did not close: ${error}`));
  }

  /** Resolves when the present folders are watched: a change before may be missed. */
  get ready(): Promise<void> {
    return this._ready;
  }

  /** Stop watching; resolves when all handles are released. */
  async close(): Promise<void> {
    this._changes.close();
    await Promise.all([...this._open].map(watcher => watcher.close()));
    this._open.clear();
    this._watcher = null;
  }

  private _note(file: string): void {
    if (this._files.has(file)) {
      this._changes.note(file);
    }
  }

  private _watcher: FSWatcher | null = null;
  /** The present one, and one that it replaces until it is ready. */
  private readonly _open = new Set<FSWatcher>();
  private _ready: Promise<void> = Promise.resolve();
  private _files = new Set<string>();
  private _folders = new Set<string>();
  private readonly _changes: Changes;
}

/** A file itself, or what has to come into being on the way to it: the part below the nearest folder. */
function existingPlace(file: string): string {
  let place = file;
  while (!existsSync(path.dirname(place)) && path.dirname(place) !== place) {
    place = path.dirname(place);
  }
  return place;
}

/**
 * Tells of changes anywhere in some folders, such as those of a running batch. A folder that does not
 * exist yet is watched from the moment `refresh` finds it.
 */
export class FolderWatcher {
  /**
   * @param _folders - absolute paths
   * @param onChange - gets absolute paths of files, gathered over a few milliseconds
   */
  constructor(
    private readonly _folders: readonly string[],
    onChange: (paths: ReadonlySet<string>) => void,
    private readonly _log: ILog
  ) {
    this._changes = new Changes(onChange);
    this._watcher = watch([..._folders], {
      ignoreInitial: true,
      // Drafts of ours and hidden files of editors are nobody's data.
      ignored: file => /(^|[\\/])\.[^\\/]+$|\.tmp$/.test(path.basename(file))
    });
    this._watcher.on('all', (_event, file) => this._changes.note(file));
    this._watcher.on('error', error => this._log.warn(`folders cannot be watched: ${error}`));
  }

  /** Look again for folders that did not exist. */
  refresh(): void {
    this._watcher.add([...this._folders]);
  }

  /** Stop watching; resolves when all handles are released. */
  async close(): Promise<void> {
    this._changes.close();
    await this._watcher.close();
  }

  private readonly _watcher: FSWatcher;
  private readonly _changes: Changes;
}
