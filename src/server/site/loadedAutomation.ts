import {
  ENVIRONMENT_PATH,
  STEP_NAMES,
  type IAuthorization,
  type IAutomation
} from '../../core/automation/automation';
import type { IAutomationSummary } from '../../core/api';
import type { IBatch, InputValues } from '../../core/batch/batch';
import { folderOf, joinPath, nameOf, relativePath } from '../../core/path';
import type { IProblem } from '../../core/problem';
import type { IRunBatch, IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';

/** A batch or a run made from the form, with where its files lie. */
export interface ILocatedBatch extends IRunBatch {
  /** Absolute path of its folder. */
  absoluteFolder: string;
  /** Values of a row; null when files hold them. */
  values: InputValues | null;
  /** Why it cannot run, though others can; file relative to the root folder. */
  problems: readonly IProblem[];
}

/** What a configuration gave when it was last read. */
export interface IAutomationContent {
  /** The last valid state; null when it never was valid. */
  automation: IAutomation | null;
  batches: readonly IBatch[];
  /** Problems of the files as they are now; file = absolute path. */
  problems: readonly IProblem[];
  /** True when the files as they are now have errors that keep it closed. */
  isInvalid: boolean;
}

/** What an automation is in its site. */
export interface IAutomationPlace {
  /** Address of the site relative to the root: '' or with a trailing slash. */
  siteUri: string;
  /** The automations that import it, the nearest first, the root last. */
  importers: readonly IAutomation[];
  /** True for a file that only imports others: it has no pages. */
  isContainer: boolean;
  /** False for containers and for what is hidden. */
  isListed: boolean;
  /** True when the file gives it a name. */
  isNamed: boolean;
  /** True when only a group can allow it. */
  needsGroup: boolean;
}

/** Rules of access of one configuration. */
export interface IAccessRules {
  authorization: IAuthorization;
  /** Absolute folder of the configuration, in which its token files lie. */
  folder: string;
}

/**
 * An automation that the server knows, with its batches. While its configuration is invalid the last
 * valid state stays in use, beside the problems.
 */
export class LoadedAutomation {
  /**
   * @param id - see `automationId`
   * @param configuration - absolute path
   * @param rootFolder - absolute folder that paths in the API start from
   */
  constructor(
    readonly id: string,
    readonly configuration: string,
    private readonly _rootFolder: string,
    place: IAutomationPlace,
    content: IAutomationContent
  ) {
    this._place = place;
    this._content = content;
    this._bySlug = new Map(content.batches.map(batch => [batch.slug, batch]));
  }

  /** Absolute path of the automation's folder. */
  get folder(): string {
    return folderOf(this.configuration);
  }

  /** Address of its page relative to the root; '' when it never was valid. */
  get uri(): string {
    const slug = this._content.automation?.slug;
    return slug === undefined ? '' : `${this._place.siteUri}a/${encodeURIComponent(slug)}`;
  }

  /** Path of the configuration relative to the root folder. */
  get relativeConfiguration(): string {
    return this.relative(this.configuration);
  }

  /** True for a file that only imports others: it has no pages. */
  get isContainer(): boolean {
    return this._place.isContainer;
  }

  /** False for containers and for what is hidden from lists. */
  get isListed(): boolean {
    return this._place.isListed;
  }

  /** True when its configuration gives it a name. */
  get isNamed(): boolean {
    return this._place.isNamed;
  }

  /** True when only a group can allow it. */
  get needsGroup(): boolean {
    return this._place.needsGroup;
  }

  /**
   * Rules of access from its own configuration to that of the root; files without rules are left out.
   * Groups of the first come first; tokens of all count.
   */
  get accessRules(): IAccessRules[] {
    const own = this._content.automation;
    return [...(own ? [own] : []), ...this._place.importers].flatMap(({ authorization, folder }) =>
      authorization ? [{ authorization, folder }] : []
    );
  }

  /** Stands for its site, in which added tokens count: the path of the root configuration. */
  get siteId(): string {
    const { importers } = this._place;
    return this.relative(importers[importers.length - 1]?.configuration ?? this.configuration);
  }

  get batches(): readonly IBatch[] {
    return this._content.batches;
  }

  /** Problems with paths relative to the root folder. */
  get problems(): IProblem[] {
    return this._content.problems.map(problem => this._relativeProblem(problem));
  }

  /** True when errors refuse runs. */
  get isRunnable(): boolean {
    return (
      this._content.automation !== null &&
      !this._content.isInvalid &&
      !this._content.problems.some(({ blocks }) => blocks === 'all' || blocks === 'run')
    );
  }

  /** The last valid state, or null. */
  find(): IAutomation | null {
    return this._content.automation;
  }

  /** @throws {HttpError} 409 `configuration-invalid` when it never was valid */
  get(): IAutomation {
    if (!this._content.automation) {
      throw new HttpError(
        409,
        'configuration-invalid',
        `"${this.relativeConfiguration}" has problems; mend them and it opens by itself`,
        { problems: this.problems }
      );
    }
    return this._content.automation;
  }

  /** Take over a new state; an invalid one changes the problems alone. */
  update(place: IAutomationPlace, content: IAutomationContent): void {
    this._place = place;
    if (content.automation) {
      this._content = content;
      this._bySlug = new Map(content.batches.map(batch => [batch.slug, batch]));
    } else {
      this._content = { ...this._content, problems: content.problems, isInvalid: true };
    }
  }

  /** A predefined batch by its slug, or null. */
  findBatch(slug: string): ILocatedBatch | null {
    const batch = this._bySlug.get(slug);
    return batch
      ? {
          slug: batch.slug,
          name: batch.name,
          folder: batch.folder,
          kind: batch.kind,
          absoluteFolder: joinPath(this.folder, batch.folder),
          values: batch.values,
          problems: batch.problems.map(problem => this._relativeProblem(problem))
        }
      : null;
  }

  /** The place of a run made from the form. */
  locateRun(batch: IRunRecord['batch']): ILocatedBatch {
    return {
      ...batch,
      absoluteFolder: joinPath(this.folder, batch.folder),
      values: null,
      problems: []
    };
  }

  /** Ids of inputs that are never on disk: environment variables. */
  get environmentInputs(): string[] {
    return (this._content.automation?.steps.input.variables ?? [])
      .filter(variable => variable.path === ENVIRONMENT_PATH)
      .map(variable => variable.id);
  }

  /** What lists and the panel show. */
  summary(): IAutomationSummary {
    const automation = this._content.automation;
    const name = automation?.name ?? nameOf(this.folder);
    return {
      id: this.id,
      configuration: this.relativeConfiguration,
      name,
      slug: automation?.slug ?? '',
      title: automation?.title ?? name,
      description: automation?.description ?? '',
      version: automation?.version ?? '',
      uri: this.uri,
      steps: STEP_NAMES.filter(step => {
        const { variables = [], templates = [] } = automation?.steps[step] ?? {};
        return variables.length + templates.length > 0;
      }),
      isUsable: automation !== null,
      isRunnable: this.isRunnable,
      problems: this.problems,
      batchCount: this._content.batches.length,
      firstBatch: this._content.batches[0]?.slug ?? '',
      notebooks: this._notebooks()
    };
  }

  /** A path relative to the root folder; an absolute one stays when it lies outside. */
  relative(path: string): string {
    return relativePath(this._rootFolder, path) ?? path;
  }

  private _relativeProblem(problem: IProblem): IProblem {
    return { ...problem, file: this.relative(problem.file) };
  }

  private _notebooks(): string[] {
    const notebooks: string[] = [];
    for (const script of this._content.automation?.scripts ?? []) {
      if (script.kind === 'notebook') {
        notebooks.push(this.relative(joinPath(this.folder, script.folder, script.path)));
      }
    }
    return notebooks;
  }

  private _place: IAutomationPlace;
  private _content: IAutomationContent;
  private _bySlug: Map<string, IBatch>;
}
