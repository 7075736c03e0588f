import { promises as fs, type Dirent } from 'node:fs';
import * as path from 'node:path';
import { joinPath, relativePath, staysInside } from '../../../core/path';
import type { IRunFolders, IScriptContext } from '../../../core/run/execution';
import { resolveInside } from '../../site/containedPath';
import { draftPath } from '../../store/atomicWrite';
import type { IPlaceFile, IPlaceFolder } from './placeFolder';

/** Files beside the scripts travel with them up to this size, bytes each. */
const SIBLING_BYTES = 1024 * 1024;
const MAXIMUM_SIBLINGS = 1000;
/** What comes back of one run. */
const MAXIMUM_RETURNED = 10_000;

/** Folders that are of no use to a script, besides hidden ones and those of batches. */
const PASSED_OVER = new Set(['node_modules', '__pycache__', 'prints', 'runs', 'batches']);

/** What we keep in `debug/` ourselves. */
const OWN_DEBUG = new Set(['run.json', 'journal.ndjson', 'stdout.txt', 'stderr.txt']);

/** What a place needs of a run. */
export interface ITravellers {
  /** Absolute here, with the path relative to the automation's folder. */
  files: { source: string; path: string; size: number }[];
  /** Paths of files that are too large or too many to go along. */
  left: string[];
  /** Bytes of all files. */
  bytes: number;
}

/** What decides which files travel. */
export type ITravelContext = Pick<IScriptContext, 'automation' | 'folders'>;

/**
 * Find what a script needs where its kernel is: inputs and declared datasets of any size, and what lies beside it,
 * such as modules, when it is small.
 *
 * @throws {Error} when the folder of the run is not in that of its automation
 */
export async function findTravellers({
  automation,
  folders
}: ITravelContext): Promise<ITravellers> {
  const travellers: ITravellers = { files: [], left: [], bytes: 0 };
  const add = (source: string, relative: string, size: number) => {
    travellers.files.push({ source, path: relative, size });
    travellers.bytes += size;
  };
  const input = insideOf(automation.folder, folders.input);
  await walk(folders.input, input, true, add);
  const declared = new Set(automation.datasets.map(dataset => joinPath(dataset.path)));
  for (const dataset of declared) {
    await walk(path.join(automation.folder, dataset), dataset, true, add);
  }
  const real = await fs.realpath(automation.folder);
  let siblings = 0;
  await walk(automation.folder, '', false, async (source, relative, size) => {
    const isInside = (await fs.realpath(source)).startsWith(real + path.sep);
    if (declared.has(relative) || relative.startsWith(`${input}/`) || !isInside) {
      return;
    }
    siblings += 1;
    if (size > SIBLING_BYTES || siblings > MAXIMUM_SIBLINGS) {
      travellers.left.push(relative);
    } else {
      add(source, relative, size);
    }
  });
  return travellers;
}

/** Path of a folder of a run relative to the automation's. @throws {Error} when it is not inside */
export function insideOf(automationFolder: string, folder: string): string {
  const relative = relativePath(automationFolder, folder);
  if (relative === null) {
    throw new Error(`"${folder}" is not in "${automationFolder}"`);
  }
  return relative;
}

/**
 * Call for every regular file below a folder, links followed; nothing when the folder does not exist.
 *
 * @param isWhole - false leaves out hidden files, folders of batches and what no script needs
 */
async function walk(
  start: string,
  relative: string,
  isWhole: boolean,
  onFile: (source: string, relative: string, size: number) => Promise<void> | void
): Promise<void> {
  const status = await fs.stat(start).catch(() => null);
  if (status?.isFile()) {
    await onFile(start, relative, status.size);
  }
  if (!status?.isDirectory()) {
    return;
  }
  const entries = await fs.readdir(start, { withFileTypes: true });
  if (!isWhole && relative !== '' && isBatch(entries)) {
    return;
  }
  for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const isWanted = isWhole || !(name.startsWith('.') || PASSED_OVER.has(name));
    if (isWanted) {
      const inner = relative === '' ? name : `${relative}/${name}`;
      await walk(path.join(start, name), inner, isWhole, onFile);
    }
  }
}

function isBatch(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return names.has('input') && (names.has('debug') || names.has('output'));
}

/**
 * Bring back what a script wrote into the folders of its run. Each file appears whole or not at all.
 *
 * @returns paths, relative to the run's folder, of what was left there because its name leads out of the folder
 */
export async function bringBack(
  folder: IPlaceFolder,
  { automation, folders }: ITravelContext
): Promise<string[]> {
  const refused: string[] = [];
  let count = 0;
  for (const step of ['output', 'log', 'debug', 'print'] as const satisfies (keyof IRunFolders)[]) {
    const there = insideOf(automation.folder, folders[step]);
    for (const file of await folder.list(there)) {
      const name = file.path.slice(there.length + 1);
      if (step === 'debug' && OWN_DEBUG.has(name)) {
        continue;
      }
      if (!staysInside(name) || ++count > MAXIMUM_RETURNED) {
        refused.push(`${step}/${name}`);
      } else {
        await receive(folder, file, folders[step], name);
      }
    }
  }
  return refused;
}

async function receive(
  folder: IPlaceFolder,
  file: IPlaceFile,
  target: string,
  name: string
): Promise<void> {
  const final = await resolveInside(target, name);
  await fs.mkdir(path.dirname(final), { recursive: true });
  const draft = draftPath(final);
  try {
    await folder.receive(file, draft);
    await fs.rename(draft, final);
  } finally {
    await fs.rm(draft, { force: true });
  }
}
