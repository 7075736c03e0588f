import type { IFiles } from '../files';
import { folderOf, joinPath, nameOf } from '../path';
import type { IAutomation, IDataset } from './automation';
import type { ProblemList } from './problemList';

/** A reference of such a name is made when it is missing. */
const MADE_WHEN_MISSING: readonly string[] = ['runs', 'results'];

/**
 * Check that the files and folders exist that datasets refer to, and that nothing else lies where the links go.
 */
export async function checkDatasets(
  files: IFiles,
  automation: IAutomation,
  problems: ProblemList
): Promise<void> {
  for (const { path, reference, position } of automation.datasets) {
    if (!reference || !('path' in reference)) {
      continue;
    }
    const target = joinPath(automation.folder, reference.path);
    if (await files.status(target)) {
      await checkPlace(files, automation.folder, { path, position }, problems);
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

/** What lies at the path of a dataset must be a link, or a copy that was made where links are impossible. */
async function checkPlace(
  files: IFiles,
  folder: string,
  { path, position }: Pick<IDataset, 'path' | 'position'>,
  problems: ProblemList
): Promise<void> {
  const place = joinPath(folder, path);
  const parent = await files.realPath(folderOf(place));
  const isLink =
    parent === null || (await files.realPath(place)) !== joinPath(parent, nameOf(place));
  if (!(await files.status(place)) || isLink) {
    return;
  }
  const copies = joinPath(folder, '.crosscompute/datasets/copies.json');
  if (!(
    (await files.status(copies)) && (await files.readText(copies)).includes(JSON.stringify(path))
  )) {
    const message = `"${path}" exists and is not a link`;
    problems.add('dataset-conflict', position, message, 'move it away');
  }
}
