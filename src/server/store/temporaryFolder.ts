import { mkdtempSync, promises as fs, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isAbsent } from '../files';
import type { ILog } from '../log';
import { isDeadHere, parseOwner } from './stateOwner';

const PREFIX = 'crosscompute-';
/** Says whose a folder is, so that a later server can remove it when that process was killed. */
const OWNER_FILE = '.owner.json';
/** Each waits 100 ms longer than the one before. */
const RETRIES = 8;

/**
 * Make a folder for files that nobody needs once this process ended, below the system's folder for these.
 *
 * @param kind - such as `fork`, shown in its name
 * @returns its absolute path; whoever asked removes it
 */
export async function makeTemporaryFolder(kind: string): Promise<string> {
  const owner = JSON.stringify({ pid: process.pid, host: os.hostname() });
  // Nothing in between: one whose owner is not written when its process is killed is never removed.
  const folder = mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${kind}-`));
  writeFileSync(path.join(folder, OWNER_FILE), owner, { mode: 0o600 });
  return folder;
}

/** Remove a temporary folder into which a process that is about to end may still write. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  await fs.rm(folder, { recursive: true, force: true, maxRetries: RETRIES });
}

/**
 * Remove the temporary folders of processes of this host that were killed; never rejects.
 *
 * @param endProcesses - ends what such a process left running that writes into a folder
 */
export async function removeAbandonedFolders(
  log: ILog,
  endProcesses: (folder: string) => Promise<void>
): Promise<void> {
  const parent = os.tmpdir();
  const names = await fs.readdir(parent).catch(() => []);
  for (const name of names.filter(each => each.startsWith(PREFIX))) {
    const folder = path.join(parent, name);
    try {
      const owner = parseOwner(await fs.readFile(path.join(folder, OWNER_FILE), 'utf-8'));
      if (owner && isDeadHere(owner)) {
        await endProcesses(folder);
        await removeTemporaryFolder(folder);
      }
    } catch (error) {
      // Those without the file are somebody else's, and of another person's nothing can be read.
      if (!isAbsent(error)) {
        log.debug(`${folder} is left where it is: ${String(error)}`);
      }
    }
  }
}
