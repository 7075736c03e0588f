import type { IFiles } from '../files';
import { folderOf, joinPath, nameOf, relativePath } from '../path';
import type { IPosition, IProblem } from '../problem';
import { sortProblems } from '../problem';
import type { IAutomation, IImport } from './automation';
import { findConfiguration } from './discover';
import type { ProblemCode } from './problemCodes';
import { WEIGHTS } from './problemCodes';
import { formatPlace, ProblemList } from './problemList';
import type { IReadAutomation, IReadAutomationOptions } from './readAutomation';
import { readAutomation } from './readAutomation';
import { didYouMean } from './suggest';

/** An automation of a site, with how it came into it. */
export interface ISiteAutomation extends IReadAutomation {
  /** Absolute path of its configuration. */
  configuration: string;
  /**
   * The automations that import it, the nearest first, the root last; empty for the root. Their groups and
   * tokens count here, too.
   */
  importers: readonly IAutomation[];
  /** True for a file without the key `output`, which only imports others and has no pages. */
  isContainer: boolean;
  /** False for containers, and for what is imported as hidden: it has pages, but stands in no list. */
  isListed: boolean;
  /** Name for templates, given where it is imported; null for none. */
  importId: string | null;
  /** True when only a group can allow it (1.0 `protected` and `private`). */
  needsGroup: boolean;
}

/** One opened configuration with everything that it imports. */
export interface ISite {
  /** At least one: the root first, then its imports, each followed by its own. */
  automations: readonly ISiteAutomation[];
  /** Problems of all its files, sorted by file and position; files are absolute paths. */
  problems: IProblem[];
  /** Absolute paths of imports that were not found: what may come to lie there heals the site. */
  missing: readonly string[];
}

/** What reading a site needs of its surroundings. */
export interface IReadSiteOptions extends Omit<IReadAutomationOptions, 'index'> {
  /**
   * What a configuration last said while it was valid: its imports and its rules of access stay in use
   * while it is not. Null when it never was; then what it imports stays closed, as its rules are unknown.
   */
  lastValid?(configuration: string): IAutomation | null;
}

/**
 * Read a root configuration and all that it imports, and check that names and addresses are unique.
 *
 * @param configuration - absolute path of the root configuration
 */
export async function readSite(
  files: IFiles,
  configuration: string,
  options: IReadSiteOptions
): Promise<ISite> {
  const reader = new SiteReader(files, options, folderOf(configuration));
  await reader.read(configuration, { importers: [], entry: null, way: [] });
  return reader.finish();
}

/** How a configuration is reached. */
interface IWay {
  importers: readonly IAutomation[];
  /** The item of `imports` that names it; null for the root. */
  entry: IImport | null;
  /** Real paths from the root to the importing file. */
  way: readonly string[];
}

class SiteReader {
  constructor(
    private readonly _files: IFiles,
    private readonly _options: IReadSiteOptions,
    private readonly _rootFolder: string
  ) {}

  /** @returns number of errors in the file and below it */
  async read(configuration: string, { importers, entry, way }: IWay): Promise<number> {
    const index = this._automations.length;
    const read = await readAutomation(this._files, configuration, { ...this._options, index });
    const valid = read.automation ?? this._options.lastValid?.(configuration) ?? null;
    const imports = read.imports ?? valid?.imports ?? [];
    // A file that cannot be parsed may be anything: its problems are shown like those of a tool. Without imports it is
    // a tool that shows logs alone, or nothing; it runs all the same.
    const isContainer = read.places !== null && !read.isListed && imports.length > 0;
    const automation: ISiteAutomation = {
      ...read,
      configuration,
      importers,
      importId: entry?.id ?? null,
      needsGroup: entry?.needsGroup ?? false,
      isContainer,
      isListed: !isContainer && (entry?.isListed ?? true)
    };
    this._automations.push(automation);
    const here = (await this._files.realPath(configuration)) ?? configuration;
    this._known.set(here, entry?.position ?? { file: configuration, line: 1, column: 1 });
    const problems = new ProblemList();
    let errors = countErrors(read.problems);
    for (const item of imports) {
      errors += await this._import(item, problems, { importers, way: [...way, here] }, valid);
    }
    problems.addAll(read.problems);
    automation.problems = problems.sorted();
    automation.automation = problems.isClosing ? null : read.automation;
    return errors;
  }

  /** Names and addresses that are used twice close the later automation. */
  finish(): ISite {
    const names = new Map<string, IPosition>();
    const slugs = new Map<string, IPosition>();
    for (const automation of this._automations.filter(({ isContainer }) => !isContainer)) {
      const { places } = automation;
      if (places) {
        const isTaken = this._claim(automation, names, 'name', places.name, places.nameAt);
        if (!isTaken) {
          this._claim(automation, slugs, 'slug', places.slug, places.slugAt);
        }
      }
    }
    return {
      automations: this._automations,
      problems: sortProblems(this._automations.flatMap(({ problems }) => problems)),
      missing: this._missing
    };
  }

  private async _import(
    entry: IImport,
    problems: ProblemList,
    { importers, way }: Pick<IWay, 'importers' | 'way'>,
    importer: IAutomation | null
  ): Promise<number> {
    const { position } = entry;
    const configuration = await this._find(entry, problems);
    if (configuration === null) {
      return 1;
    }
    const real = (await this._files.realPath(configuration)) ?? configuration;
    if (way.includes(real)) {
      const cycle = [...way.slice(way.indexOf(real)), real].map(path => this._nameOf(path));
      const hint = 'remove one of these imports';
      problems.add('import-cycle', position, `import cycle: ${cycle.join(' → ')}`, hint);
      return 1;
    }
    const first = this._known.get(real);
    if (first) {
      const place = formatPlace(first, this._rootFolder);
      const message = `import "${entry.path}" is used twice; first at ${place}`;
      problems.add('not-unique', position, message, 'import it once');
      return 1;
    }
    const chain = importer ? [importer, ...importers] : importers;
    const at = this._automations.length;
    const errors = await this.read(configuration, { importers: chain, entry, way });
    if (!importer) {
      // Who may see it is not known.
      this._automations.slice(at).forEach(automation => (automation.automation = null));
    }
    if (errors) {
      // It is closed by its own errors; the others stay open.
      const message = `"${entry.path}" has ${errors} ${errors === 1 ? 'error' : 'errors'}`;
      const weight = { ...WEIGHTS.error, blocks: 'nothing' as const };
      const hint = 'they are listed at their own places';
      problems.add('import-invalid', position, message, hint, weight);
    }
    return errors;
  }

  private async _find(entry: IImport, problems: ProblemList): Promise<string | null> {
    const target = joinPath(folderOf(entry.position.file), entry.path);
    const found = await findConfiguration(this._files, target);
    if (found.path !== null) {
      problems.addAll(found.problems);
      return found.path;
    }
    this._missing.push(target, joinPath(target, 'automate.yaml'));
    const [{ code, message, hint }] = found.problems;
    if (code === 'path-not-found') {
      const names = await this._files.list(folderOf(target));
      const near = didYouMean(nameOf(target), names);
      problems.add('file-not-found', entry.position, `import "${entry.path}" was not found`, near);
    } else {
      problems.add(code as ProblemCode, entry.position, message, hint);
    }
    return null;
  }

  /** @returns true when the word was taken already */
  private _claim(
    automation: ISiteAutomation,
    taken: Map<string, IPosition>,
    what: string,
    word: string,
    position: IPosition
  ): boolean {
    const key = what === 'slug' ? word.toLowerCase() : word;
    const first = taken.get(key);
    if (!first) {
      taken.set(key, position);
      return false;
    }
    const problems = new ProblemList();
    const place = formatPlace(first, this._rootFolder);
    problems.addAll(automation.problems);
    problems.add('not-unique', position, `${what} "${word}" is used twice; first at ${place}`);
    automation.problems = problems.sorted();
    automation.automation = null;
    return true;
  }

  private _nameOf(path: string): string {
    return relativePath(this._rootFolder, path) ?? path;
  }

  private readonly _automations: ISiteAutomation[] = [];
  private readonly _missing: string[] = [];
  /** Real paths of what was read, with the place that named it. */
  private readonly _known = new Map<string, IPosition>();
}

function countErrors(problems: readonly IProblem[]): number {
  return problems.filter(({ severity }) => severity === 'error').length;
}
