import type { IConfigEvent } from '../../core/api';
import type { IAutomation } from '../../core/automation/automation';
import { findConfiguration } from '../../core/automation/discover';
import { readAutomation } from '../../core/automation/readAutomation';
import { readBatches } from '../../core/batch/readBatches';
import type { IFiles } from '../../core/files';
import { joinPath, relativePath } from '../../core/path';
import type { IProblem } from '../../core/problem';
import { ConfigError, sortProblems } from '../../core/problem';
import { automationId } from '../../core/run/key';
import type { ViewRegistry } from '../../core/view/registry';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import type { IDisposable } from '../queue/queue';
import { FileWatcher } from '../watch/fileWatcher';
import { LoadedAutomation, type IAutomationContent } from './loadedAutomation';

/** What `Automations` needs. */
export interface IAutomationsOptions {
  files: IFiles;
  views: ViewRegistry;
  /** Absolute folder that paths in the API start from, and that nothing leaves. */
  rootFolder: string;
  /** Value of an environment variable of the server. */
  environment: (name: string) => string | undefined;
  /** Address of a configuration's site relative to the root: '' or ending with a slash. */
  siteUri: (relativeConfiguration: string) => string;
  /** Watch files for changes; off for a command that ends by itself. */
  isWatching: boolean;
  log: ILog;
}

interface IEntry {
  loaded: LoadedAutomation;
  watcher: FileWatcher | null;
  /** Paths with size and time as they were when read: an edit is seen even before the watcher tells. */
  stamps: Map<string, string>;
}

/** A listener for changes of an automation's files. */
export type ChangeListener = (loaded: LoadedAutomation, change: IConfigEvent['change']) => void;

/**
 * The automations that this server knows: opened once, kept while their files stay as they are, read
 * again when they change.
 */
export class Automations {
  constructor(private readonly _options: IAutomationsOptions) {}

  /** Absolute root folder. */
  get rootFolder(): string {
    return this._options.rootFolder;
  }

  /** Known automations in the order in which they were opened. */
  list(): LoadedAutomation[] {
    return [...this._entries.values()].map(({ loaded }) => loaded);
  }

  /**
   * Open a configuration, or a folder that holds one.
   *
   * @param path - absolute path
   * @throws {ConfigError} `path-not-found`, `configuration-not-found`
   */
  async open(path: string): Promise<LoadedAutomation> {
    const found = await findConfiguration(this._options.files, path);
    if (found.path === null) {
      throw new ConfigError(found.problems);
    }
    return this.openConfiguration(found.path);
  }

  /** Open a configuration by its absolute path; concurrent calls read it once. */
  async openConfiguration(configuration: string): Promise<LoadedAutomation> {
    const id = this.idOf(configuration);
    const entry = this._entries.get(id);
    if (entry && (await this._isFresh(entry))) {
      return entry.loaded;
    }
    let opening = this._opening.get(id);
    if (!opening) {
      opening = this._read(id, configuration).finally(() => this._opening.delete(id));
      this._opening.set(id, opening);
    }
    return opening;
  }

  /** The identifier of a configuration, by its absolute path. */
  idOf(configuration: string): string {
    return automationId(relativePath(this.rootFolder, configuration) ?? configuration);
  }

  /** @throws {HttpError} 404 `automation-unknown` */
  get(id: string): LoadedAutomation {
    const entry = this._entries.get(id);
    if (!entry) {
      throw new HttpError(
        404,
        'automation-unknown',
        'this automation is not open; open its configuration first'
      );
    }
    return entry.loaded;
  }

  /** The automation as its files are now. @throws {HttpError} 404 `automation-unknown` */
  async getFresh(id: string): Promise<LoadedAutomation> {
    return this.openConfiguration(this.get(id).configuration);
  }

  /** Called after the files of a known automation changed and were read again. */
  onChange(listener: ChangeListener): IDisposable {
    this._listeners.add(listener);
    return { dispose: () => void this._listeners.delete(listener) };
  }

  /** Called once for each automation, when it becomes known, before `open` resolves. */
  onOpen(listener: (loaded: LoadedAutomation) => Promise<void>): void {
    this._openListeners.push(listener);
  }

  /** Release all watchers. */
  async close(): Promise<void> {
    await Promise.all([...this._entries.values()].map(({ watcher }) => watcher?.close()));
    this._entries.clear();
  }

  private async _read(id: string, configuration: string): Promise<LoadedAutomation> {
    const { options, content, files } = await this._readContent(configuration);
    const stamps = await this._stamp(files);
    let entry = this._entries.get(id);
    if (entry) {
      entry.loaded.update(content);
      entry.stamps = stamps;
    } else {
      const relative = relativePath(options.rootFolder, configuration) ?? configuration;
      const loaded = new LoadedAutomation(
        id,
        configuration,
        options.rootFolder,
        options.siteUri(relative),
        content
      );
      const watcher = options.isWatching
        ? new FileWatcher(paths => this._onFiles(id, paths), options.log)
        : null;
      entry = { loaded, watcher, stamps };
      this._entries.set(id, entry);
      for (const listener of this._openListeners) {
        await listener(loaded);
      }
    }
    entry.watcher?.watchFiles(files);
    return entry.loaded;
  }

  private async _readContent(configuration: string) {
    const options = this._options;
    const { files, views, rootFolder, environment } = options;
    const { automation, problems } = await readAutomation(files, configuration, {
      views,
      environment,
      rootFolder
    });
    const found: IProblem[] = [...problems];
    let content: IAutomationContent = { automation: null, batches: [], problems, isInvalid: true };
    if (automation) {
      const read = await readBatches(files, automation, { views });
      found.push(...read.problems);
      const isInvalid = found.some(({ blocks }) => blocks === 'all');
      content = { automation, batches: read.batches, problems: sortProblems(found), isInvalid };
    }
    const usable = content.isInvalid ? { ...content, automation: null } : content;
    return { options, content: usable, files: relatedFiles(configuration, automation) };
  }

  private async _isFresh(entry: IEntry): Promise<boolean> {
    const now = await this._stamp(entry.stamps.keys());
    return [...entry.stamps].every(([path, stamp]) => now.get(path) === stamp);
  }

  private async _stamp(paths: Iterable<string>): Promise<Map<string, string>> {
    const stamps = await Promise.all(
      [...paths].map(async path => {
        const status = await this._options.files.status(path);
        return [path, status ? `${status.size} ${status.modifiedMs}` : ''] as const;
      })
    );
    return new Map(stamps);
  }

  private _onFiles(id: string, paths: ReadonlySet<string>): void {
    const entry = this._entries.get(id);
    if (!entry) {
      return;
    }
    const automation = entry.loaded.find();
    this._read(id, entry.loaded.configuration)
      .then(loaded => {
        const change = kindOfChange(loaded, automation, paths);
        this._listeners.forEach(listener => listener(loaded, change));
      })
      .catch(error => this._options.log.error('a changed automation could not be read', error));
  }

  private readonly _entries = new Map<string, IEntry>();
  private readonly _opening = new Map<string, Promise<LoadedAutomation>>();
  private readonly _listeners = new Set<ChangeListener>();
  private readonly _openListeners: ((loaded: LoadedAutomation) => Promise<void>)[] = [];
}

/** Absolute paths of all files whose change matters for an automation, its configuration first. */
function relatedFiles(configuration: string, automation: IAutomation | null): string[] {
  const files = [configuration];
  if (automation) {
    const { folder, steps, batches, scripts, display } = automation;
    for (const step of Object.values(steps)) {
      files.push(...step.templates.map(({ path }) => joinPath(folder, path)));
    }
    for (const { configurationPath } of batches) {
      if (configurationPath) {
        files.push(joinPath(folder, configurationPath));
      }
    }
    for (const style of display.styles) {
      if ('path' in style) {
        files.push(joinPath(folder, style.path));
      }
    }
    for (const script of scripts) {
      if ('path' in script) {
        files.push(joinPath(folder, script.folder, script.path));
      } else if (script.kind === 'function') {
        files.push(joinPath(folder, script.folder, `${script.module.split('.').join('/')}.py`));
      }
    }
  }
  return [...new Set(files)];
}

function kindOfChange(
  loaded: LoadedAutomation,
  automation: IAutomation | null,
  paths: ReadonlySet<string>
): IConfigEvent['change'] {
  if (!automation || paths.has(loaded.configuration)) {
    return 'configuration';
  }
  const { folder, steps, batches, display } = automation;
  const changed = (path: string) => paths.has(joinPath(folder, path));
  if (batches.some(({ configurationPath }) => configurationPath && changed(configurationPath))) {
    return 'configuration';
  }
  if (Object.values(steps).some(step => step.templates.some(({ path }) => changed(path)))) {
    return 'template';
  }
  return display.styles.some(style => 'path' in style && changed(style.path)) ? 'style' : 'code';
}
