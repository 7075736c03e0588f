import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation, IVariable } from '../../core/automation/automation';
import { ENVIRONMENT_PATH } from '../../core/automation/automation';
import { parseLenientJson } from '../../core/batch/lenientJson';
import { isJsonObject, type JsonObject } from '../../core/json';
import type { IRunProblem } from '../../core/run/run';
import { isAbsent, nodeFiles } from '../files';
import { HttpError } from '../httpError';
import { resolveInside } from '../site/containedPath';
import type { IResultStore } from '../store/resultStore';

/** Steps whose files belong to the result of a run. */
const RESULT_STEPS = ['output', 'log'] as const;

/** State of each file before scripts start, by path relative to the batch folder; absent ones are left out. */
export type OutputSnapshot = ReadonlyMap<string, string>;

/** What scripts wrote of what the automation declares. */
export interface IWrittenOutputs {
  /** Files that were written, relative to the batch folder, such as `output/report.txt`. */
  files: string[];
  /** A problem for each output variable without a value. */
  problems: IRunProblem[];
  /** The first problem of a variable that is required. */
  required: IRunProblem | null;
}

/** Remember the declared outputs as they lie before scripts start. */
export async function snapshotOutputs(
  automation: IAutomation,
  folder: string
): Promise<OutputSnapshot> {
  const snapshot = new Map<string, string>();
  for (const variable of resultVariables(automation)) {
    for (const file of await filesOf(variable, folder)) {
      const stamp = await stampOf(path.join(folder, file));
      if (stamp !== null) {
        snapshot.set(file, stamp);
      }
    }
  }
  return snapshot;
}

/**
 * Find out which declared outputs were written since a snapshot. A file that is just as before was
 * not, whatever the clocks say.
 */
export async function checkOutputs(
  automation: IAutomation,
  folder: string,
  before: OutputSnapshot
): Promise<IWrittenOutputs> {
  const files = new Set<string>();
  const problems: IRunProblem[] = [];
  let required: IRunProblem | null = null;
  for (const variable of resultVariables(automation)) {
    const { written, missing } = await checkVariable(variable, folder, before);
    written.forEach(file => files.add(file));
    if (missing !== null && variable.step === 'output') {
      const problem: IRunProblem = {
        code: 'output-missing',
        variable: variable.id,
        message: `output "${variable.id}" was not written: ${missing}`
      };
      problems.push(problem);
      required ??= variable.isRequired ? problem : null;
    }
  }
  return { files: [...files].sort(), problems, required };
}

/**
 * Put files into the store.
 *
 * @returns manifest: path relative to the batch folder → digest
 */
export async function storeOutputs(
  files: readonly string[],
  folder: string,
  store: IResultStore
): Promise<Record<string, string>> {
  const manifest: Record<string, string> = {};
  for (const file of files) {
    manifest[file] = (await store.put(path.join(folder, file))).digest;
  }
  return manifest;
}

async function checkVariable(
  variable: IVariable,
  folder: string,
  before: OutputSnapshot
): Promise<{ written: string[]; missing: string | null }> {
  const shown = `${variable.step}/${variable.path}`;
  const files = await filesOf(variable, folder);
  const written: string[] = [];
  for (const file of files) {
    if ((await stampOf(path.join(folder, file))) !== (before.get(file) ?? null)) {
      written.push(file);
    }
  }
  if (!files.length) {
    return { written, missing: `there is no file ${shown}` };
  }
  if (!written.length) {
    return { written, missing: `the file ${shown} is from an earlier run` };
  }
  if (!variable.path.endsWith('.dictionary')) {
    return { written, missing: null };
  }
  const dictionary = await readDictionary(path.join(folder, written[0]));
  if (!dictionary) {
    return { written, missing: `${shown} is not a JSON object` };
  }
  return Object.prototype.hasOwnProperty.call(dictionary, variable.id)
    ? { written, missing: null }
    : { written, missing: `${shown} has no key "${variable.id}"` };
}

function resultVariables(automation: IAutomation): IVariable[] {
  return RESULT_STEPS.flatMap(step => automation.steps[step].variables).filter(
    variable => variable.path !== ENVIRONMENT_PATH
  );
}

/** Regular files of a variable, relative to the batch folder; those that a link leads outside do not count. */
async function filesOf(variable: IVariable, folder: string): Promise<string[]> {
  const names = /\{(index|suffix)\}/.test(variable.path)
    ? await matchingFiles(variable, folder)
    : [`${variable.step}/${variable.path}`];
  const files: string[] = [];
  for (const name of names) {
    try {
      const status = await nodeFiles.status(await resolveInside(folder, name));
      if (status?.kind === 'file') {
        files.push(name);
      }
    } catch (error) {
      if (!(error instanceof HttpError)) {
        throw error;
      }
    }
  }
  return files;
}

async function matchingFiles(
  { step, path: pattern }: IVariable,
  folder: string
): Promise<string[]> {
  const parent = path.posix.join(step, path.posix.dirname(pattern));
  const expression = path.posix
    .basename(pattern)
    .replace(/[\\^$.*+?()|[\]]/g, '\\$&')
    .replace(/\{index\}/g, '\\d+')
    .replace(/\{suffix\}/g, '(\\.[A-Za-z0-9]+)?');
  const matcher = new RegExp(`^${expression}$`);
  const names = await nodeFiles.list(path.join(folder, parent));
  return names.filter(name => matcher.test(name)).map(name => path.posix.join(parent, name));
}

/** What changes whenever a file is written, moved or replaced; null where there is none. */
async function stampOf(file: string): Promise<string | null> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await fs.stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    if (isAbsent(error)) {
      return null;
    }
    throw error;
  }
}

async function readDictionary(file: string): Promise<JsonObject | null> {
  try {
    const dictionary = parseLenientJson(await fs.readFile(file, 'utf-8'));
    return isJsonObject(dictionary) ? dictionary : null;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
