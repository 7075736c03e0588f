import { promises as fs } from 'node:fs';
import { FileError, type IFiles } from '../core/files';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The files of this machine, for core. */
export const nodeFiles: IFiles = {
  async status(path) {
    try {
      const status = await fs.stat(path);
      const kind = status.isDirectory() ? 'folder' : 'file';
      return { kind, size: kind === 'file' ? status.size : 0, modifiedMs: status.mtimeMs };
    } catch (error) {
      if (isAbsent(error)) {
        return null;
      }
      throw unreadable(path, error);
    }
  },

  async readText(path) {
    let bytes: Buffer;
    try {
      bytes = await fs.readFile(path);
    } catch (error) {
      throw unreadable(path, error);
    }
    try {
      return decoder.decode(bytes);
    } catch {
      throw new FileError(path, 'encoding', 'it is not UTF-8');
    }
  },

  async list(folder) {
    try {
      return (await fs.readdir(folder)).sort();
    } catch (error) {
      if (isAbsent(error)) {
        return [];
      }
      throw unreadable(folder, error);
    }
  },

  async realPath(path) {
    try {
      return await fs.realpath(path);
    } catch (error) {
      if (isAbsent(error)) {
        return null;
      }
      throw unreadable(path, error);
    }
  }
};

/** Tell whether an error of the file system means that there is nothing at the path. */
export function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code ?? '');
}

/** The code of a Node error, such as `ENOENT`; '' for any other error. */
export function errorCode(error: unknown): string {
  // Not by `instanceof`: errors of Node's own modules may come from another realm.
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : '';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reports an error'
};

function unreadable(path: string, error: unknown): FileError {
  const code = errorCode(error);
  return new FileError(path, 'file-unreadable', REASONS[code] ?? (code || 'unknown reason'));
}
