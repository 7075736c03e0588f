import { createWriteStream, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { HttpError } from '../httpError';
import { isAbsent } from '../files';

/** Limits of uploads. */
export const UPLOAD_LIMITS = {
  /** Bytes of one file. */
  maxFileBytes: 100 * 1024 * 1024,
  /** Files of one upload. */
  maxFiles: 20,
  /** Milliseconds after which an upload that nobody used is removed. */
  keepMs: 24 * 60 * 60 * 1000
} as const;

/** A file of an upload. */
export interface IUploadedFile {
  /** Name as the browser gave it, without folders. */
  name: string;
  /** Absolute path of its bytes. */
  path: string;
}

const ID_PATTERN = /^[a-z0-9]{32}$/;
const URI_PATTERN = /^\/f\/([a-z0-9]{32})$/;

/** Make 32 random lower-case letters and digits: ids of runs and uploads, which cannot be guessed. */
export function createId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  let id = '';
  while (id.length < 32) {
    for (const byte of randomBytes(32)) {
      // 252 is the largest multiple of 36 in a byte: what lies above would favour some letters.
      if (byte < 252 && id.length < 32) {
        id += alphabet[byte % 36];
      }
    }
  }
  return id;
}

/**
 * Files that people uploaded for inputs, until a run takes them. Each upload is a folder with its
 * files under numbers, and `names.json` with their names, so that no name from outside becomes a path.
 */
export class Uploads {
  /**
   * @param _folder - absolute folder, made when needed
   */
  constructor(private readonly _folder: string) {}

  /**
   * Store the files of one upload.
   *
   * @param owner - name of who uploads; only the same name may use it
   * @returns address such as `/f/<id>`
   * @throws {HttpError} 413 `upload-too-large`, 400 `upload-empty`; nothing is left behind
   */
  async save(
    files: AsyncIterable<{ filename: string; file: Readable & { truncated?: boolean } }>,
    owner: string
  ): Promise<string> {
    const id = createId();
    const folder = path.join(this._folder, id);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const names: string[] = [];
      for await (const { filename, file } of files) {
        if (names.length >= UPLOAD_LIMITS.maxFiles) {
          throw tooLarge(`at most ${UPLOAD_LIMITS.maxFiles} files are accepted at once`);
        }
        await pipeline(
          file,
          createWriteStream(path.join(folder, String(names.length)), { mode: 0o600 })
        );
        if (file.truncated) {
          throw tooLarge(
            `"${filename}" is too large; at most ${UPLOAD_LIMITS.maxFileBytes / 1024 ** 2} MiB are accepted`
          );
        }
        names.push(path.basename(filename) || 'file');
      }
      if (!names.length) {
        throw new HttpError(400, 'upload-empty', 'no file was sent; choose at least one');
      }
      await fs.writeFile(path.join(folder, 'names.json'), JSON.stringify({ owner, names }));
      return `/f/${id}`;
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * The files of an upload, in the order in which they were sent.
   *
   * @param owner - name of who asks; null when the server itself does
   * @throws {HttpError} 404 `upload-unknown`
   */
  async files(uri: string, owner: string | null): Promise<IUploadedFile[]> {
    const id = URI_PATTERN.exec(uri)?.[1];
    if (!id) {
      throw unknown();
    }
    const folder = path.join(this._folder, id);
    try {
      const record = JSON.parse(await fs.readFile(path.join(folder, 'names.json'), 'utf-8')) as {
        owner: string;
        names: string[];
      };
      if (owner !== null && owner !== record.owner) {
        throw unknown();
      }
      return record.names.map((name, index) => ({ name, path: path.join(folder, String(index)) }));
    } catch (error) {
      throw isAbsent(error) ? unknown() : error;
    }
  }

  /**
   * Put the files of an upload where a variable wants them.
   *
   * @param pattern - path inside the folder; `{index}` counts from 0, `{suffix}` is the file's with its dot
   * @throws {HttpError} 404 `upload-unknown`, 400 `upload-count` when a pattern without `{index}` gets several
   */
  async place(uri: string, folder: string, pattern: string): Promise<void> {
    const files = await this.files(uri, null);
    if (files.length > 1 && !pattern.includes('{index}')) {
      throw new HttpError(400, 'upload-count', 'exactly one file is accepted here');
    }
    for (const [index, file] of files.entries()) {
      // Only a plain suffix becomes part of a path; a name from outside never does.
      const suffix = /\.[A-Za-z0-9]{1,16}$/.exec(file.name)?.[0] ?? '';
      const target = path.join(
        folder,
        pattern.replace('{index}', String(index)).replace('{suffix}', suffix)
      );
      await fs.mkdir(path.dirname(target), { recursive: true });
      const draft = `${target}.${createId()}.tmp`;
      await fs.copyFile(file.path, draft);
      await fs.chmod(draft, 0o644);
      await fs.rename(draft, target);
    }
  }

  /** Remove uploads that are older than a day. Runs keep copies of their own. */
  async clean(nowMs: number): Promise<void> {
    let ids: string[];
    try {
      ids = await fs.readdir(this._folder);
    } catch (error) {
      if (isAbsent(error)) {
        return;
      }
      throw error;
    }
    for (const id of ids.filter(name => ID_PATTERN.test(name))) {
      const folder = path.join(this._folder, id);
      const { mtimeMs } = await fs.stat(folder);
      if (nowMs - mtimeMs > UPLOAD_LIMITS.keepMs) {
        await fs.rm(folder, { recursive: true, force: true });
      }
    }
  }
}

function tooLarge(message: string): HttpError {
  return new HttpError(413, 'upload-too-large', message);
}

function unknown(): HttpError {
  return new HttpError(
    404,
    'upload-unknown',
    'this upload does not exist any more; choose the file again'
  );
}
