import { createHash } from 'node:crypto';
import type { IAutomation, Script } from '../../core/automation/automation';
import type { IFiles } from '../../core/files';
import { isJsonObject } from '../../core/json';
import { folderOf, joinPath, relativePath } from '../../core/path';
import { findPythonImports } from '../../core/run/languages/pythonImports';

/** A file of the automation's code: path relative to its folder, SHA-256 of what counts in it. */
export interface ICodeFile {
  path: string;
  sha256: string;
}

/**
 * Collect the code of an automation: its scripts, files that its commands name, and the local Python
 * modules that they import, recursively, inside the automation's folder.
 *
 * Of a notebook the cells' kinds, sources and tags and the kernel count, not its outputs: saving a
 * notebook that was run by hand must not make every result stale.
 *
 * @returns sorted by path, each file once; files that do not exist are left out
 */
export async function collectCode(files: IFiles, automation: IAutomation): Promise<ICodeFile[]> {
  const found = new Map<string, string>();
  const folders = new ListedFolders(files);
  const waiting: string[] = [];
  // Where Python looks: the folders of scripts, and that of the automation.
  const roots = [
    ...new Set([
      ...automation.scripts.map(({ folder }) => joinPath(automation.folder, folder)),
      automation.folder
    ])
  ];
  for (const script of automation.scripts) {
    waiting.push(...scriptPaths(automation, script));
  }
  while (waiting.length) {
    const file = waiting.pop() as string;
    const path = relativePath(automation.folder, file);
    if (path === null || found.has(path) || (await files.status(file))?.kind !== 'file') {
      continue;
    }
    const text = await readCode(files, file);
    found.set(path, createHash('sha256').update(text).digest('hex'));
    waiting.push(...(await importedFiles(text, file, roots, folders)));
  }
  return [...found]
    .map(([path, sha256]) => ({ path, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function scriptPaths(automation: IAutomation, script: Script): string[] {
  const folder = joinPath(automation.folder, script.folder);
  switch (script.kind) {
    case 'function':
      return [joinPath(folder, `${script.module.split('.').join('/')}.py`)];
    case 'command':
      // Words that are no files are dropped when they are looked up.
      return script.command
        .split(/[\s"']+/)
        .filter(word => word && !word.includes('{'))
        .map(word => joinPath(folder, word));
    default:
      return [joinPath(folder, script.path)];
  }
}

async function readCode(files: IFiles, path: string): Promise<string> {
  let text: string;
  try {
    text = await files.readText(path);
  } catch {
    // A program that is no text: its size and time stand for it.
    const status = await files.status(path);
    return `binary ${status?.size} ${status?.modifiedMs}`;
  }
  return path.endsWith('.ipynb') ? notebookCode(text) : text;
}

function notebookCode(text: string): string {
  try {
    const notebook: unknown = JSON.parse(text);
    if (!isJsonObject(notebook) || !Array.isArray(notebook.cells)) {
      return text;
    }
    const metadata = isJsonObject(notebook.metadata) ? notebook.metadata : {};
    const cells = notebook.cells
      .filter(isJsonObject)
      .map(cell => [
        cell.cell_type ?? null,
        Array.isArray(cell.source) ? cell.source.join('') : (cell.source ?? ''),
        isJsonObject(cell.metadata) ? (cell.metadata.tags ?? null) : null
      ]);
    const kernel = isJsonObject(metadata.kernelspec) ? (metadata.kernelspec.name ?? null) : null;
    return JSON.stringify({ kernel, cells });
  } catch {
    return text;
  }
}

/** What is in folders, each read once: most modules that a source imports are not among an author's files. */
class ListedFolders {
  constructor(private readonly _files: IFiles) {}

  /** Tell whether a folder has an entry that a path below it begins with. */
  async leadsTo(folder: string, path: string): Promise<boolean> {
    const first = relativePath(folder, path)?.split('/')[0] ?? '';
    let names = this._names.get(folder);
    if (!names) {
      names = this._files.list(folder).then(list => new Set(list));
      this._names.set(folder, names);
    }
    return (await names).has(first);
  }

  private readonly _names = new Map<string, Promise<ReadonlySet<string>>>();
}

/** Files that a Python source may import; those that cannot exist are left out. */
async function importedFiles(
  text: string,
  file: string,
  roots: readonly string[],
  folders: ListedFolders
): Promise<string[]> {
  if (!/\.(py|ipynb)$/.test(file)) {
    return [];
  }
  const source = file.endsWith('.ipynb') ? cellSources(text) : text;
  const candidates = findPythonImports(source).flatMap(({ level, module, names }) => {
    let around = folderOf(file);
    for (let step = 1; step < level; step++) {
      around = folderOf(around);
    }
    const bases = new Set(level > 0 ? [around] : [folderOf(file), ...roots]);
    return [...bases].flatMap(base =>
      moduleFiles(base, module, names).map(path => ({ base, path }))
    );
  });
  const isPossible = await Promise.all(
    candidates.map(({ base, path }) => folders.leadsTo(base, path))
  );
  return candidates.filter((_, index) => isPossible[index]).map(({ path }) => path);
}

/** The packages on the way to a module, the module, and those among what is taken from it. */
function moduleFiles(base: string, module: readonly string[], names: readonly string[]): string[] {
  const packages = module.map((_, index) => joinPath(base, ...module.slice(0, index + 1)));
  const last = joinPath(base, ...module);
  const modules = [...(module.length ? [last] : []), ...names.map(name => joinPath(last, name))];
  return [
    joinPath(last, '__init__.py'),
    ...packages.map(folder => joinPath(folder, '__init__.py')),
    ...modules.map(path => `${path}.py`),
    ...names.map(name => joinPath(last, name, '__init__.py'))
  ];
}

/** The code of a notebook's cells, from what stands for it. */
function cellSources(text: string): string {
  try {
    const { cells } = JSON.parse(text) as { cells: [unknown, string, unknown][] };
    return cells.map(([, source]) => source).join('\n');
  } catch {
    return '';
  }
}
