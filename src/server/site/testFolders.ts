import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation } from '../../core/automation/automation';
import { endProgram, PROGRAM_ENGINE } from '../engine/programRecord';
import { isAbsent } from '../files';
import type { ILog } from '../log';
import { readRecord } from '../store/history';
import { ensureStateFolder, STATE_FOLDER_NAME, stateFolderOf } from '../store/stateFolder';
import { markOwner, removeAbandonedFolders } from '../store/temporaryFolder';

/** POSIX path of the folder in which a test executes, relative to its automation's folder. */
export function testFolderOf(runId: string): string {
  return `${STATE_FOLDER_NAME}/tests/${runId}`;
}

/**
 * Make the folder in which a test executes, with a copy of its inputs.
 *
 * @param test - folder of the test, relative to the automation's folder
 * @param folder - absolute
 */
export async function makeTestFolder(
  automation: IAutomation,
  test: string,
  folder: string
): Promise<void> {
  await ensureStateFolder(automation.folder);
  const inputFolder = path.join(folder, 'input');
  await fs.mkdir(inputFolder, { recursive: true });
  await markOwner(folder);
  try {
    // Links are followed: from here they would lead elsewhere.
    const from = path.join(automation.folder, test, 'input');
    await fs.cp(from, inputFolder, { recursive: true, dereference: true });
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
    // A test of an automation without inputs has none.
  }
}

/** Leave of the folder of a test what its script wrote, for people to look at, until tests run again. */
export async function keepTestResults(folder: string): Promise<void> {
  await fs.rm(stateFolderOf(folder), { recursive: true, force: true });
}

/** Remove what earlier tests of an automation left; never rejects. */
export async function removeTestResults(automationFolder: string, log: ILog): Promise<void> {
  const parent = path.join(stateFolderOf(automationFolder), 'tests');
  await removeAbandonedFolders(log, endProgramOf, { parent, prefix: '' });
}

/** End the program of a test whose command was killed. */
async function endProgramOf(folder: string): Promise<void> {
  const record = await readRecord(folder, path.basename(folder));
  if (record?.engine.id === PROGRAM_ENGINE && record.engine.kernel !== null) {
    await endProgram(record.engine.kernel);
  }
}

/**
 * The automation as a test executes it: datasets get nothing from it, and replace no input that the test gives.
 *
 * @param folder - absolute folder in which it executes
 */
export async function asTested(automation: IAutomation, folder: string): Promise<IAutomation> {
  const datasets = automation.datasets.map(async dataset => {
    const given = [dataset.path, path.posix.basename(dataset.path)];
    const isGiven = await Promise.all(
      given.map(async name => {
        const found = await fs.stat(path.join(folder, 'input', name)).catch(() => null);
        return found !== null;
      })
    );
    return {
      ...dataset,
      input: isGiven.includes(true) ? ('none' as const) : dataset.input,
      output: 'none' as const
    };
  });
  return { ...automation, datasets: await Promise.all(datasets) };
}
