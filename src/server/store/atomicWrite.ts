import { promises as fs } from 'node:fs';
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { isAbsent } from '../files';

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
  await fs.mkdir(folder, { recursive: true });
  try {
    const handle = await fs.open(draft, 'wx', mode);
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
 * A path beside a file that nothing else uses, for a draft of it; hidden, known by its suffix, and with the number of
 * the process that writes it.
 */
export function draftPath(target: string): string {
  const owner = `${process.pid}-${randomBytes(8).toString('hex')}`;
  const name = `.${path.basename(target).slice(0, 100)}.${owner}.draft`;
  return path.join(path.dirname(target), name);
}

/**
 * Remove drafts that a killed process left in a folder, at any depth.
 *
 * @param pid - of that process; null for all
 */
export async function removeDrafts(folder: string, pid: number | null): Promise<void> {
  const pattern = /^\..*\.(\d+)-[0-9a-f]{16}\.draft$/;
  let names: string[];
  try {
    names = await fs.readdir(folder, { recursive: true });
  } catch (error) {
    if (isAbsent(error)) {
      return;
    }
    throw error;
  }
  const drafts = names.filter(name => {
    const owner = pattern.exec(path.basename(name))?.[1];
    return owner !== undefined && (pid === null || Number(owner) === pid);
  });
  await Promise.all(drafts.map(name => fs.rm(path.join(folder, name), { force: true })));
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
