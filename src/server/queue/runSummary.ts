import type { IRunSummary } from '../../core/api';
import { laneOf } from '../../core/run/lane';
import type { IRunRecord } from '../../core/run/run';

/** What a summary shows besides the record. */
export interface ISummaryContext {
  /** Shown name of the automation. */
  automationName: string;
  /** 1 + queued runs before it; null unless queued. */
  position: number | null;
  /** How far it is. */
  progress: { fraction: number | null; message: string | null };
}

/** A run as lists show it. */
export function summarizeRun(
  record: IRunRecord,
  { automationName, position, progress }: ISummaryContext
): IRunSummary {
  return {
    id: record.id,
    automation: record.automation.id,
    automationName,
    batch: record.batch.slug,
    batchName: record.batch.name,
    state: record.state,
    lane: laneOf(record),
    created: record.created,
    started: record.started,
    ended: record.ended,
    position,
    error: record.error,
    return_code: record.return_code,
    fraction: progress.fraction,
    message: progress.message,
    askerCount: record.askers.length
  };
}
