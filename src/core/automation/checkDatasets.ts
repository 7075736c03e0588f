import type { IFiles } from '../files';
import { folderOf, joinPath, nameOf } from '../path';
import type { IAutomation } from './automation';
import type { ProblemList } from './problemList';

/** A reference of such a name is made when it is missing. */
const MADE_WHEN_MISSING: readonly string[] = ['runs', 'results'];

/**
 * Check that the files and folders exist that datasets refer to. Whether something else lies where the link goes is seen
 * when it is made.
 */
export async function checkDatasets(
  files: IFiles,
  automation: IAutomation,
  problems: ProblemList
): Promise<void> {
  for (const { reference, position } of automation.datasets) {
    if (!reference || !('path' in reference)) {
      continue;
    }
    const target = joinPath(automation.folder, reference.path);
    if (await files.status(target)) {
      continue;
    }
    // A link that leads nowhere has a name in its folder, and nothing behind it.
    if ((await files.list(folderOf(target))).includes(nameOf(target))) {
      problems.add('dataset-link', position, `reference "${reference.path}" is a broken link`);
    } else if (!MADE_WHEN_MISSING.includes(nameOf(target))) {
      problems.add('dataset-reference', position, `reference "${reference.path}" was not found`);
    }
  }
}
