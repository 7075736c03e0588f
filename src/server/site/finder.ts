import * as path from 'node:path';
import type { IFindResponse } from '../../core/api';
import { findConfiguration, findForNotebook } from '../../core/automation/discover';
import type { IFiles } from '../../core/files';
import { STEP_NAMES } from '../../core/automation/automation';
import { HttpError } from '../httpError';
import type { Automations } from './automations';
import { resolveInside } from './containedPath';
import type { LoadedAutomation } from './loadedAutomation';
import type { LoadedSite } from './loadedSite';

/** Finds the automations that belong to what a person points at. */
export class Finder {
  constructor(
    private readonly _automations: Automations,
    private readonly _files: IFiles
  ) {}

  /**
   * Find automations for a notebook, a configuration, a batch folder, or any folder.
   *
   * @param relative - path relative to the root folder
   * @throws {HttpError} 404 `path-not-found`
   */
  async find(relative: string): Promise<IFindResponse> {
    const target = await resolveInside(this._automations.rootFolder, relative || '.');
    const status = await this._files.status(target);
    if (!status) {
      throw new HttpError(404, 'path-not-found', `"${relative}" does not exist`);
    }
    if (status.kind === 'file' && !target.endsWith('.ipynb')) {
      return this._ofConfiguration(target);
    }
    if (status.kind === 'folder') {
      const own = await findConfiguration(this._files, target);
      if (own.path !== null) {
        return this._ofConfiguration(own.path);
      }
    }
    return this._near(target, status.kind === 'folder');
  }

  /**
   * Open the site of the configuration that the address of a page names.
   *
   * @param configuration - path relative to the root folder
   * @throws {HttpError} 404 `path-not-found`
   */
  async openSite(configuration: string): Promise<LoadedSite> {
    const target = await resolveInside(this._automations.rootFolder, configuration);
    if ((await this._files.status(target))?.kind !== 'file') {
      throw new HttpError(404, 'path-not-found', `"${configuration}" does not exist`);
    }
    return this._automations.openSite(target);
  }

  /** The tool of a configuration; of one that only imports others, those that it imports. */
  private async _ofConfiguration(configuration: string): Promise<IFindResponse> {
    const loaded = await this._automations.openConfiguration(configuration);
    const tools = loaded.isContainer ? await this._toolsOf(configuration) : [];
    return tools.length > 1
      ? { candidates: tools.map(tool => tool.summary()), chosen: null, batch: null }
      : this._only(tools[0] ?? loaded, null);
  }

  /** The tools of a configuration with those that it imports; itself when it has none but problems. */
  private async _toolsOf(configuration: string): Promise<LoadedAutomation[]> {
    const loaded = await this._automations.openConfiguration(configuration);
    const site = await this._automations.openSite(configuration);
    // A part of another site is looked at as that part alone: the site is found on its own level.
    const members = site.root === loaded ? site.members : [loaded];
    return members.filter(
      ({ isListed, isContainer, isRunnable, problems }) =>
        isListed || (isContainer && !isRunnable && problems.length > 0)
    );
  }

  /** What lies next to a notebook, or above a folder, up to the root. */
  private async _near(target: string, isFolder: boolean): Promise<IFindResponse> {
    // A folder is looked at like a notebook in it: its own level is the nearest.
    const notebook = isFolder ? path.join(target, '.ipynb') : target;
    const { candidates, chosen } = await findForNotebook(
      this._files,
      notebook,
      this._automations.rootFolder,
      async configuration =>
        (await this._toolsOf(configuration)).map(tool => ({
          configuration: tool.configuration,
          automation: tool.find()
        }))
    );
    const loaded = await Promise.all(
      candidates.map(configuration => this._automations.openConfiguration(configuration))
    );
    const picked = chosen === null ? null : await this._automations.openConfiguration(chosen);
    for (const automation of picked ? [picked] : loaded) {
      const batch = batchOf(automation, target);
      if (batch !== null) {
        return this._only(automation, batch);
      }
    }
    return {
      candidates: loaded.map(automation => automation.summary()),
      chosen: picked?.id ?? null,
      batch: null
    };
  }

  private _only(loaded: LoadedAutomation, batch: string | null): IFindResponse {
    return { candidates: [loaded.summary()], chosen: loaded.id, batch };
  }
}

/** The slug of the batch, or id of the run, that a path lies in; null for none. */
function batchOf(loaded: LoadedAutomation, target: string): string | null {
  const relative = path.posix.relative(loaded.folder, target);
  const run = /^runs\/([a-z0-9]{32})(\/|$)/.exec(relative);
  if (run) {
    return run[1];
  }
  const steps = STEP_NAMES.join('|');
  const folder = relative.replace(new RegExp(`/(${steps})(/.*)?$`), '');
  return loaded.batches.find(batch => path.posix.normalize(batch.folder) === folder)?.slug ?? null;
}
