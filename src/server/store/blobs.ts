import { createHash } from 'node:crypto';
import { constants, createReadStream, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { isAbsent } from '../files';
import { draftPath } from './atomicWrite';
import { ensureStateFolder, stateFolderOf } from './stateFolder';

/** A stored content. */
export interface IBlob {
  /** `sha256:` and 64 hex digits. */
  digest: string;
  bytes: number;
}

/** Bytes up to which a file is held in memory while it is stored. */
const SMALL_BYTES = 1024 * 1024;

const DIGEST_PATTERN = /^sha256:([0-9a-f]{2})([0-9a-f]{62})$/;

/** Milliseconds after which a draft belongs to nobody any more. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Tell whether a text names a content, such as `sha256:5891…`. */
export function isDigest(text: string): boolean {
  return DIGEST_PATTERN.test(text);
}

/**
 * Compute the SHA-256 of a file without holding it in memory.
 *
 * @returns `sha256:` and 64 hex digits, and how many bytes were read
 */
export async function digestFile(file: string): Promise<IBlob> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const buffer = chunk as Buffer;
    hash.update(buffer);
    bytes += buffer.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, bytes };
}

/**
 * The store of an automation: contents under their digest in `.crosscompute/blobs/sha256/ab/cdef…`,
 * read-only, each once, complete from the moment their name exists.
 */
export class BlobStore {
  /**
   * @param _automationFolder - absolute
   */
  constructor(private readonly _automationFolder: string) {
    this._root = path.join(stateFolderOf(_automationFolder), 'blobs');
  }

  /**
   * Absolute path of a content, whether it exists or not.
   *
   * @throws {RangeError} when the text is no digest
   */
  path(digest: string): string {
    const parts = DIGEST_PATTERN.exec(digest);
    if (!parts) {
      throw new RangeError(`"${digest}" is not a digest such as sha256:5891…`);
    }
    return path.join(this._root, 'sha256', parts[1], parts[2]);
  }

  /** Tell whether a content is stored. */
  async has(digest: string): Promise<boolean> {
    return ifThere(fs.access(this.path(digest)));
  }

  /**
   * Store a copy of a file; costs no space of its own where the file system shares blocks. What is
   * digested is the copy, so a file that changes meanwhile cannot get a wrong name.
   */
  async putFile(file: string): Promise<IBlob> {
    if ((await fs.stat(file)).size <= SMALL_BYTES) {
      // Read once, it is a copy, too; and what is stored already is not written again.
      return this.put(await fs.readFile(file));
    }
    return this._put(draft => fs.copyFile(file, draft, constants.COPYFILE_FICLONE));
  }

  /** Store bytes, or a text as UTF-8. */
  async put(content: string | Uint8Array): Promise<IBlob> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    return (await this._renew(digest))
      ? { digest, bytes: bytes.length }
      : this._put(draft => fs.writeFile(draft, bytes));
  }

  /**
   * Read a content whole.
   *
   * @throws what the file system says when it is not stored
   */
  async read(digest: string): Promise<Buffer> {
    return fs.readFile(this.path(digest));
  }

  /** All contents, in no order, with when they were stored, or stored again. */
  async *list(): AsyncGenerator<IBlob & { storedMs: number }> {
    const root = path.join(this._root, 'sha256');
    for (const begin of await namesIn(root)) {
      for (const rest of await namesIn(path.join(root, begin))) {
        const digest = `sha256:${begin}${rest}`;
        const status = isDigest(digest) ? await fs.stat(this.path(digest)) : null;
        if (status) {
          yield { digest, bytes: status.size, storedMs: status.mtimeMs };
        }
      }
    }
  }

  /**
   * Remove a content, unless it was stored again meanwhile.
   *
   * @returns true when it was removed
   */
  async removeOlder(digest: string, beforeMs: number): Promise<boolean> {
    const file = this.path(digest);
    if ((await fs.stat(file)).mtimeMs >= beforeMs) {
      return false;
    }
    await fs.rm(file, { force: true });
    return true;
  }

  /** Remove drafts that a server left behind which died while it stored something. */
  async clean(nowMs: number): Promise<void> {
    const drafts = path.join(this._root, 'drafts');
    for (const name of await namesIn(drafts)) {
      const draft = path.join(drafts, name);
      const { mtimeMs } = await fs.stat(draft);
      if (nowMs - mtimeMs > ABANDONED_MS) {
        await fs.rm(draft, { force: true });
      }
    }
  }

  /**
   * Let a content that is needed again not be collected as what nobody has named for long.
   *
   * @returns false when it is not stored
   */
  private async _renew(digest: string): Promise<boolean> {
    const now = new Date();
    return ifThere(fs.utimes(this.path(digest), now, now));
  }

  private async _put(write: (draft: string) => Promise<void>): Promise<IBlob> {
    const drafts = path.join(this._root, 'drafts');
    if (!(await ifThere(fs.access(drafts)))) {
      await ensureStateFolder(this._automationFolder);
      await fs.mkdir(drafts, { recursive: true });
    }
    const draft = draftPath(path.join(drafts, 'blob'));
    try {
      await write(draft);
      const blob = await digestFile(draft);
      const target = this.path(blob.digest);
      if (!(await this._renew(blob.digest))) {
        await fs.mkdir(path.dirname(target), { recursive: true });
        // Before it is read-only: some systems refuse to flush a file that cannot be written.
        const handle = await fs.open(draft, 'r+');
        try {
          await handle.datasync();
          await handle.chmod(0o444);
        } finally {
          await handle.close();
        }
        await fs.rename(draft, target);
      }
      return blob;
    } finally {
      await fs.rm(draft, { force: true });
    }
  }

  private readonly _root: string;
}

/** Wait for something that is done to a file; false when there is none. */
async function ifThere(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isAbsent(error)) {
      return false;
    }
    throw error;
  }
}

/** Names in a folder; [] when there is none. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (isAbsent(error)) {
      return [];
    }
    throw error;
  }
}
