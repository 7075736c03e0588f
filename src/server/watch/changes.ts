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
    // Before anybody reads them: what is written meanwhile is another state.
    const stamps = new Map([...changed].map(file => [file, stampOf(file)]));
    const timer = setTimeout(() => {
      this._lookers.delete(timer);
      for (const [file, stamp] of stamps) {
        if (!this._isClosed && stampOf(file) !== stamp) {
          this.note(file);
        }
      }
    }, LOOK_AGAIN_MS);
    this._lookers.add(timer);
    this._onChange(changed);
  }

  private _changed = new Set<string>();
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
