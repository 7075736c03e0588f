import { nodeFiles } from '../files';
import type { IRunRecord } from '../../core/run/run';
import type { ILog } from '../log';
import type { IResults, IResultStore, ISharedResult } from '../store/resultStore';
import { ResultStoreError } from '../store/resultStoreError';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { folderOfRequest } from './newRun';
import type { IEnsureRequest } from './queue';

/**
 * Find the result that answers a request without executing anything: that of the newest good run of the same work,
 * when all that it made is still in the store.
 *
 * A batch shows what lies in its own folder, so only the newest run of that very folder can answer for it.
 *
 * @returns null when there is none, when the request does not allow it, or when nobody can tell
 */
export async function findCached(
  request: IEnsureRequest,
  { index, results, log }: { index: RunIndex; results: IResults; log: ILog }
): Promise<IIndexedRun | null> {
  const run = request.allowsCached ? index.newestDone(request.key) : null;
  if (!run || !isShown(run, request, index)) {
    return null;
  }
  if ((await nodeFiles.status(run.folder))?.kind !== 'folder') {
    return null;
  }
  try {
    return (await isStored(results.of(run.automationFolder), run.record)) ? run : null;
  } catch (error) {
    if (!(error instanceof ResultStoreError)) {
      throw error;
    }
    log.warn(`an earlier result cannot answer: ${error.message}`);
    return null;
  }
}

/**
 * Find the result of the same work that a server elsewhere made, where servers share a store.
 *
 * @returns null when there is none, when the request does not allow it, or when nobody can tell
 */
export async function findShared(
  { allowsCached, key }: IEnsureRequest,
  { results, log }: { results: IResults; log: ILog }
): Promise<ISharedResult | null> {
  try {
    return allowsCached && results.shared ? await results.shared.find(key) : null;
  } catch (error) {
    if (!(error instanceof ResultStoreError)) {
      throw error;
    }
    log.warn(`results of other servers cannot answer: ${error.message}`);
    return null;
  }
}

async function isStored(store: IResultStore, { outputs }: IRunRecord): Promise<boolean> {
  for (const digest of new Set(Object.values(outputs))) {
    if (!(await store.has(digest))) {
      return false;
    }
  }
  return true;
}

function isShown(run: IIndexedRun, request: IEnsureRequest, index: RunIndex): boolean {
  const { id, automation, batch } = run.record;
  const [newest] = index.list({ automation: automation.id, batch: batch.slug, limit: 1 });
  const isNewest = newest?.id === id;
  return isNewest && (request.batch.kind === 'form' || run.folder === folderOfRequest(request));
}
