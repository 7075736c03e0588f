import { promises as fs } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import { isAbsent } from '../files';
import { whenDescriptorsAreFree } from '../systemError';
import { isAlive } from './stateOwner';

/** How a file is put in its place. */
export interface IWriteOptions {
  /** True waits until the bytes are on the disk, for what a power cut must not take. Default false. */
  isDurable?: boolean;
  /** Permissions of the file. Default 0o644, less the process's mask. */
  mode?: number;
}

/**
 * Write a file as a whole: a draft beside it, then a rename, so that readers see the old content or
 * the new, never half of either. Missing folders are made.
 *
 * @param target - absolute path; a symbolic link there is replaced, not followed
 * @throws what the file system says; no draft is left behind then
 */
export async function writeAtomically(
  target: string,
  content: string | Uint8Array,
  { isDurable = false, mode = 0o644 }: IWriteOptions = {}
): Promise<void> {
  const draft = draftPath(target);
  const folder = path.dirname(target);
  try {
    const handle = await withFolder(folder, () =>
      whenDescriptorsAreFree(() => fs.open(draft, 'wx', mode))
    );
    try {
      await handle.writeFile(content);
      if (isDurable) {
        await handle.datasync();
      }
    } finally {
      await handle.close();
    }
    await fs.rename(draft, target);
  } catch (error) {
    await fs.rm(draft, { force: true });
    throw error;
  }
  if (isDurable) {
    await syncFolder(folder);
  }
}

/**
 * A path beside a file that nothing else uses, for a draft of it; hidden, known by its suffix, and with the host and the
 * number of the process that writes it.
 */
export function draftPath(target: string): string {
  const owner = `${HOST}-${process.pid}-${randomBytes(8).toString('hex')}`;
  const name = `.${path.basename(target).slice(0, 100)}.${owner}.draft`;
  return path.join(path.dirname(target), name);
}

/**
 * Remove drafts that processes of this host left in a folder when they were killed.
 *
 * @param isDeep - false for those in the folder itself; true, as when left out, at any depth
 */
export async function removeAbandonedDrafts(folder: string, isDeep = true): Promise<void> {
  let names: string[];
  try {
    names = await fs.readdir(folder, { recursive: isDeep });
  } catch (error) {
    if (isAbsent(error)) {
      return;
    }
    throw error;
  }
  const drafts = names.filter(name => {
    const [, host, pid] = DRAFT_PATTERN.exec(path.basename(name)) ?? [];
    return host === HOST && !isAlive(Number(pid));
  });
  await Promise.all(drafts.map(name => fs.rm(path.join(folder, name), { force: true })));
}

const HOST = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
const DRAFT_PATTERN = /^\..*\.([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.draft$/;

/** Do what needs a folder, which is nearly always there; only when it is missing it is made. */
async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
    await fs.mkdir(folder, { recursive: true });
    return work();
  }
}

/** Wait until names in a folder are on the disk. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    // Folders cannot be opened there, and a rename is already durable.
    return;
  }
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
