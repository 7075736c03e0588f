import { lchown, lstat, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { isAbsent } from '../../files';
import type { IContainerUser } from './containerFile';

/**
 * Let the user of a container write to a folder, where the server is root and that user is not: it owns the folder
 * until it is given back. Without root the user has the server's own id, and nothing is to be done.
 *
 * @returns gives the folder back to who had it
 */
export async function lendFolder(
  folder: string,
  { uid, gid, isRootless }: IContainerUser
): Promise<() => Promise<void>> {
  if (isRootless) {
    return async () => undefined;
  }
  const before = await lstat(folder);
  await changeOwner(folder, uid, gid);
  return () => changeOwner(folder, before.uid, before.gid);
}

/** Links are changed themselves, never what they lead to. */
async function changeOwner(name: string, uid: number, gid: number): Promise<void> {
  try {
    await lchown(name, uid, gid);
    if (!(await lstat(name)).isDirectory()) {
      return;
    }
    const entries = await readdir(name);
    await Promise.all(entries.map(entry => changeOwner(path.join(name, entry), uid, gid)));
  } catch (error) {
    // The server, too, writes there and renames drafts meanwhile.
    if (!isAbsent(error)) {
      throw error;
    }
  }
}
