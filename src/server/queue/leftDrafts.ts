import { hostname } from 'node:os';
import * as path from 'node:path';
import { removeDrafts } from '../store/atomicWrite';
import { runFolderOf } from '../store/history';
import type { IIndexedRun } from '../store/runIndex';
import type { StoredRun } from '../store/runRecord';
import { isAlive } from '../store/stateOwner';
import { stateFolderOf } from '../store/stateFolder';

/** More runs than a server makes homes for at the same time. */
const MOST_AT_ONCE = 100;

/**
 * Remove what a killed server had half written for a run that executed.
 *
 * @param stored - its record, which says whose it was; null when there is none
 */
export async function removeDraftsOfRunning(
  { record: { id }, automationFolder, folder }: IIndexedRun,
  stored: StoredRun | null
): Promise<void> {
  await removeDrafts(runFolderOf(automationFolder, id), null);
  const { host, pid } = stored?.pending ?? { host: '', pid: 0 };
  // The batch's folder and the store are shared: what another writes there now must stay.
  if (host === hostname() && pid !== process.pid && !isAlive(pid)) {
    await removeDrafts(folder, pid);
    await removeDrafts(path.join(stateFolderOf(automationFolder), 'blobs', 'drafts'), pid);
  }
}

/**
 * Remove what a killed server had half written for runs that wait: it can only have been at the last of them.
 *
 * @param runs - in the order in which they were asked for
 */
export async function removeDraftsOfQueued(runs: readonly IIndexedRun[]): Promise<void> {
  for (const { record, automationFolder } of runs.slice(-MOST_AT_ONCE)) {
    await removeDrafts(runFolderOf(automationFolder, record.id), null);
  }
}
