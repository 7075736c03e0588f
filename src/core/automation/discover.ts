import type { IFiles } from '../files';
import { FileError } from '../files';
import { folderOf, joinPath, nameOf, relativePath, suffixOf } from '../path';
import type { IProblem } from '../problem';
import type { IAutomation } from './automation';
import { MAXIMUM_BYTES, parseDocument } from './document';
import { CONFIGURATION_SUFFIXES, SUFFIX_HINT } from './parseConfiguration';
import { ProblemList } from './problemList';
import { findEntry } from './tree';

/** Names that need no `crosscompute` key to be found, the preferred one first. */
const USUAL_NAMES = ['automate.yaml', 'automate.yml'] as const;

const YAML_SUFFIXES: readonly string[] = ['.yaml', '.yml'];

/** Folders in which nothing is looked for: what runs write, and what tools keep. */
const SKIPPED_FOLDERS: readonly string[] = ['node_modules', 'batches', 'runs', 'prints'];

/** Which configuration a path stands for. */
export interface IConfigurationSearch {
  /** Absolute path of the configuration; null when there is none. */
  path: string | null;
  problems: IProblem[];
}

/**
 * Find the configuration that a path stands for: a file is itself, a folder has `automate.yaml`, else
 * `automate.yml`, else the first file by name with a top-level key `crosscompute`.
 *
 * @param path - absolute
 */
export async function findConfiguration(
  files: IFiles,
  path: string
): Promise<IConfigurationSearch> {
  const problems = new ProblemList();
  const position = { file: path, line: 1, column: 1 };
  const status = await files.status(path);
  if (!status) {
    problems.add('path-not-found', position, `"${path}" does not exist`);
    return { path: null, problems: problems.sorted() };
  }
  if (status.kind === 'file') {
    const suffix = suffixOf(path);
    if (CONFIGURATION_SUFFIXES.includes(suffix)) {
      return { path, problems: [] };
    }
    const message = `suffix "${suffix}" is not supported`;
    problems.add('format-unsupported', position, message, SUFFIX_HINT);
    return { path: null, problems: problems.sorted() };
  }
  const usual = await listUsual(files, path);
  if (usual.length > 1) {
    const message = 'automate.yaml and automate.yml both exist';
    const at = { file: usual[0], line: 1, column: 1 };
    problems.add('configuration-ambiguous', at, message, 'automate.yaml is used');
  }
  const found = usual.length ? usual[0] : (await listOthers(files, path, 1))[0];
  if (found === undefined) {
    const hint = 'add a file automate.yaml, or let crosscompute init write one';
    problems.add('configuration-not-found', position, `no configuration in "${path}"`, hint);
  }
  return { path: found ?? null, problems: problems.sorted() };
}

/**
 * List the configurations of a folder, not of those below, the preferred one first.
 *
 * @param folder - absolute
 * @returns absolute paths
 */
export async function listConfigurations(files: IFiles, folder: string): Promise<string[]> {
  const usual = await listUsual(files, folder);
  return [...usual.slice(0, 1), ...(await listOthers(files, folder, Infinity))];
}

async function listUsual(files: IFiles, folder: string): Promise<string[]> {
  const paths = USUAL_NAMES.map(name => joinPath(folder, name));
  const found = await Promise.all(paths.map(path => files.status(path)));
  return paths.filter((_, index) => found[index]?.kind === 'file');
}

/** Files with another name count when they have the key; the others are passed over in silence. */
async function listOthers(files: IFiles, folder: string, limit: number): Promise<string[]> {
  const usual: readonly string[] = USUAL_NAMES;
  const found: string[] = [];
  for (const name of await files.list(folder)) {
    if (
      found.length < limit &&
      CONFIGURATION_SUFFIXES.includes(suffixOf(name)) &&
      !usual.includes(name)
    ) {
      const path = joinPath(folder, name);
      if (await isConfiguration(files, path)) {
        found.push(path);
      }
    }
  }
  return found;
}

async function isConfiguration(files: IFiles, path: string): Promise<boolean> {
  const status = await files.status(path);
  if (status?.kind !== 'file' || status.size > MAXIMUM_BYTES) {
    return false;
  }
  try {
    const text = await files.readText(path);
    return YAML_SUFFIXES.includes(suffixOf(path)) ? hasYamlKey(text, path) : hasPlainKey(text);
  } catch (error) {
    if (error instanceof FileError) {
      // Somebody else's file; that it cannot be read is no problem of an automation.
      return false;
    }
    throw error;
  }
}

/** A file with syntax errors counts, too, when the key can be seen: its errors shall be reported. */
function hasYamlKey(text: string, path: string): boolean {
  if (!text.includes('crosscompute')) {
    return false;
  }
  const { tree } = parseDocument(text, path);
  return tree
    ? findEntry(tree, 'crosscompute') !== null
    : /^\uFEFF?(["']?)crosscompute\1\s*:/m.test(text);
}

/** TOML and INI: the key stands before the first section. */
function hasPlainKey(text: string): boolean {
  return /^\s*(["']?)crosscompute\1\s*[=:]/m.test(text.replace(/^\uFEFF/, '').split(/^\s*\[/m)[0]);
}

/** Which automations belong to a notebook. */
export interface INotebookSearch {
  /** Absolute paths of configurations, best first; may hold invalid ones. */
  candidates: string[];
  /** The one to open without asking; null when there is none or a person must choose. */
  chosen: string | null;
  /**
   * Absolute folder of the batch or run that wrote the notebook into its `debug/`; null for others.
   * By the path alone: whether an automation has such a batch is for the caller to see.
   */
  batchFolder: string | null;
}

/** An automation of a configuration: its own, or one that it imports. */
export interface IFoundAutomation {
  /** Absolute path of its configuration. */
  configuration: string;
  /** Null while it is invalid. */
  automation: IAutomation | null;
}

/** A configuration found beside or above a notebook, or imported by one. */
interface ICandidate {
  path: string;
  /** 0 is the notebook's own folder. */
  level: number;
  /** True when one of its scripts is the notebook. */
  isNaming: boolean;
}

/**
 * Find the automations that belong to a notebook: those whose scripts name it, else those of the
 * nearest folder above that has any.
 *
 * @param notebookPath - absolute
 * @param rootFolder - absolute; nothing above it is looked at
 * @param read - reads a configuration and what it imports, without those that only import others; one that
 * is invalid stays a candidate
 */
export async function findForNotebook(
  files: IFiles,
  notebookPath: string,
  rootFolder: string,
  read: (configuration: string) => Promise<readonly IFoundAutomation[]>
): Promise<INotebookSearch> {
  const candidates: ICandidate[] = [];
  for (const [level, folder] of listLevels(folderOf(notebookPath), rootFolder).entries()) {
    for (const path of await listConfigurations(files, folder)) {
      for (const { configuration, automation } of await read(path)) {
        if (!candidates.some(candidate => candidate.path === configuration)) {
          const isNaming = isNamedBy(automation, notebookPath);
          candidates.push({ path: configuration, level, isNaming });
        }
      }
    }
  }
  const naming = candidates.filter(({ isNaming }) => isNaming);
  const others = candidates.filter(({ isNaming }) => !isNaming);
  const ordered = [...naming, ...others];
  const preferred = naming.length ? naming : others;
  const nearest = preferred.filter(({ level }) => level === preferred[0].level);
  const debugFolder = folderOf(notebookPath);
  const isDebug = nameOf(debugFolder) === 'debug' && ordered.length > 0;
  return {
    candidates: ordered.map(({ path }) => path),
    chosen: nearest.length === 1 ? nearest[0].path : null,
    batchFolder: isDebug ? folderOf(debugFolder) : null
  };
}

/** Folders from one up to the root, nearest first, without those in which nothing is looked for. */
function listLevels(folder: string, rootFolder: string): string[] {
  const relative = relativePath(joinPath(rootFolder), joinPath(folder));
  if (relative === null) {
    return [];
  }
  const names = relative === '.' ? [] : relative.split('/');
  const skippedAt = names.findIndex(name => name.startsWith('.') || SKIPPED_FOLDERS.includes(name));
  const shown = skippedAt < 0 ? names : names.slice(0, skippedAt);
  const levels = [joinPath(rootFolder)];
  for (const name of shown) {
    levels.unshift(joinPath(levels[0], name));
  }
  return levels;
}

function isNamedBy(automation: IAutomation | null, notebookPath: string): boolean {
  return (automation?.scripts ?? []).some(
    script =>
      script.kind === 'notebook' &&
      joinPath(automation?.folder ?? '', script.folder, script.path) === notebookPath
  );
}
