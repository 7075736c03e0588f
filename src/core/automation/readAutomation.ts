import type { IFiles } from '../files';
import { FileError } from '../files';
import { folderOf, suffixOf } from '../path';
import type { IPosition, IProblem } from '../problem';
import type { IAutomation, IImport } from './automation';
import { checkExpressions } from './checkExpressions';
import { checkDatasets } from './checkDatasets';
import { checkKeys } from './checkKeys';
import { checkPaths } from './checkPaths';
import { checkModules, checkNotebooks } from './checkScripts';
import { checkTokenFiles } from './checkTokenFiles';
import { checkTemplates } from './checkTemplates';
import { MAXIMUM_BYTES } from './document';
import { findKey } from './keys/key';
import { KEYS } from './keys/keys';
import { movePrints } from './movePrints';
import { normalizeAutomation } from './normalizeAutomation';
import { CONFIGURATION_SUFFIXES, SUFFIX_HINT, parseConfiguration } from './parseConfiguration';
import { ProblemList, addTooLarge, addUnreadable } from './problemList';
import type { IReadContext, IViewSource } from './readContext';
import { Section } from './section';
import type { IMappingNode } from './tree';
import { findEntry } from './tree';
import { translate } from './translate';
import { checkVersion } from './version';

/** What reading a configuration needs of its surroundings. */
export interface IReadAutomationOptions {
  /** The known views. */
  views: IViewSource;
  /** Value of an environment variable of the server. */
  environment(name: string): string | undefined;
  /** Absolute path of the folder that everything should lie in. */
  rootFolder: string;
  /** Place among the automations of a site, which numbers those without a name; 0 for the root. Default 0. */
  index?: number;
}

/** The name and the address of an automation, and where they are written. */
export interface IIdentityPlaces {
  name: string;
  /** Where it is written; the start of the file when it is not. */
  nameAt: IPosition;
  slug: string;
  slugAt: IPosition;
  /** True when the file gives a name. */
  isNamed: boolean;
}

/** An automation, and everything that is wrong with it. */
export interface IReadAutomation {
  /** Null only when a problem blocks everything. */
  automation: IAutomation | null;
  /** As far as it could be read, with what is wrong left out; null when the file is no mapping at all. */
  draft: IAutomation | null;
  /** Sorted by file and position; files are absolute paths. */
  problems: IProblem[];
  /** False for a file without the key `output`, which is only a container of imports and not listed. */
  isListed: boolean;
  /** What it imports, even while errors keep it closed; null when the file could not be parsed. */
  imports: readonly IImport[] | null;
  /** Null when the file could not be parsed. */
  places: IIdentityPlaces | null;
}

/**
 * Read and check a configuration: syntax, keys, values, and the files that it names. Everything that
 * is wrong is reported at once; batches and their rows are read by `readBatches`.
 *
 * @param path - absolute path of the configuration
 */
export async function readAutomation(
  files: IFiles,
  path: string,
  options: IReadAutomationOptions
): Promise<IReadAutomation> {
  const problems = new ProblemList();
  const written = await readTree(files, path, problems);
  if (!written) {
    return nothingOf(problems);
  }
  const vocabulary = checkVersion(new Section(written), problems);
  const tree = translate(written, KEYS, vocabulary, problems);
  if (isForeign(tree)) {
    return nothingOf(problems);
  }
  checkKeys(tree, KEYS, 'the configuration', problems);
  const configuration = new Section(movePrints(tree, problems));
  const context: IReadContext = {
    problems,
    vocabulary,
    index: options.index ?? 0,
    folder: folderOf(path),
    views: options.views,
    environment: options.environment,
    paths: [],
    modules: []
  };
  const automation = normalizeAutomation(configuration, path, context);
  await checkPaths(files, context.paths, options.rootFolder, problems);
  await checkModules(files, context.modules, problems);
  await checkDatasets(files, automation, problems);
  await checkNotebooks(files, automation, problems);
  await checkTemplates(files, automation, problems);
  await checkTokenFiles(files, automation, options.environment, problems);
  checkExpressions(automation, problems);
  return {
    automation: problems.isClosing ? null : automation,
    draft: automation,
    problems: problems.sorted(),
    isListed: findEntry(tree, 'output') !== null,
    imports: automation.imports,
    places: placesOf(configuration, automation)
  };
}

/**
 * Tell whether a file is no configuration at all. What is in it is not told: the keys of a file of tokens
 * are the tokens.
 */
function isForeign({ entries }: IMappingNode): boolean {
  return entries.length > 0 && entries.every(({ key }) => findKey(KEYS, key) === null);
}

function nothingOf(problems: ProblemList): IReadAutomation {
  return {
    automation: null,
    draft: null,
    problems: problems.sorted(),
    isListed: false,
    imports: null,
    places: null
  };
}

function placesOf(configuration: Section, automation: IAutomation): IIdentityPlaces {
  const { name, slug } = automation;
  const start = { file: automation.configuration, line: 1, column: 1 };
  const nameAt = configuration.entry('name')?.value.position ?? start;
  const slugAt = configuration.entry('slug')?.value.position ?? nameAt;
  return { name, nameAt, slug, slugAt, isNamed: configuration.filledText('name') !== null };
}

async function readTree(
  files: IFiles,
  file: string,
  problems: ProblemList
): Promise<IMappingNode | null> {
  const start = { file, line: 1, column: 1 };
  const suffix = suffixOf(file);
  if (!CONFIGURATION_SUFFIXES.includes(suffix)) {
    const message = `suffix "${suffix}" is not supported`;
    problems.add('format-unsupported', start, message, SUFFIX_HINT);
    return null;
  }
  const status = await files.status(file);
  if (!status) {
    problems.add('path-not-found', start, `"${file}" does not exist`);
    return null;
  }
  if (status.kind !== 'file') {
    problems.add('file-not-a-file', start, `configuration "${file}" must be a file`);
    return null;
  }
  if (status.size > MAXIMUM_BYTES) {
    addTooLarge(problems, file);
    return null;
  }
  try {
    const parsed = await parseConfiguration(await files.readText(file), file);
    problems.addAll(parsed.problems);
    return parsed.tree;
  } catch (error) {
    if (!(error instanceof FileError)) {
      throw error;
    }
    addUnreadable(problems, error);
    return null;
  }
}
