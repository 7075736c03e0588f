import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { Identity } from '../../core/access/identity';
import type { JournalEvent } from '../../core/run/journal';
import type { IRunRecord } from '../../core/run/run';
import { ensureRunFolder, journalPathOf, writeRecord } from '../store/history';
import { formatEvent } from '../store/journalFile';
import type { IIndexedRun } from '../store/runIndex';
import type { StoredRun } from '../store/runRecord';
import { whenDescriptorsAreFree } from '../systemError';
import { keepIdentity } from './debugFolder';
import type { IEnsureRequest } from './queue';

/** Absolute folder in which a run executes. */
export function folderOfRequest({ automationFolder, batch }: IEnsureRequest): string {
  // The run of a test has its home where it executes.
  return batch.kind === 'test' ? automationFolder : path.join(automationFolder, batch.folder);
}

/**
 * Make the run that somebody asks for, as the index keeps it.
 *
 * @param created - RFC 3339 UTC with milliseconds
 * @param leader - id of the run that it follows; default none
 */
export function newRun(
  request: IEnsureRequest,
  created: string,
  engineId: string,
  leader: string | null = null
): Omit<IIndexedRun, 'sequence'> {
  const record: IRunRecord = {
    id: request.id,
    key: request.key,
    automation: request.automation,
    batch: request.batch,
    state: 'queued',
    created,
    started: null,
    ended: null,
    askers: [request.asker],
    priority: request.priority,
    lane: request.lane ?? 'run',
    leader,
    retryOf: request.retryOf,
    attempt: request.attempt ?? 1,
    ...(request.retryAt === undefined ? {} : { retry_at: request.retryAt }),
    inputs: request.inputs,
    code: request.code,
    datasets: request.datasets,
    kernel: request.kernel,
    engine: { id: engineId, kernel: null },
    return_code: null,
    error: null,
    outputs: {},
    problems: request.problems
  };
  return {
    record,
    automationFolder: request.automationFolder,
    folder: folderOfRequest(request),
    isSingle: request.isSingle,
    secrets: Object.keys(request.secrets)
  };
}

/**
 * Give a new run its home on disk: its record, and a journal with its first event.
 *
 * @param first - who asked, and 1 + queued runs before it
 * @param marked - the record with what a later server must know
 */
export async function makeRunHome(
  { record, automationFolder }: Pick<IIndexedRun, 'record' | 'automationFolder'>,
  first: { asker: string; identity?: Identity; position: number | null },
  marked: StoredRun
): Promise<void> {
  await ensureRunFolder(automationFolder, record.id);
  const event: JournalEvent = {
    seq: 1,
    time: record.created,
    kind: 'state',
    state: 'queued',
    ...(first.position === null ? {} : { position: first.position }),
    ...(record.retry_at === undefined ? {} : { retry_at: record.retry_at }),
    asker: first.asker,
    ...(record.leader === null ? {} : { leader: record.leader })
  };
  const journal = journalPathOf(automationFolder, record.id);
  await whenDescriptorsAreFree(() => fs.writeFile(journal, formatEvent(event), { flag: 'wx' }));
  if (first.identity) {
    await keepIdentity(automationFolder, record.id, first.identity);
  }
  await writeRecord(automationFolder, marked);
}
