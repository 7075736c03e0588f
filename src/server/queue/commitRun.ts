import type { IRunRecord } from '../../core/run/run';
import { nodeFiles } from '../files';
import type { ILog } from '../log';
import { isDiskFull, releaseReserve } from '../store/diskReserve';
import { ensureRunFolder, writeRecord } from '../store/history';
import type { Journals } from '../store/journals';
import { removeAttachment } from './attachment';
import { copyJournal, writeDebugRecord, writeDebugVariables } from './debugFolder';

/** Where the end of a run is written. */
export interface ICommitPlace {
  /** Absolute. */
  automationFolder: string;
  /** Absolute `debug/` of its batch; null when that does not show this run. */
  debugFolder: string | null;
  /** False where `debug/journal.ndjson` is no link and has to be copied. */
  isLinked: boolean;
  /** Files that are being written into `debug/` besides; they are there before the return code is. */
  others?: Promise<void>;
  /** False leaves it to the system when the record reaches the disk: nothing is lost that ran. Default true. */
  isDurable?: boolean;
}

/**
 * Write the end of a run: its record, `variables.dictionary`, then the final event, which is the commit
 * point: whoever finds it in the journal finds everything else too. Outputs are in the store before.
 *
 * Never rejects: a step that fails is logged, and the others are done all the same. When the disk is
 * full, the reserve is given back and the step tried again.
 *
 * @param record - with its final state
 */
export async function commitRun(
  record: IRunRecord,
  place: ICommitPlace,
  journals: Journals,
  log: ILog
): Promise<void> {
  const { automationFolder, debugFolder } = place;
  const step = async (what: string, write: () => Promise<void>) => {
    try {
      await write().catch(async (error: unknown) => {
        if (!isDiskFull(error)) {
          throw error;
        }
        await releaseReserve(automationFolder);
        await write();
      });
    } catch (error) {
      log.error(`run ${record.id}: ${what} could not be written`, error);
    }
  };
  if ((await nodeFiles.status(automationFolder))?.kind !== 'folder') {
    // It was deleted meanwhile, and must not come back as an empty folder.
    log.warn(`run ${record.id}: "${automationFolder}" is gone; its end is in the index alone`);
    await place.others;
    return;
  }
  const isShown = debugFolder !== null;
  await Promise.all([
    step('its record', async () => {
      await ensureRunFolder(automationFolder, record.id);
      await writeRecord(automationFolder, record, place.isDurable ?? true);
    }),
    isShown && step('debug/run.json', () => writeDebugRecord(debugFolder, record)),
    place.others,
    step('that nobody goes on with it', () => removeAttachment(automationFolder, record.id))
  ]);
  // Scripts of others watch its return code, and find all else when it is there.
  if (isShown) {
    await step('debug/variables.dictionary', () => writeDebugVariables(debugFolder, record));
  }
  await step('the end of its journal', () => writeFinalEvent(record, automationFolder, journals));
  if (debugFolder !== null && !place.isLinked) {
    await step('debug/journal.ndjson', () => copyJournal(automationFolder, record.id, debugFolder));
  }
}

async function writeFinalEvent(
  record: IRunRecord,
  automationFolder: string,
  journals: Journals
): Promise<void> {
  const journal = await journals.open({ id: record.id, automationFolder });
  if (journal.isOver) {
    // A server died after it and before the index was told.
    return;
  }
  journal.clearError();
  journal.append({
    kind: 'state',
    state: record.state,
    return_code: record.return_code ?? undefined,
    error: record.error ?? undefined
  });
  await journal.flush();
  if (journal.error) {
    throw journal.error;
  }
}
