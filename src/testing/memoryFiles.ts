import type { IFileStatus, IFiles } from '../core/files';
import { FileError } from '../core/files';
import { folderOf, joinPath, nameOf } from '../core/path';

/** At most this many links are followed, as file systems do. */
const MAXIMUM_LINKS = 40;

/**
 * Files in memory for specs. Folders exist where something lies in them, or where they are added.
 */
export class MemoryFiles implements IFiles {
  /**
   * @param files - text, or bytes that need not be UTF-8, by absolute path
   */
  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) {
      this.write(path, content);
    }
  }

  /** Number of files that were read, to see that nothing is read twice. */
  get readCount(): number {
    return this._readCount;
  }

  /** Write or replace a file; its folders come into being. */
  write(path: string, content: string | Uint8Array): void {
    this._clock += 1;
    this._entries.set(joinPath(path), { kind: 'file', content, modifiedMs: this._clock });
  }

  /** Make an empty folder. */
  addFolder(path: string): void {
    this._entries.set(joinPath(path), { kind: 'folder' });
  }

  /** Make a symbolic link; the target may be relative to the folder of the link, and need not exist. */
  addLink(path: string, target: string): void {
    this._entries.set(joinPath(path), { kind: 'link', target });
  }

  /** Make reading a file fail, as without permission. */
  forbid(path: string): void {
    this._forbidden.add(joinPath(path));
  }

  /** Remove a file, a link, or a folder with all that is in it. */
  remove(path: string): void {
    const normal = joinPath(path);
    for (const key of [...this._entries.keys()]) {
      if (key === normal || key.startsWith(`${normal}/`)) {
        this._entries.delete(key);
      }
    }
  }

  async status(path: string): Promise<IFileStatus | null> {
    const real = this._resolve(path);
    const entry = real === null ? undefined : this._entries.get(real);
    if (real === null) {
      return null;
    }
    return entry?.kind === 'file'
      ? { kind: 'file', size: bytesOf(entry.content).length, modifiedMs: entry.modifiedMs }
      : { kind: 'folder', size: 0, modifiedMs: 0 };
  }

  async readText(path: string): Promise<string> {
    this._readCount += 1;
    const real = this._resolve(path);
    const entry = real === null ? undefined : this._entries.get(real);
    if (real === null || entry?.kind !== 'file' || this._forbidden.has(real)) {
      const reason = real === null ? 'it does not exist' : 'permission denied';
      throw new FileError(path, 'file-unreadable', reason);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        bytesOf(entry.content)
      );
    } catch {
      // A fatal decoder throws for one reason only.
      throw new FileError(path, 'encoding', 'it is not UTF-8');
    }
  }

  async list(folder: string): Promise<string[]> {
    const real = this._resolve(folder);
    if (real === null) {
      return [];
    }
    const prefix = real === '/' ? '/' : `${real}/`;
    const names = [...this._entries.keys()]
      .filter(path => path.startsWith(prefix) && path !== prefix)
      .map(path => path.slice(prefix.length).split('/')[0]);
    return [...new Set(names)].sort();
  }

  async realPath(path: string): Promise<string | null> {
    return this._resolve(path);
  }

  /** Follow links in every part of a path; null where it leads to nothing. */
  private _resolve(path: string, depth = 0): string | null {
    const normal = joinPath(path);
    if (normal === '/' || depth > MAXIMUM_LINKS) {
      return normal === '/' ? normal : null;
    }
    const parent = this._resolve(folderOf(normal), depth + 1);
    if (parent === null) {
      return null;
    }
    const real = joinPath(parent, nameOf(normal));
    const entry = this._entries.get(real);
    if (entry?.kind === 'link') {
      return this._resolve(joinPath(parent, entry.target), depth + 1);
    }
    const hasChild = (): boolean =>
      [...this._entries.keys()].some(key => key.startsWith(`${real}/`));
    return entry || hasChild() ? real : null;
  }

  private readonly _entries = new Map<string, Entry>();
  private readonly _forbidden = new Set<string>();
  private _clock = 0;
  private _readCount = 0;
}

type Entry =
  | { kind: 'file'; content: string | Uint8Array; modifiedMs: number }
  | { kind: 'folder' }
  | { kind: 'link'; target: string };

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
