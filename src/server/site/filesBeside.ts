import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { ENVIRONMENT_PATH, type IVariable } from '../../core/automation/automation';
import { folderOf, joinPath, staysInside, suffixOf } from '../../core/path';
import { isAbsent } from '../files';
import { HttpError } from '../httpError';
import { resolveInside } from './containedPath';
import type { ILocatedBatch } from './loadedAutomation';

/** Views whose data name further files. */
const VIEWS: ReadonlySet<string> = new Set(['chart', 'map-mapbox']);

/** Data and pictures; nothing that a browser would run. */
const SUFFIXES: ReadonlySet<string> = new Set(
  '.csv .tsv .json .geojson .topojson .png .jpg .jpeg .webp .gif'.split(' ')
);

/**
 * Find a file that the data of a variable name, such as the table behind a chart: in the folder of the variable's file or below.
 *
 * @param name - POSIX path relative to that folder
 * @returns absolute path of a file inside the folder of the step
 * @throws {HttpError} 404 `file-unknown` when there is none, or it is of a kind that is not given away
 */
export async function findFileBeside(
  batch: ILocatedBatch,
  variable: IVariable,
  name: string
): Promise<string> {
  const unknown = new HttpError(404, 'file-unknown', 'there is no such file');
  const isPlain = staysInside(name) && name.split('/').every(part => part && !part.startsWith('.'));
  const isGiven = VIEWS.has(variable.view) && SUFFIXES.has(suffixOf(name));
  if (variable.path === ENVIRONMENT_PATH || !isPlain || !isGiven) {
    throw unknown;
  }
  const stepFolder = path.join(batch.absoluteFolder, variable.step);
  try {
    const file = await resolveInside(stepFolder, joinPath(folderOf(variable.path), name));
    if ((await fs.stat(file)).isFile()) {
      return file;
    }
  } catch (error) {
    if (!isAbsent(error) && !(error instanceof HttpError)) {
      throw error;
    }
  }
  throw unknown;
}
