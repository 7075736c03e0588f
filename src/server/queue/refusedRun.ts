import type { IRunRecord } from '../../core/run/run';
import { formatTime } from '../store/clock';
import type { IIndexedRun } from '../store/runIndex';
import { commitRun } from './commitRun';
import { makeRunHome, newRun } from './newRun';
import { exceptionOutcome, unexplainedOutcome } from './outcome';
import type { IEnsureRequest } from './queue';
import type { IRunnerServices } from './startedRun';

/**
 * Make the run of a request that could not be queued: it has failed already.
 *
 * @param cause - what was thrown
 */
export function refusedRun(
  request: IEnsureRequest,
  cause: unknown,
  { clock, engineId }: Pick<IRunnerServices, 'clock' | 'engineId'>
): Omit<IIndexedRun, 'sequence'> {
  const now = formatTime(clock.nowMs());
  const run = newRun(request, now, engineId);
  const outcome = exceptionOutcome(cause, request.automationFolder) ?? unexplainedOutcome();
  const record: IRunRecord = {
    ...run.record,
    state: outcome.state,
    ended: now,
    return_code: outcome.returnCode,
    error: outcome.error
  };
  return { ...run, record };
}

/** Write its history. Where there is no room or no folder for it, the index alone tells of it; never rejects. */
export async function writeRefusedRun(
  { record, automationFolder }: IIndexedRun,
  { asker, identity }: IEnsureRequest,
  { journals, log }: Pick<IRunnerServices, 'journals' | 'log'>
): Promise<void> {
  try {
    await makeRunHome({ record, automationFolder }, { asker, identity, position: null }, record);
    const place = { automationFolder, debugFolder: null, isLinked: true, isDurable: false };
    await commitRun(record, place, journals, log);
    await journals.close(record.id);
  } catch (error) {
    log.error(`run ${record.id}: that it could not be queued was not written`, error);
  }
}
