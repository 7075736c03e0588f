import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { errorCode, isAbsent } from '../files';
import { resolveInside } from '../site/containedPath';
import { digestFile } from '../store/blobs';
import { writeAtomically } from '../store/atomicWrite';
import { stateFolderOf } from '../store/stateFolder';
import { DatasetError } from './datasetError';

/** Folders that an automation may refer to before anything is in them. */
const MADE_WHEN_MISSING = new Set(['runs', 'results']);

/** Where a dataset is to be, and what it refers to; both as the configuration writes them. */
export interface ILinkedDataset {
  path: string;
  reference: { path: string };
}

/** How links are made; another one for file systems that have none. */
export type MakeLink = (target: string, link: string) => Promise<void>;

/**
 * Make a dataset what it refers to: a relative symbolic link at its path. A link that points elsewhere is turned, one
 * that is right is left alone. Where links are impossible a copy is kept up to date.
 *
 * @param folder - absolute folder of the automation
 * @throws {DatasetError} when the reference does not exist, or something of the author lies at the path
 */
export async function linkDataset(
  folder: string,
  dataset: ILinkedDataset,
  makeLink: MakeLink = fs.symlink
): Promise<void> {
  // The folder that holds it is inside; the dataset itself may be a link out of it.
  const place = await resolveInside(folder, path.posix.dirname(path.posix.normalize(dataset.path)));
  const target = path.join(place, path.posix.basename(dataset.path));
  const source = path.resolve(folder, dataset.reference.path);
  await requireSource(source, dataset);
  const present = await readLink(target);
  if (present !== null && path.resolve(place, present) === source) {
    return;
  }
  if (present === null && (await exists(target)) && !(await isOwnCopy(folder, dataset, target))) {
    throw new DatasetError(
      'dataset-conflict',
      `"${dataset.path}" exists and is not a link; move it away`
    );
  }
  await fs.mkdir(place, { recursive: true });
  try {
    await replaceBy(target, draft => makeLink(path.relative(place, source), draft));
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(errorCode(error))) {
      throw error;
    }
    await copy(folder, dataset, source, target);
  }
}

async function requireSource(source: string, { reference }: ILinkedDataset): Promise<void> {
  try {
    await fs.stat(source);
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
    if ((await readLink(source)) !== null) {
      throw new DatasetError('dataset-link', `reference "${reference.path}" is a broken link`);
    }
    if (!MADE_WHEN_MISSING.has(path.basename(source))) {
      throw new DatasetError('dataset-reference', `reference "${reference.path}" was not found`);
    }
    await fs.mkdir(source, { recursive: true });
  }
}

/** Beside it first, then by a rename: nobody ever finds nothing there. */
async function replaceBy(target: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${target}.${process.pid}.draft`;
  await fs.rm(draft, { force: true, recursive: true });
  try {
    await make(draft);
    await fs.rename(draft, target);
  } finally {
    await fs.rm(draft, { force: true, recursive: true });
  }
}

/** A copy is ours, and may be replaced, while it is as we made it; `copies.json` says how that was. */
async function isOwnCopy(
  folder: string,
  dataset: ILinkedDataset,
  target: string
): Promise<boolean> {
  const known = (await readCopies(folder))[dataset.path];
  return known !== undefined && known === (await digestOf(target));
}

async function copy(
  folder: string,
  dataset: ILinkedDataset,
  source: string,
  target: string
): Promise<void> {
  if ((await fs.stat(source)).isDirectory()) {
    throw new DatasetError(
      'dataset-link',
      `"${dataset.path}" refers to a folder, and links cannot be made here; copy it yourself`
    );
  }
  await replaceBy(target, draft => fs.copyFile(source, draft));
  const copies = { ...(await readCopies(folder)), [dataset.path]: await digestOf(target) };
  await writeAtomically(copiesFile(folder), JSON.stringify(copies));
}

function copiesFile(folder: string): string {
  return path.join(stateFolderOf(folder), 'datasets', 'copies.json');
}

async function readCopies(folder: string): Promise<Record<string, string | undefined>> {
  try {
    return JSON.parse(await fs.readFile(copiesFile(folder), 'utf8'));
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) {
      return {};
    }
    throw error;
  }
}

async function digestOf(file: string): Promise<string | undefined> {
  return (await fs.stat(file)).isFile() ? (await digestFile(file)).digest : undefined;
}

/** Where a link points, as written in it; null for anything else. */
async function readLink(target: string): Promise<string | null> {
  try {
    return await fs.readlink(target);
  } catch (error) {
    if (isAbsent(error) || errorCode(error) === 'EINVAL') {
      return null;
    }
    throw error;
  }
}

async function exists(target: string): Promise<boolean> {
  try {
    await fs.lstat(target);
    return true;
  } catch (error) {
    if (isAbsent(error)) {
      return false;
    }
    throw error;
  }
}
