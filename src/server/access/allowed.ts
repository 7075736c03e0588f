import type { IAutomationSummary, IRunSummary } from '../../core/api';
import { isText, type JournalEvent } from '../../core/run/journal';
import type { IRunError, IRunRecord } from '../../core/run/run';
import type { AutomationAccess } from './automationAccess';
import type { Services } from '../services';
import type { ILocatedBatch } from '../site/loadedAutomation';

/** What a visitor may know of an automation: where its files lie and what is wrong in them is for who may run. */
export function summaryFor(access: AutomationAccess): IAutomationSummary {
  const summary = access.loaded.summary();
  return access.mayReadDetails
    ? summary
    : { ...summary, configuration: '', problems: [], notebooks: [] };
}

/** What a visitor may know of a run: traces of the code are for who may run. */
export function runSummaryFor(access: AutomationAccess | null, summary: IRunSummary): IRunSummary {
  return mayReadRun(access) ? summary : { ...summary, error: publicError(summary.error) };
}

/** The record of a run as a visitor may read it. */
export function recordFor(access: AutomationAccess | null, record: IRunRecord): IRunRecord {
  return mayReadRun(access)
    ? record
    : {
        ...record,
        automation: { ...record.automation, configuration: '' },
        askers: [],
        error: publicError(record.error)
      };
}

/**
 * An event of a run as a visitor may read it: who may not run gets states, progress and what was printed, without
 * traces.
 *
 * @returns null for an event that the visitor does not get
 */
export function eventFor(
  access: AutomationAccess | null,
  event: JournalEvent
): JournalEvent | null {
  if (mayReadRun(access)) {
    return event;
  }
  switch (event.kind) {
    case 'state': {
      const { asker: _asker, error, ...rest } = event;
      return error ? { ...rest, error: publicError(error) } : rest;
    }
    case 'progress':
      return event;
    case 'output':
      return isText(event) && event.stream === 'stdout' ? event : null;
    default:
      return null;
  }
}

/** The message of an error, and where it is, without traces and what the code wrote. */
export function publicError<T extends IRunError | null>(error: T): T {
  if (!error) {
    return error;
  }
  const { traceback: _traceback, tail: _tail, ...rest } = error;
  return rest as T;
}

/**
 * The batch of a slug, or run of an id, when a visitor may see (or run) it.
 *
 * @throws {HttpError} 403 `not-authorized`, 404 `batch-unknown`
 */
export async function locateAllowed(
  { runService }: Pick<Services, 'runService'>,
  access: AutomationAccess,
  slug: string,
  permission: 'see_batch' | 'run_automation' = 'see_batch'
): Promise<ILocatedBatch> {
  const batch = runService.locate(access.loaded, slug);
  if (!(await access.allowsBatch(batch, permission))) {
    throw access.refusal(permission);
  }
  return batch;
}

/**
 * The batches to print: those that are named, which must all be visible, or all that are.
 *
 * @throws {HttpError} 403 `not-authorized`, 404 `batch-unknown`
 */
export async function printableBatches(
  services: Pick<Services, 'runService'>,
  access: AutomationAccess,
  named: readonly string[] | null
): Promise<string[]> {
  if (named) {
    for (const slug of named) {
      await locateAllowed(services, access, slug);
    }
    return [...named];
  }
  const slugs: string[] = [];
  for (const { slug } of access.loaded.batches) {
    if (await access.allowsBatch(services.runService.locate(access.loaded, slug))) {
      slugs.push(slug);
    }
  }
  return slugs;
}

/** Where an automation is not open, the visitor is Jupyter's user, whose files they are. */
function mayReadRun(access: AutomationAccess | null): boolean {
  return access ? access.mayReadDetails : true;
}
