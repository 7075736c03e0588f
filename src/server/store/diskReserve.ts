import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { errorCode } from '../files';
import { ensureStateFolder, stateFolderOf } from './stateFolder';

/** Bytes that are kept free on the disk of an automation for its records. */
const RESERVE_BYTES = 1024 * 1024;

/** SQLite's primary result code for a disk that is full. */
const SQLITE_FULL = 13;

/** Tell whether an error of the file system or of SQLite means that nothing more fits on the disk. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  const isOfDatabase =
    code === 'ERR_SQLITE_ERROR' &&
    typeof error === 'object' &&
    error !== null &&
    'errcode' in error &&
    error.errcode === SQLITE_FULL;
  return code === 'ENOSPC' || code === 'EDQUOT' || isOfDatabase;
}

/**
 * Put 1 MiB aside, so that a run that fills the disk can still be recorded as failed. Where it does
 * not fit, nothing is put aside: the run will say so itself.
 */
export async function keepReserve(automationFolder: string): Promise<void> {
  const file = path.join(await ensureStateFolder(automationFolder), 'reserve');
  try {
    if ((await fs.stat(file)).size === RESERVE_BYTES) {
      return;
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      throw error;
    }
  }
  try {
    await fs.writeFile(file, Buffer.alloc(RESERVE_BYTES));
  } catch (error) {
    if (!isDiskFull(error)) {
      throw error;
    }
    await fs.rm(file, { force: true });
  }
}

/** Give the space back; the next run puts it aside again. */
export async function releaseReserve(automationFolder: string): Promise<void> {
  await fs.rm(path.join(stateFolderOf(automationFolder), 'reserve'), { force: true });
}
