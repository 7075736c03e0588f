import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isAbsent } from '../files';
import type { ILog } from '../log';
import { isDeadHere, parseOwner } from './stateOwner';

const PREFIX = 'crosscompute-';
/** Says whose a folder is, so that a later server can remove it when that process was killed. */
const OWNER_FILE = '.owner.json';

/**
 * Make a folder for files that nobody needs once this process ended, below the system's folder for these.
 *
 * @param kind - such as `fork`, shown in its name
 * @returns its absolute path; whoever asked removes it
 */
export async function makeTemporaryFolder(kind: string): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), `${PREFIX}${kind}-`));
  const owner = { pid: process.pid, host: os.hostname() };
  await fs.writeFile(path.join(folder, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
  return folder;
}

/** Remove the temporary folders of processes of this host that were killed; never rejects. */
export async function removeAbandonedFolders(log: ILog): Promise<void> {
  const parent = os.tmpdir();
  const names = await fs.readdir(parent).catch(() => []);
  for (const name of names.filter(each => each.startsWith(PREFIX))) {
    const folder = path.join(parent, name);
    try {
      const owner = parseOwner(await fs.readFile(path.join(folder, OWNER_FILE), 'utf-8'));
      if (owner && isDeadHere(owner)) {
        await fs.rm(folder, { recursive: true, force: true });
      }
    } catch (error) {
      // Those without the file are somebody else's, and of another person's nothing can be read.
      if (!isAbsent(error)) {
        log.debug(`${folder} is left where it is: ${String(error)}`);
      }
    }
  }
}
