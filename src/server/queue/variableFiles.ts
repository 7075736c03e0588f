import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { isAbsent } from '../files';
import { writeAtomically } from '../store/atomicWrite';
import { runFolderOf } from '../store/history';

/** A run, as the files of its variables are found. */
interface IRunPlace {
  /** Absolute. */
  automationFolder: string;
  id: string;
  /** Absolute. */
  debugFolder: string;
}

/**
 * Write variables of the server into files of their names in `debug/`, which nobody but the server's user may read.
 * Their names, not their values, are noted first in the history of the run: what a server that is killed leaves is
 * removed by the next.
 */
export async function writeVariableFiles(
  place: IRunPlace,
  values: Readonly<Record<string, string>>
): Promise<void> {
  const names = Object.keys(values);
  if (!names.length) {
    return;
  }
  await writeAtomically(noteOf(place), `${JSON.stringify(names)}\n`);
  for (const name of names) {
    await writeAtomically(path.join(place.debugFolder, name), values[name], { mode: 0o600 });
  }
}

/** Remove what `writeVariableFiles` wrote, also that of a server which is gone. */
export async function removeVariableFiles(place: IRunPlace): Promise<void> {
  const note = noteOf(place);
  let names: unknown;
  try {
    names = JSON.parse(await fs.readFile(note, 'utf-8'));
  } catch (error) {
    if (isAbsent(error)) {
      return;
    }
    throw error;
  }
  for (const name of Array.isArray(names) ? names : []) {
    // A folder that came from elsewhere may note anything.
    if (typeof name === 'string' && /^\w+$/.test(name)) {
      await fs.rm(path.join(place.debugFolder, name), { force: true });
    }
  }
  await fs.rm(note, { force: true });
}

function noteOf({ automationFolder, id }: IRunPlace): string {
  return path.join(runFolderOf(automationFolder, id), 'variable-files.json');
}
