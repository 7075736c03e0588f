/** What core wants to know of a file or folder. */
export interface IFileStatus {
  kind: 'file' | 'folder';
  /** Bytes; 0 for a folder. */
  size: number;
  /** Milliseconds since the epoch of the last change. */
  modifiedMs: number;
}

/**
 * The files that core reads. All paths are absolute POSIX paths.
 *
 * The server gives one over `node:fs`, tests give one in memory; both pass `fileSystemContract`.
 */
export interface IFiles {
  /** @returns null where there is nothing (or a dangling link) */
  status(path: string): Promise<IFileStatus | null>;
  /**
   * Read UTF-8 text; a byte order mark is kept.
   *
   * @throws {FileError} `encoding` when the bytes are not UTF-8, `file-unreadable` for everything else
   */
  readText(path: string): Promise<string>;
  /** Names in a folder, sorted, neither `.` nor `..`; [] when the folder does not exist. */
  list(folder: string): Promise<string[]>;
  /**
   * Resolve symbolic links.
   *
   * @returns null where there is nothing
   */
  realPath(path: string): Promise<string | null>;
}

/** A file could not be read; its message names the file. */
export class FileError extends Error {
  /**
   * @param reason - a clause for people, such as `permission is denied`
   */
  constructor(
    readonly path: string,
    readonly code: 'encoding' | 'file-unreadable',
    readonly reason: string
  ) {
    super(code === 'encoding' ? `"${path}" is not UTF-8` : `"${path}" cannot be read: ${reason}`);
    this.name = 'FileError';
  }
}
