import type { IInstallationState, IPackagesResource } from '../../core/api';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import type { IDisposable } from '../queue/queue';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { isInstallable, type Packages } from './packages';
import { commandsByHand } from './packagesProblem';

/** Characters of the output that are kept; what was said first tells least. */
const MOST_CHARACTERS = 20_000;
/** Milliseconds between two changes that are told: package managers say a line for each file. */
const TELL_INTERVAL_MS = 100;

/** What installations are made of. */
export interface IInstallationsOptions {
  packages: Pick<Packages, 'missing' | 'install'>;
  /** Looks anew at an automation for which packages were installed. */
  readAgain(loaded: LoadedAutomation): Promise<void>;
  log: ILog;
}

/**
 * Installs the packages that automations declare when somebody asks for it, one automation at a time: package managers
 * do not share an environment.
 */
export class Installations {
  constructor(private readonly _options: IInstallationsOptions) {}

  /** What is missing, and how the installation goes. */
  async resource(loaded: LoadedAutomation): Promise<IPackagesResource> {
    const all = await this._options.packages.missing(loaded.get());
    const installable = all.filter(isInstallable);
    const others = all.filter(item => !isInstallable(item));
    return {
      automation: loaded.id,
      missing: installable.map(({ id }) => id),
      byHand: commandsByHand(others),
      installation: this.find(loaded.id)
    };
  }

  /** The newest installation for an automation; null for none. */
  find(automation: string): IInstallationState | null {
    const found = this._byAutomation.get(automation);
    return found ? { state: found.state, output: found.output } : null;
  }

  /**
   * Install what is missing; one that goes on for the same automation is joined.
   *
   * @throws {HttpError} 409 `installation-busy` while another automation gets its packages, `nothing-missing`
   */
  async start(loaded: LoadedAutomation): Promise<void> {
    const missing = (await this._options.packages.missing(loaded.get())).filter(isInstallable);
    const running = [...this._byAutomation].find(([, { state }]) => state === 'running');
    if (running && running[0] !== loaded.id) {
      throw new HttpError(
        409,
        'installation-busy',
        'packages of another tool are being installed; try again when that is over'
      );
    }
    if (running) {
      return;
    }
    if (!missing.length) {
      throw new HttpError(409, 'nothing-missing', 'there is nothing to install any more');
    }
    const installation = new Installation();
    this._byAutomation.set(loaded.id, installation);
    installation.ended = this._perform(loaded, installation);
    this._tell(loaded.id);
  }

  /** End the installation for an automation; resolves when it is over. One that is over stays as it is. */
  async stop(automation: string): Promise<void> {
    const found = this._byAutomation.get(automation);
    found?.interrupt.abort();
    await found?.ended;
  }

  /** Called with the id of an automation when something changed of its installation. */
  onChange(listener: (automation: string) => void): IDisposable {
    this._listeners.add(listener);
    return { dispose: () => void this._listeners.delete(listener) };
  }

  /** End all. */
  async close(): Promise<void> {
    this._listeners.clear();
    await Promise.all([...this._byAutomation.keys()].map(automation => this.stop(automation)));
  }

  private async _perform(loaded: LoadedAutomation, installation: Installation): Promise<void> {
    const { packages, readAgain, log } = this._options;
    const { signal } = installation.interrupt;
    let timer: NodeJS.Timeout | undefined;
    const onOutput = (text: string) => {
      installation.add(text);
      timer ??= setTimeout(() => {
        timer = undefined;
        this._tell(loaded.id);
      }, TELL_INTERVAL_MS);
    };
    let isDone = false;
    try {
      const { missing } = await packages.install(loaded.get(), { signal, onOutput });
      isDone = !missing.some(isInstallable);
    } catch (error) {
      log.error(`packages of ${loaded.id} could not be installed`, error);
      installation.add(`${String(error)}\n`);
    }
    clearTimeout(timer);
    // Whoever is told of the end finds no problem any more.
    await readAgain(loaded).catch(error => log.error(`${loaded.id} could not be read`, error));
    installation.state = isDone ? 'done' : signal.aborted ? 'stopped' : 'failed';
    this._tell(loaded.id);
  }

  private _tell(automation: string): void {
    this._listeners.forEach(listener => listener(automation));
  }

  private readonly _byAutomation = new Map<string, Installation>();
  private readonly _listeners = new Set<(automation: string) => void>();
}

/** One installation. */
class Installation {
  state: IInstallationState['state'] = 'running';
  output = '';
  readonly interrupt = new AbortController();
  /** Resolves when it is over; never rejects. */
  ended: Promise<void> = Promise.resolve();

  add(text: string): void {
    this.output = `${this.output}${text}`.slice(-MOST_CHARACTERS);
  }
}
