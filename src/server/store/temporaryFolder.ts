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
  const owner = ownerText();
  // Nothing in between: one whose owner is not written when its process is killed is never removed.
  const folder = mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${kind}-`));
  writeFileSync(path.join(folder, OWNER_FILE), owner, { mode: 0o600 });
  return folder;
}

/** Say in a folder that it is of this process. */
export async function markOwner(folder: string): Promise<void> {
  await fs.writeFile(path.join(folder, OWNER_FILE), ownerText(), { mode: 0o600 });
}

/**
 * Remove a temporary folder into which a process that is about to end may still write. Whose it is stays until all else
 * is gone: should this process be killed now, the next one goes on.
 */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: RETRIES };
  const names = await fs.readdir(folder).catch(() => []);
  const others = names.filter(name => name !== OWNER_FILE);
  await Promise.all(others.map(name => fs.rm(path.join(folder, name), options)));
  await fs.rm(folder, options);
}

/**
 * Remove the folders of processes of this host that ended without doing it; never rejects.
 *
 * @param endProcesses - ends what such a process left running that writes into a folder
 * @param place - the folder they lie in, absolute, and how their names begin; default temporary folders
 */
export async function removeAbandonedFolders(
  log: ILog,
  endProcesses: (folder: string) => Promise<void>,
  { parent, prefix } = { parent: os.tmpdir(), prefix: PREFIX }
): Promise<void> {
  const names = await fs.readdir(parent).catch(() => []);
  for (const name of names.filter(each => each.startsWith(prefix))) {
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

function ownerText(): string {
  return JSON.stringify({ pid: process.pid, host: os.hostname() });
}
