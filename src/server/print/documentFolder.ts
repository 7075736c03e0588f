import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { linkFile } from '../../core/print/printPlan';
import { resolveInside } from '../site/containedPath';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import { PRINTS_FOLDER, resolveStepFile } from '../site/stepFile';
import { draftPath, writeAtomically } from '../store/atomicWrite';
import type { BatchDocument } from './batchPrinter';

/**
 * Write a draft into the folder `print` of its batch, in place of an earlier one or of the link to a final one.
 *
 * @returns absolute path; null for a document that no variable stands for
 */
export async function writeDraft(
  batch: ILocatedBatch,
  document: BatchDocument
): Promise<string | null> {
  if (!document.variable) {
    return null;
  }
  const target = await placeOf(batch, document.variable.path);
  await writeAtomically(target, document.pdf);
  await writeLinks(batch, document);
  return target;
}

/**
 * Write a final document, and let the folder `print` of its batch lead to it by a relative link; where links are
 * impossible, or the document lies elsewhere than in `prints/`, a copy lies there.
 *
 * @param folder - absolute, see `finalFolder`
 * @returns absolute path of the document
 */
export async function writeFinal(
  folder: string,
  batch: ILocatedBatch,
  document: BatchDocument
): Promise<string> {
  const file = path.join(folder, document.name);
  await writeAtomically(file, document.pdf, { isDurable: true });
  if (document.variable) {
    const link = await placeOf(batch, document.variable.path);
    await replaceByLink(batch, link, file, document.pdf);
    await writeLinks(batch, document);
  }
  return file;
}

/**
 * The folder of final documents: `prints/<timestamp>`, or what an older configuration names.
 *
 * @param written - may begin with `~` and hold `{timestamp}`; null for ours
 */
export function finalFolder(
  loaded: LoadedAutomation,
  timestamp: string,
  written: string | null = null
): string {
  if (written === null) {
    return path.join(loaded.folder, PRINTS_FOLDER, timestamp);
  }
  const filled = written.replace(/\{ *timestamp *\}/g, timestamp);
  const home = filled.replace(/^~(?=$|[\\/])/, () => os.homedir());
  return path.resolve(loaded.folder, home);
}

async function placeOf(batch: ILocatedBatch, relative: string): Promise<string> {
  const folder = path.join(batch.absoluteFolder, 'print');
  await fs.mkdir(folder, { recursive: true });
  // The document itself may be a link of ours that leads out; what it lies in must not.
  const parent = await resolveInside(folder, path.posix.dirname(relative));
  await fs.mkdir(parent, { recursive: true });
  return path.join(parent, path.posix.basename(relative));
}

async function writeLinks(batch: ILocatedBatch, document: BatchDocument): Promise<void> {
  for (const link of document.links) {
    const file = linkFile(link, document.name);
    if (file) {
      await writeAtomically(await placeOf(batch, file.path), file.text);
    }
  }
}

async function replaceByLink(
  batch: ILocatedBatch,
  link: string,
  file: string,
  content: Uint8Array
): Promise<void> {
  const draft = draftPath(link);
  const parent = await fs.realpath(path.dirname(link));
  try {
    await fs.symlink(path.relative(parent, await fs.realpath(file)), draft);
    await fs.rename(draft, link);
    // Pages follow links to `prints/` alone.
    await resolveStepFile(
      batch,
      'print',
      path.relative(path.join(batch.absoluteFolder, 'print'), link)
    );
  } catch {
    await fs.rm(draft, { force: true });
    await writeAtomically(link, content);
  }
}
