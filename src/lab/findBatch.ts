import type { IBatchSummary } from '../core/api';
import type { ICrossComputeClient } from './tokens';

/** Batches of one request. */
const LIMIT = 100;

/**
 * Find a batch, or a run made from the form, by its slug.
 *
 * @param automation - automation id
 * @returns null when there is none
 */
export async function findBatch(
  client: ICrossComputeClient,
  automation: string,
  slug: string
): Promise<IBatchSummary | null> {
  // The filter finds parts of names and slugs; wanted is the exact slug among them.
  for (let offset = 0; ; offset += LIMIT) {
    const query = { filter: slug, runs: true, offset, limit: LIMIT };
    const { batches, total } = await client.listBatches(automation, query);
    const batch = batches.find(candidate => candidate.slug === slug);
    if (batch || !batches.length || offset + LIMIT >= total) {
      return batch ?? null;
    }
  }
}
