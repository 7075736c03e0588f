import type { IFiles } from '../files';
import { folderOf, joinPath, nameOf, relativePath } from '../path';
import type { IPosition } from '../problem';
import type { ProblemCode, ProblemWeight } from './problemCodes';
import type { ProblemList } from './problemList';
import { didYouMean } from './suggest';

/** A path of a configuration that must exist. */
export interface IPathCheck {
  /** What messages call it, such as `template`. */
  noun: string;
  /** As written. */
  path: string;
  /** Absolute folder that the path is relative to. */
  base: string;
  position: IPosition;
  kind: 'file' | 'folder';
  /** Absolute folder that it must not leave, also through links; null where it may lie elsewhere. */
  within: string | null;
  /** Only where a missing file has a code of its own; default `file-not-found`. */
  code?: ProblemCode;
  /** Only where a missing file weighs less than usual. */
  weight?: ProblemWeight;
  /** What a missing file leads to, where no name is near. */
  hint?: string;
}

/**
 * Check that paths exist, are of the right kind, and stay where they must.
 *
 * @param rootFolder - absolute; what lies outside of it is a warning
 */
export async function checkPaths(
  files: IFiles,
  checks: readonly IPathCheck[],
  rootFolder: string,
  problems: ProblemList
): Promise<void> {
  await Promise.all(checks.map(check => checkPath(files, check, rootFolder, problems)));
}

async function checkPath(
  files: IFiles,
  check: IPathCheck,
  rootFolder: string,
  problems: ProblemList
): Promise<void> {
  const { path, base, position, within, kind, noun } = check;
  const target = joinPath(base, path);
  const bounds = within ?? rootFolder;
  const isOutside = !(await liesWithin(files, bounds, target));
  if (isOutside && within !== null) {
    problems.add('path-outside', position, `path "${path}" must stay inside ${quoteName(within)}`);
    return;
  }
  if (isOutside) {
    problems.add('path-outside-root', position, `path "${path}" lies outside the root folder`);
  }
  const status = await files.status(target);
  if (!status) {
    const hint = (await suggestSibling(files, path, target)) || check.hint;
    const message = `${noun} "${path}" was not found`;
    problems.add(check.code ?? 'file-not-found', position, message, hint, check.weight);
  } else if (status.kind !== kind) {
    problems.add('file-not-a-file', position, `${noun} "${path}" must be a ${kind}`);
  }
}

/**
 * Tell whether a path stays inside a folder, by its text and after all links are resolved.
 *
 * For what does not exist the nearest folder above that does is looked at.
 *
 * @param folder - absolute
 * @param target - absolute, normalised
 */
export async function liesWithin(files: IFiles, folder: string, target: string): Promise<boolean> {
  if (target.includes('\0') || relativePath(joinPath(folder), target) === null) {
    return false;
  }
  const realFolder = await files.realPath(folder);
  if (realFolder === null) {
    return true;
  }
  for (let path = target; path !== '/'; path = folderOf(path)) {
    const realTarget = await files.realPath(path);
    if (realTarget !== null) {
      const isAbove = relativePath(path, joinPath(folder)) !== null;
      return isAbove || relativePath(realFolder, realTarget) !== null;
    }
  }
  return true;
}

async function suggestSibling(files: IFiles, path: string, target: string): Promise<string> {
  const names = await files.list(folderOf(target));
  const prefix = path.slice(0, path.length - nameOf(path).length);
  return didYouMean(
    path,
    names.map(name => prefix + name)
  );
}

function quoteName(folder: string): string {
  return `"${nameOf(folder) || folder}"`;
}
