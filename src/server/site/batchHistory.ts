import { renderDocument } from '../../core/template/document';
import { historyDocument } from '../../core/template/historyPage';
import type { IRunRecord } from '../../core/run/run';
import type { AutomationAccess } from '../access/automationAccess';
import { runSummaryFor, summaryFor } from '../access/allowed';
import type { IRunQueue } from '../queue/queue';
import type { Services } from '../services';
import type { IDocumentRequest, IRenderedDocument } from './documentRequest';
import type { ILocatedBatch } from './loadedAutomation';

/** Runs on one page. */
const PAGE_SIZE = 50;

/** Runs that are read at once, where some of them may not be seen. */
const READ_SIZE = 200;

/**
 * Render the list of the runs of a batch that a reader may see.
 *
 * @param before - id of the last run of the page before; null for the newest
 */
export async function renderBatchHistory(
  { queue, summaries, documents }: Pick<Services, 'queue' | 'summaries' | 'documents'>,
  access: AutomationAccess,
  batch: ILocatedBatch,
  request: IDocumentRequest & { before: string | null }
): Promise<IRenderedDocument> {
  const { loaded } = access;
  const { before, rootUri } = request;
  const runs = visibleRuns(queue, access, { batch: batch.slug, before });
  const { styleUris, isLight } = await documents.styles(loaded, rootUri);
  const frame = documents.frame(request);
  const document = historyDocument(frame, {
    automation: summaryFor(access),
    ...documents.site(),
    batch: { slug: batch.slug, name: batch.name },
    styleUris,
    runs: runs.slice(0, PAGE_SIZE).map(run => runSummaryFor(access, summaries.run(run))),
    hasNewer: before !== null,
    hasOlder: runs.length > PAGE_SIZE
  });
  document.isLight = isLight;
  return { html: renderDocument(frame, document), styleUris };
}

/** The runs of a page and one more, if there are so many: each by the values that it ran on. */
function visibleRuns(
  queue: IRunQueue,
  access: AutomationAccess,
  { batch, before }: { batch: string; before: string | null }
): IRunRecord[] {
  const visible: IRunRecord[] = [];
  let beforeRun = before ?? undefined;
  for (let isMore = true; isMore && visible.length <= PAGE_SIZE;) {
    const filter = { automation: access.loaded.id, batch, lane: 'run' as const, beforeRun };
    const read = queue.list({ ...filter, limit: READ_SIZE });
    visible.push(...read.filter(run => access.allowsRun(run)));
    beforeRun = read[read.length - 1]?.id;
    isMore = read.length === READ_SIZE;
  }
  return visible.slice(0, PAGE_SIZE + 1);
}
