import * as path from 'node:path';
import type { IRunRecord } from '../../core/run/run';
import type { IIndexedRun } from '../store/runIndex';
import type { IEnsureRequest } from './queue';

/** Absolute folder in which a run executes. */
export function folderOfRequest({ automationFolder, batch }: IEnsureRequest): string {
  return path.join(automationFolder, batch.folder);
}

/**
 * Make the run that somebody asks for, as the index keeps it.
 *
 * @param created - RFC 3339 UTC with milliseconds
 */
export function newRun(
  request: IEnsureRequest,
  created: string,
  engineId: string
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
    leader: null,
    retryOf: request.retryOf,
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
