import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { ENVIRONMENT_PATH, STEP_NAMES, type IAutomation } from '../../core/automation/automation';
import { layOutInputs } from '../../core/batch/inputFiles';
import { isJsonObject } from '../../core/json';
import type { IRunFolders } from '../../core/run/execution';
import { isAbsent, nodeFiles } from '../files';
import { HttpError } from '../httpError';
import { resolveInside } from '../site/containedPath';
import { draftPath, writeAtomically } from '../store/atomicWrite';
import { digestFile } from '../store/blobs';
import type { IPreparedRun, IRunSource } from './queue';

/**
 * Make the five folders of a batch or run.
 *
 * @param folder - absolute
 */
export async function makeRunFolders(folder: string): Promise<IRunFolders> {
  const folders = Object.fromEntries(
    STEP_NAMES.map(step => [step, path.join(folder, step)])
  ) as Record<keyof IRunFolders, string>;
  await Promise.all(STEP_NAMES.map(step => fs.mkdir(folders[step], { recursive: true })));
  return folders;
}

/**
 * Write inputs as files where their content differs; what is right already keeps its time. ENVIRONMENT
 * values are never written. Without inputs the files lie there already.
 *
 * @throws {HttpError} 400 `path-outside` when a link leads a path out of the folder, 409
 * `input-missing` when a file is not where it should be copied from
 */
export async function writeInputs(
  automation: IAutomation,
  { inputs, filesFrom }: Pick<IPreparedRun, 'inputs' | 'filesFrom'>,
  inputFolder: string,
  source: IRunSource
): Promise<void> {
  if (inputs === null) {
    return;
  }
  const variables = automation.steps.input.variables.filter(
    variable => variable.path !== ENVIRONMENT_PATH
  );
  for (const file of layOutInputs(variables, inputs)) {
    const target = await resolveInside(inputFolder, file.path);
    if ('uri' in file) {
      await source.placeUpload(file.uri, inputFolder, file.path);
    } else if ('from' in file) {
      await copyInput(filesFrom && (await resolveInside(filesFrom, file.from)), target, file.path);
    } else if ((await readText(target)) !== file.text) {
      await writeAtomically(target, file.text);
    }
  }
}

/** The passwords among the inputs, as they lie in the input folder: they must not be said aloud. */
export async function readPasswords(
  automation: IAutomation,
  inputFolder: string
): Promise<string[]> {
  const passwords: string[] = [];
  for (const variable of automation.steps.input.variables) {
    if (variable.view !== 'password' || variable.path === ENVIRONMENT_PATH) {
      continue;
    }
    const text = await readText(await resolveInside(inputFolder, variable.path));
    const value = variable.path.endsWith('.dictionary')
      ? readKey(text ?? '', variable.id)
      : text?.trim();
    if (value) {
      passwords.push(value);
    }
  }
  return passwords;
}

/** Copy a file that another batch holds; one that is there already, with the same content, stays. */
async function copyInput(from: string | undefined, target: string, shown: string): Promise<void> {
  const isThere = (await nodeFiles.status(target))?.kind === 'file';
  if (from === undefined || (await nodeFiles.status(from))?.kind !== 'file') {
    if (!isThere) {
      throw new HttpError(
        409,
        'input-missing',
        `the input file "${shown}" is missing; choose it again`
      );
    }
    return;
  }
  if (isThere && (await digestFile(from)).digest === (await digestFile(target)).digest) {
    return;
  }
  const draft = draftPath(target);
  await fs.mkdir(path.dirname(target), { recursive: true });
  try {
    await fs.copyFile(from, draft);
    await fs.rename(draft, target);
  } finally {
    await fs.rm(draft, { force: true });
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await fs.readFile(file, 'utf-8');
  } catch (error) {
    if (isAbsent(error)) {
      return null;
    }
    throw error;
  }
}

function readKey(text: string, id: string): string | undefined {
  try {
    const dictionary: unknown = JSON.parse(text);
    const value = isJsonObject(dictionary) ? dictionary[id] : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Not JSON: the script will say so.
    return undefined;
  }
}
