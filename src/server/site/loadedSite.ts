import { relativePath } from '../../core/path';
import type { IProblem } from '../../core/problem';
import type { LoadedAutomation } from './loadedAutomation';

/** Title of a root page whose configuration has no name. */
export const UNNAMED_SITE = 'Automations';

/**
 * One opened root configuration with everything that it imports. Addresses are unique in it.
 */
export class LoadedSite {
  /**
   * @param configuration - absolute path of the root configuration
   * @param uri - its address relative to the root: '' or with a trailing slash
   * @param _rootFolder - absolute folder that paths in the API start from
   */
  constructor(
    readonly configuration: string,
    readonly uri: string,
    private readonly _rootFolder: string
  ) {}

  /** Its automations, the root first, containers of imports included. */
  get members(): readonly LoadedAutomation[] {
    return this._members;
  }

  /** The automation of the root configuration. */
  get root(): LoadedAutomation {
    return this._members[0];
  }

  /** Those that pages and lists show: no containers of imports, no hidden ones. */
  get listed(): LoadedAutomation[] {
    return this._members.filter(({ isListed }) => isListed);
  }

  /** Name of the root, or of the only automation; for others a word for what the page lists. */
  get title(): string {
    const { listed, root } = this;
    if (listed.length === 1) {
      return listed[0].summary().title;
    }
    return root.isNamed ? (root.find()?.name ?? UNNAMED_SITE) : UNNAMED_SITE;
  }

  /** Problems of all its files, with paths relative to the root folder, sorted. */
  get problems(): IProblem[] {
    return this._problems.map(problem => ({
      ...problem,
      file: relativePath(this._rootFolder, problem.file) ?? problem.file
    }));
  }

  /** An automation by its slug, without regard to case; hidden ones, too. */
  find(slug: string): LoadedAutomation | null {
    const wanted = slug.toLowerCase();
    return (
      this._members.find(
        member => !member.isContainer && member.find()?.slug.toLowerCase() === wanted
      ) ?? null
    );
  }

  /** Take over what was read anew. */
  update(members: readonly LoadedAutomation[], problems: readonly IProblem[]): void {
    this._members = members;
    this._problems = problems;
  }

  private _members: readonly LoadedAutomation[] = [];
  private _problems: readonly IProblem[] = [];
}
