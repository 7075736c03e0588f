import { statSync } from 'node:fs';

/** Milliseconds in which changes are gathered: an editor that saves writes, renames and touches. */
const GATHER_MS = 30;

/**
 * Milliseconds after which files that changed are looked at once more. chokidar leaves out a change that comes within 50 ms
 * of another of the same file, such as that of a formatter after a save; nobody would ever tell of it.
 */
const LOOK_AGAIN_MS = 60;

/** Gathers what changed over a few milliseconds, and tells it; also of what a watcher leaves out soon after. */
export class Changes {
  /** @param _onChange - gets absolute paths */
  constructor(private readonly _onChange: (paths: ReadonlySet<string>) => void) {}

  /** A file changed. */
  note(file: string): void {
    this._changed.add(file);
    this._timer ??= setTimeout(() => this._tell(), GATHER_MS);
  }

  /** Tell nothing more. */
  close(): void {
    this._isClosed = true;
    clearTimeout(this._timer);
    this._lookers.forEach(timer => clearTimeout(timer));
  }

  private _tell(): void {
    this._timer = undefined;
    const changed = this._changed;
    this._changed = new Set();
    const telling = Symbol();
    // Before anybody reads them: what is written meanwhile is another state.
    changed.forEach(file => this._told.set(file, { stamp: stampOf(file), telling }));
    const timer = setTimeout(() => {
      this._lookers.delete(timer);
      changed.forEach(file => this._lookAgain(file, telling));
    }, LOOK_AGAIN_MS);
    this._lookers.add(timer);
    this._onChange(changed);
  }

  private _lookAgain(file: string, telling: symbol): void {
    const told = this._told.get(file);
    // What was told of again meanwhile is looked at after that.
    if (this._isClosed || told?.telling !== telling) {
      return;
    }
    this._told.delete(file);
    if (stampOf(file) !== told.stamp) {
      this.note(file);
    }
  }

  private _changed = new Set<string>();
  /** Files that are to be looked at again, as they were when it was told last of them. */
  private readonly _told = new Map<string, { stamp: string; telling: symbol }>();
  private _timer: NodeJS.Timeout | undefined;
  private readonly _lookers = new Set<NodeJS.Timeout>();
  private _isClosed = false;
}

/** What changes whenever a file is written, moved or replaced; '' where there is none. */
function stampOf(file: string): string {
  try {
    const status = statSync(file, { bigint: true });
    return status.isFile()
      ? `${status.ino}:${status.size}:${status.mtimeNs}:${status.ctimeNs}`
      : '';
  } catch {
    // Gone, or not to be looked at: a watcher tells when that changes.
    return '';
  }
}
