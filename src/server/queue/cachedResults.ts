import { nodeFiles } from '../files';
import { BlobStore } from '../store/blobs';
import type { IIndexedRun, RunIndex } from '../store/runIndex';
import { folderOfRequest } from './newRun';
import type { IEnsureRequest } from './queue';

/**
 * Find the result that answers a request without executing anything: that of the newest good run of the same work,
 * when all that it made is still in the store.
 *
 * A batch shows what lies in its own folder, so only the newest run of that very folder can answer for it.
 *
 * @returns null when there is none, or when the request does not allow it
 */
export async function findCached(
  request: IEnsureRequest,
  index: RunIndex
): Promise<IIndexedRun | null> {
  const run = request.allowsCached ? index.newestDone(request.key) : null;
  if (!run || !isShown(run, request, index)) {
    return null;
  }
  if ((await nodeFiles.status(run.folder))?.kind !== 'folder') {
    return null;
  }
  const blobs = new BlobStore(run.automationFolder);
  for (const digest of new Set(Object.values(run.record.outputs))) {
    if (!(await blobs.has(digest))) {
      return null;
    }
  }
  return run;
}

function isShown(run: IIndexedRun, request: IEnsureRequest, index: RunIndex): boolean {
  const { id, automation, batch } = run.record;
  const [newest] = index.list({ automation: automation.id, batch: batch.slug, limit: 1 });
  const isNewest = newest?.id === id;
  return isNewest && (request.batch.kind === 'form' || run.folder === folderOfRequest(request));
}
