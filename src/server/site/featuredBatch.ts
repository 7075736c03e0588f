import type { AutomationAccess } from '../access/automationAccess';
import type { ILocatedBatch } from './loadedAutomation';

/** The batch that the automation page shows: the chosen one, or the first, that the visitor may see; null for none. */
export async function featuredOf(
  access: AutomationAccess,
  chosen: string | null
): Promise<ILocatedBatch | null> {
  const { loaded } = access;
  const preferred = loaded.findBatch(chosen ?? '');
  if (preferred && (await access.allowsBatch(preferred))) {
    return preferred;
  }
  for (const { slug } of loaded.batches) {
    const batch = loaded.findBatch(slug);
    if (batch && (await access.allowsBatch(batch))) {
      return batch;
    }
  }
  return null;
}
