import { constants, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { isAbsent } from '../files';
import { draftPath } from './atomicWrite';
import { digestFile, type BlobStore, type IBlob } from './blobs';
import type { IResultStore, IStoredResult } from './resultStore';
import { ResultStoreError } from './resultStoreError';

/** Results in the folder of their automation. */
export class FolderResults implements IResultStore {
  constructor(private readonly _blobs: BlobStore) {}

  has(digest: string): Promise<boolean> {
    return this._blobs.has(digest);
  }

  async get(digest: string, file: string): Promise<void> {
    const source = this._blobs.path(digest);
    const draft = draftPath(file);
    await fs.mkdir(path.dirname(file), { recursive: true });
    try {
      await fs.copyFile(source, draft, constants.COPYFILE_FICLONE);
      if ((await digestFile(draft)).digest !== digest) {
        throw new ResultStoreError('damaged', `"${source}" is damaged; remove it and run again`);
      }
      // What is stored is read-only; what lies in a batch is for its scripts to write anew.
      await fs.chmod(draft, 0o644);
      await fs.rename(draft, file);
    } catch (error) {
      if (isAbsent(error) && !(await this.has(digest))) {
        throw new ResultStoreError('absent', `"${source}" does not exist; run again`);
      }
      throw error;
    } finally {
      await fs.rm(draft, { force: true });
    }
  }

  put(file: string): Promise<IBlob> {
    return this._blobs.putFile(file);
  }

  list(): AsyncIterable<IStoredResult> {
    return this._blobs.list();
  }

  async remove(digest: string): Promise<void> {
    await fs.rm(this._blobs.path(digest), { force: true });
  }
}
