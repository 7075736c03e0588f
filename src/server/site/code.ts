import { createHash } from 'node:crypto';
import type { IAutomation, Script } from '../../core/automation/automation';
import type { IFiles } from '../../core/files';
import { isJsonObject } from '../../core/json';
import { folderOf, joinPath, relativePath } from '../../core/path';

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
  const waiting: string[] = [];
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
    for (const module of importedModules(text, file)) {
      const parts = module.split('.').join('/');
      for (const base of [folderOf(file), automation.folder]) {
        waiting.push(joinPath(base, `${parts}.py`), joinPath(base, parts, '__init__.py'));
      }
    }
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

function importedModules(text: string, path: string): string[] {
  if (!/\.(py|ipynb)$/.test(path)) {
    return [];
  }
  // In a notebook's JSON, lines end with an escaped line feed and begin after a quote.
  const source = path.endsWith('.ipynb') ? text.replace(/\\n|"/g, '\n') : text;
  const modules: string[] = [];
  for (const match of source.matchAll(
    /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([^#\n]+))/gm
  )) {
    const names = match[1]
      ? [match[1]]
      : match[2].split(',').map(name => name.trim().split(/\s/)[0]);
    modules.push(
      ...names.map(name => name.replace(/^\.+/, '')).filter(name => /^[\w.]+$/.test(name))
    );
  }
  return modules;
}
