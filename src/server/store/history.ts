import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { errorCode, isAbsent } from '../files';
import type { ILog } from '../log';
import { writeAtomically } from './atomicWrite';
import { checkStoredRun, type StoredRun } from './runRecord';
import { ensureStateFolder, stateFolderOf } from './stateFolder';

const ID_PATTERN = /^[a-z0-9]{32}$/;

/** Records that are read at the same time when a history is opened. */
const PARALLEL_READS = 16;

/** Absolute path of the home of a run: `.crosscompute/history/<run id>`. */
export function runFolderOf(automationFolder: string, id: string): string {
  if (!ID_PATTERN.test(id)) {
    throw new RangeError(`"${id}" is not the id of a run`);
  }
  return path.join(stateFolderOf(automationFolder), 'history', id);
}

/** Absolute path of a run's journal. */
export function journalPathOf(automationFolder: string, id: string): string {
  return path.join(runFolderOf(automationFolder, id), 'journal.ndjson');
}

/** Make the home of a run. */
export async function ensureRunFolder(automationFolder: string, id: string): Promise<string> {
  const folder = runFolderOf(automationFolder, id);
  try {
    await fs.mkdir(folder);
  } catch (error) {
    if (isAbsent(error)) {
      await ensureStateFolder(automationFolder);
      await fs.mkdir(folder, { recursive: true });
    } else if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
  return folder;
}

/**
 * Write the record of a run into its home.
 *
 * @param isDurable - true waits for the disk
 */
export async function writeRecord(
  automationFolder: string,
  run: StoredRun,
  isDurable = false
): Promise<void> {
  const file = path.join(runFolderOf(automationFolder, run.id), 'run.json');
  await writeAtomically(file, formatRecord(run), { isDurable });
}

/** The text of a `run.json`. */
export function formatRecord(run: StoredRun): string {
  return `${JSON.stringify(run, null, 2)}\n`;
}

/**
 * Read the record of a run.
 *
 * @returns null when there is none, or when it is not the record of this run
 */
export async function readRecord(automationFolder: string, id: string): Promise<StoredRun | null> {
  let text: string;
  try {
    text = await fs.readFile(path.join(runFolderOf(automationFolder, id), 'run.json'), 'utf-8');
  } catch (error) {
    if (isAbsent(error)) {
      return null;
    }
    throw error;
  }
  try {
    const run = checkStoredRun(JSON.parse(text));
    return run?.id === id ? run : null;
  } catch {
    // Not JSON: the same as no record.
    return null;
  }
}

/** Ids of the runs in an automation's history, in no order; [] when it has none. */
export async function listHistory(automationFolder: string): Promise<string[]> {
  try {
    const names = await fs.readdir(historyFolderOf(automationFolder));
    return names.filter(name => ID_PATTERN.test(name));
  } catch (error) {
    if (isAbsent(error)) {
      return [];
    }
    throw error;
  }
}

/**
 * Read records of an automation's history, oldest first.
 *
 * @param ids - see `listHistory`
 * @param log - is told which records cannot be read; they are left where they are
 */
export async function readHistory(
  automationFolder: string,
  ids: readonly string[],
  log: ILog
): Promise<StoredRun[]> {
  const folder = historyFolderOf(automationFolder);
  const runs: StoredRun[] = [];
  const waiting = ids[Symbol.iterator]();
  const read = async () => {
    for (const id of waiting) {
      const run = await readRecord(automationFolder, id);
      if (run) {
        runs.push(run);
      } else {
        log.warn(
          `"${path.join(folder, id)}" holds no valid run.json and is left out of the history`
        );
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, read));
  return runs.sort((a, b) =>
    a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1
  );
}

function historyFolderOf(automationFolder: string): string {
  return path.join(stateFolderOf(automationFolder), 'history');
}
