import type { IRunRecord } from '../../core/run/run';
import { writeRecord } from '../store/history';
import type { IIndexedRun } from '../store/runIndex';
import type { IRunnerServices } from './startedRun';

/**
 * Write down that a run which followed another one is queued now, to execute itself. Never rejects.
 *
 * @param position - 1 + queued runs before it
 */
export async function requeue(
  { record: { id }, automationFolder }: IIndexedRun,
  position: number,
  {
    journals,
    log,
    mark,
    update
  }: Pick<IRunnerServices, 'journals' | 'log' | 'mark'> & {
    update(changes: Partial<IRunRecord>): IRunRecord;
  }
): Promise<void> {
  const record = update({ leader: null, state: 'queued', started: null });
  try {
    await writeRecord(automationFolder, mark(record));
    const journal = await journals.open({ id, automationFolder });
    journal.append({ kind: 'state', state: 'queued', position });
  } catch (error) {
    log.error(`run ${id}: that it is queued was not written`, error);
  }
}
