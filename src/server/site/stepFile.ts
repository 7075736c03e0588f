import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { StepName } from '../../core/automation/automation';
import { HttpError } from '../httpError';
import { resolveInside } from './containedPath';
import type { ILocatedBatch } from './loadedAutomation';

/** Folder of final documents in that of an automation, where links in the folders `print` lead. */
export const PRINTS_FOLDER = 'prints';

/**
 * Resolve the file of a variable, so that no link leads out of the folder of its step; but a document in `print`
 * may be a link to a final one in the automation's `prints/`.
 *
 * @param relative - POSIX path
 * @returns absolute path; the file itself need not exist
 * @throws {HttpError} 400 `path-outside`
 */
export async function resolveStepFile(
  batch: ILocatedBatch,
  step: StepName,
  relative: string
): Promise<string> {
  const folder = path.join(batch.absoluteFolder, step);
  try {
    return await resolveInside(folder, relative);
  } catch (error) {
    const isLink = error instanceof HttpError && error.code === 'path-outside';
    const file = path.join(folder, relative);
    if (isLink && step === 'print' && (await isFinalDocument(batch, file))) {
      return file;
    }
    throw error;
  }
}

async function isFinalDocument(batch: ILocatedBatch, file: string): Promise<boolean> {
  const up = batch.folder.split('/').map(() => '..');
  const prints = path.join(batch.absoluteFolder, ...up, PRINTS_FOLDER);
  try {
    const [target, bounds] = await Promise.all([fs.realpath(file), fs.realpath(prints)]);
    return target.startsWith(`${bounds}${path.sep}`);
  } catch {
    // Nothing is there, so it is no document either.
    return false;
  }
}
