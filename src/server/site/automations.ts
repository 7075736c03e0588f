import type { IConfigEvent } from '../../core/api';
import { findConfiguration } from '../../core/automation/discover';
import { relativePath } from '../../core/path';
import { ConfigError } from '../../core/problem';
import { automationId } from '../../core/run/key';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import type { IDisposable } from '../queue/queue';
import { FileWatcher } from '../watch/fileWatcher';
import { LoadedAutomation } from './loadedAutomation';
import { LoadedSite } from './loadedSite';
import type { FileRole } from './relatedFiles';
import { readSiteContent, type IMemberContent, type ISiteContentOptions } from './siteContent';

/** What `Automations` needs. Paths in the API start from its root folder. */
export interface IAutomationsOptions extends ISiteContentOptions {
  /** Address of a configuration's site relative to the root: '' or ending with a slash. */
  siteUri: (relativeConfiguration: string) => string;
  /** True when any number of sites can be opened; false for one alone. */
  hasSites: boolean;
  /** Watch files for changes; off for a command that ends by itself. */
  isWatching: boolean;
  /** Nothing is read again once it is open. Default false. */
  isFixed?: boolean;
  log: ILog;
}

/** A site with what is needed to see that its files changed. */
interface ISiteEntry {
  site: LoadedSite;
  watcher: FileWatcher | null;
  /** What each file is to each member, by configuration and absolute path. */
  roles: ReadonlyMap<string, ReadonlyMap<string, FileRole>>;
  /** Paths with size and time as they were when read: an edit is seen even before the watcher tells. */
  stamps: ReadonlyMap<string, string>;
  /** What reads it one after the other. */
  reading: Promise<void>;
}

/** A listener for changes of an automation's files. */
export type ChangeListener = (loaded: LoadedAutomation, change: IConfigEvent['change']) => void;

/**
 * The sites that this server knows, with their automations: opened once, kept while their files stay as
 * they are, read again when they change. An automation belongs to the outermost known site that imports it.
 */
export class Automations {
  constructor(private readonly _options: IAutomationsOptions) {}

  /** Absolute root folder. */
  get rootFolder(): string {
    return this._options.rootFolder;
  }

  /** Sites in the order in which they were opened. */
  get sites(): LoadedSite[] {
    return [...this._entries.values()].map(({ site }) => site);
  }

  /** Automations that lists show, in the order in which their sites were opened, each once. */
  list(): LoadedAutomation[] {
    return [...new Set(this.sites.flatMap(({ listed }) => listed))];
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

  /**
   * Open a configuration by its absolute path, as a site of its own unless a known site imports it;
   * concurrent calls read it once.
   *
   * @throws {HttpError} 404 `automation-unknown` when there is one site alone, and it is not in it
   */
  async openConfiguration(configuration: string): Promise<LoadedAutomation> {
    const id = this.idOf(configuration);
    const { site } = await this._freshEntry(id, configuration);
    return site.members.find(loaded => loaded.id === id) ?? site.root;
  }

  /**
   * The site of a configuration as its files are now: its own, or a known one that imports it.
   *
   * @throws {HttpError} 404 `automation-unknown` as `openConfiguration`
   */
  async openSite(configuration: string): Promise<LoadedSite> {
    return (await this._freshEntry(this.idOf(configuration), configuration)).site;
  }

  /** The identifier of a configuration, by its absolute path. */
  idOf(configuration: string): string {
    return automationId(relativePath(this.rootFolder, configuration) ?? configuration);
  }

  /** An automation that is open, or null. */
  find(id: string): LoadedAutomation | null {
    return this._entryOf(id) ? (this._loaded.get(id) ?? null) : null;
  }

  /** The site that an automation belongs to; null when it is not open. */
  siteOf({ id }: LoadedAutomation): LoadedSite | null {
    return this._entryOf(id)?.site ?? null;
  }

  /** @throws {HttpError} 404 `automation-unknown` */
  get(id: string): LoadedAutomation {
    const loaded = this.find(id);
    if (!loaded) {
      throw unknownAutomation();
    }
    return loaded;
  }

  /** The automation as its files are now. @throws {HttpError} 404 `automation-unknown` */
  async getFresh(id: string): Promise<LoadedAutomation> {
    return this.openConfiguration(this.get(id).configuration);
  }

  /** Read the site of an automation again, though no file of it changed. */
  async readAgain(loaded: LoadedAutomation): Promise<void> {
    const entry = this._entryOf(loaded.id);
    if (entry) {
      await this._once(entry, () => this._read(entry));
      this._listeners.forEach(listener => listener(loaded, 'configuration'));
    }
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

  /** Resolves when the files of all sites are watched; a change before is seen at the next request alone. */
  async whenWatching(): Promise<void> {
    await Promise.all([...this._entries.values()].map(({ watcher }) => watcher?.ready));
  }

  /** Release all watchers. */
  async close(): Promise<void> {
    await Promise.all([...this._entries.values()].map(({ watcher }) => watcher?.close()));
    this._entries.clear();
    this._loaded.clear();
  }

  private async _freshEntry(id: string, configuration: string): Promise<ISiteEntry> {
    const known = this._entryOf(id);
    if (known) {
      await this._once(known, async () => {
        if (!(await this._isFresh(known))) {
          await this._read(known);
        }
      });
      // What was imported may be so no more.
      const now = this._entryOf(id);
      if (now) {
        return now;
      }
    }
    const opening = this._opening.get(id);
    if (opening) {
      return opening;
    }
    if (!this._options.hasSites && this._entries.size + this._opening.size > 0) {
      throw unknownAutomation();
    }
    const entry = this._open(id, configuration).finally(() => this._opening.delete(id));
    this._opening.set(id, entry);
    return entry;
  }

  /** The site that holds an automation: its own, else the one that was opened last. */
  private _entryOf(id: string): ISiteEntry | undefined {
    const holding = [...this._entries.values()].filter(({ site }) =>
      site.members.some(member => member.id === id)
    );
    return this._entries.get(id) ?? holding[holding.length - 1];
  }

  private async _open(id: string, configuration: string): Promise<ISiteEntry> {
    const { rootFolder, siteUri, isWatching, log } = this._options;
    const relative = relativePath(rootFolder, configuration) ?? configuration;
    const entry: ISiteEntry = {
      site: new LoadedSite(configuration, siteUri(relative), rootFolder),
      watcher: null,
      roles: new Map(),
      stamps: new Map(),
      reading: Promise.resolve()
    };
    if (isWatching) {
      entry.watcher = new FileWatcher(paths => this._onFiles(entry, paths), log);
    }
    await this._once(entry, () => this._read(entry));
    this._entries.set(id, entry);
    return entry;
  }

  /** Read a site one time after the other, so that what was read last is what counts. */
  private _once(entry: ISiteEntry, act: () => Promise<void>): Promise<void> {
    const acted = entry.reading.then(act);
    entry.reading = acted.catch(() => undefined);
    return acted;
  }

  private async _read(entry: ISiteEntry): Promise<void> {
    const { site, watcher } = entry;
    const lastValid = (configuration: string) =>
      this._loaded.get(this.idOf(configuration))?.find() ?? null;
    const content = await readSiteContent(this._options, site.configuration, lastValid);
    entry.stamps = await this._stamp(content.files);
    entry.roles = new Map(
      content.members.map(({ configuration, roles }) => [configuration, roles])
    );
    const members: LoadedAutomation[] = [];
    for (const member of content.members) {
      members.push(await this._take(site, member));
    }
    site.update(members, content.problems);
    for (const { id } of members.slice(1)) {
      // From now on it is looked after here.
      const own = this._entries.get(id);
      this._entries.delete(id);
      await own?.watcher?.close();
    }
    watcher?.watchFiles(content.files);
  }

  /** Take over what was read of an automation. */
  private async _take(site: LoadedSite, member: IMemberContent): Promise<LoadedAutomation> {
    const { configuration, content } = member;
    const id = this.idOf(configuration);
    const place = { ...member.place, siteUri: site.uri };
    const known = this._loaded.get(id);
    if (known) {
      known.update(place, content);
      return known;
    }
    const { rootFolder } = this._options;
    const loaded = new LoadedAutomation(id, configuration, rootFolder, place, content);
    this._loaded.set(id, loaded);
    for (const listener of this._openListeners) {
      await listener(loaded);
    }
    return loaded;
  }

  private async _isFresh(entry: ISiteEntry): Promise<boolean> {
    if (this._options.isFixed) {
      return true;
    }
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

  private _onFiles(entry: ISiteEntry, paths: ReadonlySet<string>): void {
    const { roles, site } = entry;
    const stateOf = (loaded: LoadedAutomation) =>
      JSON.stringify([loaded.uri, loaded.isRunnable, site.problems]);
    const before = new Map(site.members.map(loaded => [loaded, stateOf(loaded)]));
    this._once(entry, () => this._read(entry))
      .then(() => {
        for (const loaded of new Set([...before.keys(), ...entry.site.members])) {
          const change =
            before.get(loaded) === stateOf(loaded)
              ? changeOf(roles.get(loaded.configuration), paths)
              : 'configuration';
          if (change) {
            this._listeners.forEach(listener => listener(loaded, change));
          }
        }
      })
      .catch(error => this._options.log.error('a changed site could not be read', error));
  }

  private readonly _entries = new Map<string, ISiteEntry>();
  /** Automations that are or were members, so that one that comes back is the same. */
  private readonly _loaded = new Map<string, LoadedAutomation>();
  private readonly _opening = new Map<string, Promise<ISiteEntry>>();
  private readonly _listeners = new Set<ChangeListener>();
  private readonly _openListeners: ((loaded: LoadedAutomation) => Promise<void>)[] = [];
}

/** The weightiest role among the changed files of an automation; null when none is its own. */
function changeOf(
  roles: ReadonlyMap<string, FileRole> | undefined,
  paths: ReadonlySet<string>
): FileRole | null {
  const changed = new Set([...paths].flatMap(path => roles?.get(path) ?? []));
  const order = ['configuration', 'template', 'style', 'data', 'code'] as const;
  return order.find(role => changed.has(role)) ?? null;
}

function unknownAutomation(): HttpError {
  const message = 'this automation is not open; open its configuration first';
  return new HttpError(404, 'automation-unknown', message);
}
