import * as path from 'node:path';
import { removeAbandonedDrafts } from '../store/atomicWrite';
import { runFolderOf } from '../store/history';
import type { IIndexedRun } from '../store/runIndex';
import { stateFolderOf } from '../store/stateFolder';

/** More runs than a server makes homes for at the same time. */
const MOST_AT_ONCE = 100;

/** Remove what a killed server had half written for a run that executed, or was about to end. */
export async function removeDraftsOfRunning(run: IIndexedRun): Promise<void> {
  const { record, automationFolder, folder } = run;
  const blobs = path.join(stateFolderOf(automationFolder), 'blobs', 'drafts');
  for (const each of [runFolderOf(automationFolder, record.id), folder, blobs]) {
    await removeAbandonedDrafts(each);
  }
}

/**
 * Remove what a killed server had half written for runs that wait: it can only have been at the last of them.
 *
 * @param runs - in the order in which they were asked for
 */
export async function removeDraftsOfQueued(runs: readonly IIndexedRun[]): Promise<void> {
  for (const { record, automationFolder } of runs.slice(-MOST_AT_ONCE)) {
    await removeAbandonedDrafts(runFolderOf(automationFolder, record.id));
  }
}
