import { createWriteStream, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { HttpError } from '../httpError';
import { isAbsent } from '../files';
import type { IDisposable } from '../queue/queue';
import type { IClock } from '../store/clock';
import { suffixOfUpload } from './uploadTypes';

/** Limits of uploads. */
export interface IUploadLimits {
  /** Bytes of one file. */
  maxFileBytes: number;
  /** Files of one upload. */
  maxFiles: number;
  /** Milliseconds after which an upload that nobody used is removed. */
  keepMs: number;
  /** Milliseconds without a byte after which an upload is given up. */
  maxIdleMs: number;
  /** Milliseconds that one upload may take. */
  maxMs: number;
}

/** Limits where no setting says otherwise. */
export const UPLOAD_LIMITS: IUploadLimits = {
  maxFileBytes: 100 * 1024 * 1024,
  maxFiles: 20,
  keepMs: 24 * 60 * 60 * 1000,
  maxIdleMs: 30_000,
  maxMs: 60 * 60 * 1000
};

/** Environment variables of the server that change limits, with what one of their units is. */
const SETTINGS = {
  CROSSCOMPUTE_MAXIMUM_UPLOAD_MEBIBYTES: { limit: 'maxFileBytes', unit: 1024 * 1024 },
  CROSSCOMPUTE_MAXIMUM_UPLOAD_FILES: { limit: 'maxFiles', unit: 1 },
  CROSSCOMPUTE_KEEP_UPLOADS_HOURS: { limit: 'keepMs', unit: 60 * 60 * 1000 }
} as const;

/**
 * Read the limits that the environment of the server sets.
 *
 * @returns those alone that differ from the usual ones
 * @throws {RangeError} for what is no whole number from 1 to a million
 */
export function readUploadLimits(environment: NodeJS.ProcessEnv): Partial<IUploadLimits> {
  const limits: Partial<IUploadLimits> = {};
  for (const [name, { limit, unit }] of Object.entries(SETTINGS)) {
    const text = environment[name];
    if (text) {
      if (!/^[1-9]\d{0,6}$/.test(text) || Number(text) > 1_000_000) {
        const message = `${name} is a whole number from 1 to 1000000, not "${text}"`;
        throw Object.assign(new RangeError(message), { code: 'ERR_OUT_OF_RANGE' });
      }
      limits[limit] = Number(text) * unit;
    }
  }
  return limits;
}

/** A file of an upload. */
export interface IUploadedFile {
  /** Name as the browser gave it, without folders. */
  name: string;
  /** MIME type as the browser gave it, without parameters; '' when it gave none. */
  type: string;
  /** Bytes. */
  size: number;
  /** Absolute path of its bytes. */
  path: string;
}

/** A file as it comes from outside. */
export interface IIncomingFile {
  filename: string;
  mimetype?: string;
  file: Readable & { truncated?: boolean };
}

/** What is kept of a file beside its bytes. */
type IStoredFile = Omit<IUploadedFile, 'path'>;

/** Milliseconds between two looks for uploads that nobody used. */
const CLEAN_MS = 60 * 60 * 1000;

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
 * files under numbers, and `files.json` with their names and types, so that no name from outside becomes a path.
 */
export class Uploads {
  /**
   * @param _folder - absolute folder, made when needed
   */
  constructor(
    private readonly _folder: string,
    readonly limits: IUploadLimits = UPLOAD_LIMITS
  ) {}

  /**
   * Store the files of one upload.
   *
   * @param owner - name of who uploads; only the same name may use it
   * @returns address such as `/f/<id>`
   * @throws {HttpError} 413 `upload-too-large`, 400 `upload-empty`, 408 `upload-slow`; nothing is left behind
   */
  async save(files: AsyncIterable<IIncomingFile>, owner: string): Promise<string> {
    const id = createId();
    const folder = path.join(this._folder, id);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const stored: IStoredFile[] = [];
      for await (const { filename, mimetype, file } of files) {
        if (stored.length >= this.limits.maxFiles) {
          throw tooLarge(`at most ${this.limits.maxFiles} files are accepted at once`);
        }
        const name = plainName(filename);
        const refusal = tooLarge(
          `"${name}" is too large; at most ${this.limits.maxFileBytes / 1024 ** 2} MiB are accepted`
        );
        // The rest of it is not waited for.
        if (file.truncated) {
          throw refusal;
        }
        file.once('limit', () => file.destroy(refusal));
        const size = await this._write(file, path.join(folder, String(stored.length)));
        stored.push({ name, type: plainType(mimetype), size });
      }
      if (!stored.length) {
        throw new HttpError(400, 'upload-empty', 'no file was sent; choose at least one');
      }
      await fs.writeFile(path.join(folder, 'files.json'), JSON.stringify({ owner, files: stored }));
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
      const record = JSON.parse(await fs.readFile(path.join(folder, 'files.json'), 'utf-8')) as {
        owner: string;
        files: IStoredFile[];
      };
      if (owner !== null && owner !== record.owner) {
        throw unknown();
      }
      return record.files.map((file, index) => ({
        ...file,
        path: path.join(folder, String(index))
      }));
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
      const suffix = suffixOfUpload(file);
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

  /**
   * Remove now and every hour what nobody used: a server that runs for months does not keep it.
   *
   * @param report - told when that was not possible; it is tried again
   * @returns ends it; who starts it disposes it
   */
  keepClean(clock: IClock, report: (error: unknown) => void): IDisposable {
    let isOver = false;
    let timer: IDisposable | undefined;
    const clean = async () => {
      await this.clean(clock.nowMs()).catch(report);
      if (!isOver) {
        timer = clock.after(Math.min(CLEAN_MS, this.limits.keepMs), () => void clean());
      }
    };
    void clean();
    return {
      dispose: () => {
        isOver = true;
        timer?.dispose();
      }
    };
  }

  /** Write the bytes of a file; one that stops coming is given up. */
  private async _write(file: Readable, target: string): Promise<number> {
    const { maxIdleMs } = this.limits;
    let size = 0;
    const giveUp = () => file.destroy(tooSlow());
    let idle = setTimeout(giveUp, maxIdleMs);
    try {
      await pipeline(
        file,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            clearTimeout(idle);
            idle = setTimeout(giveUp, maxIdleMs);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(target, { mode: 0o600 })
      );
      return size;
    } finally {
      clearTimeout(idle);
    }
  }

  /** Remove uploads that are older than `keepMs`. Runs keep copies of their own. */
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
      // One that is refused meanwhile is gone by itself.
      const changed = await fs.stat(folder).then(
        ({ mtimeMs }) => mtimeMs,
        () => nowMs
      );
      if (nowMs - changed > this.limits.keepMs) {
        await fs.rm(folder, { recursive: true, force: true });
      }
    }
  }
}

/** The last part of a name, without what no name has. */
function plainName(filename: string): string {
  const name = (filename.split(/[\\/]/).pop() ?? '').replace(/[\u0000-\u001f\u007f]/g, '');
  return name.trim().slice(0, 255) || 'file';
}

function plainType(mimetype: string | undefined): string {
  const type = (mimetype ?? '').split(';')[0].trim().toLowerCase();
  return /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(type) ? type : '';
}

function tooSlow(): HttpError {
  return new HttpError(408, 'upload-slow', 'the file stopped coming; send it again');
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
