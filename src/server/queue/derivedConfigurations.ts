import { createReadStream, promises as fs } from 'node:fs';
import {
  ENVIRONMENT_PATH,
  type IAutomation,
  type IVariable
} from '../../core/automation/automation';
import { isJsonObject, type JsonObject } from '../../core/json';
import { mergeConfigurations } from '../../core/view/data';
import type { IReadableFile, IView } from '../../core/view/view';
import { isAbsent } from '../files';
import type { ILog } from '../log';
import { resolveInside } from '../site/containedPath';
import { writeAtomically } from '../store/atomicWrite';
import { viewOf } from '../../core/view/viewOf';

/** In `<path>.configuration`: which of its keys were derived, so that the next run derives them anew. */
const DERIVED_KEY = 'x-derived';

/** What views are asked with. */
export interface IDeriveOptions {
  automation: IAutomation;
  /** Absolute folder of the batch. */
  folder: string;
  /** Files that the run wrote, relative to that folder. */
  files: readonly string[];
  views: { get(name: string): IView | undefined };
  log: ILog;
}

/**
 * Let views look at what a run wrote, and put what they derive into `<path>.configuration`, under what a script or
 * a person wrote there. A view that fails is logged: the run went well all the same.
 *
 * @returns files that were written, relative to the folder of the batch
 */
export async function deriveConfigurations(options: IDeriveOptions): Promise<string[]> {
  const { automation, files, views, log } = options;
  const written: string[] = [];
  for (const variable of [
    ...automation.steps.output.variables,
    ...automation.steps.log.variables
  ]) {
    const file = `${variable.step}/${variable.path}`;
    const view = viewOf(views, variable);
    if (!view?.afterRun || !hasOwnFile(variable) || !files.includes(file)) {
      continue;
    }
    try {
      if (await derive(view, variable, options)) {
        written.push(`${file}.configuration`);
      }
    } catch (error) {
      log.error(`view "${view.name}" could not look at ${file}`, error);
    }
  }
  return written;
}

function hasOwnFile({ path: own }: IVariable): boolean {
  return own !== ENVIRONMENT_PATH && !own.endsWith('.dictionary') && !own.includes('{');
}

/** @returns false when the configuration stays as it is */
async function derive(
  view: IView,
  variable: IVariable,
  { folder }: IDeriveOptions
): Promise<boolean> {
  const file = await resolveInside(folder, `${variable.step}/${variable.path}`);
  const target = await resolveInside(folder, `${variable.step}/${variable.path}.configuration`);
  const known = await readConfiguration(target);
  if (known === 'unreadable') {
    return false;
  }
  const own = withoutDerived(known);
  const derived = await view.afterRun?.(
    await openFile(file),
    mergeConfigurations(variable.configuration, own)
  );
  if (!derived && !(DERIVED_KEY in known)) {
    return false;
  }
  const next = derived
    ? { ...derived, ...own, [DERIVED_KEY]: Object.keys(derived).filter(key => !(key in own)) }
    : own;
  await writeAtomically(target, `${JSON.stringify(next)}\n`);
  return true;
}

/** What is not JSON belongs to someone else and is left alone. */
async function readConfiguration(file: string): Promise<JsonObject | 'unreadable'> {
  try {
    const value: unknown = JSON.parse(await fs.readFile(file, 'utf-8'));
    return isJsonObject(value) ? value : 'unreadable';
  } catch (error) {
    if (isAbsent(error)) {
      return {};
    }
    if (error instanceof SyntaxError) {
      return 'unreadable';
    }
    throw error;
  }
}

function withoutDerived(known: JsonObject): JsonObject {
  const { [DERIVED_KEY]: derived } = known;
  const keys = new Set<unknown>([DERIVED_KEY, ...(Array.isArray(derived) ? derived : [])]);
  return Object.fromEntries(Object.entries(known).filter(([key]) => !keys.has(key)));
}

async function openFile(file: string): Promise<IReadableFile> {
  const { size } = await fs.stat(file);
  return { size, read: () => createReadStream(file, { encoding: 'utf-8' }) };
}
