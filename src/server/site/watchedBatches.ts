import { isFinal } from '../../core/run/run';
import { joinPath } from '../../core/path';
import type { ILog } from '../log';
import type { IDisposable, IRunQueue } from '../queue/queue';
import { FolderWatcher } from '../watch/fileWatcher';
import type { Automations } from './automations';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import type { RunService } from './runService';

/** What `WatchedBatches` needs. */
export interface IWatchedBatchesOptions {
  automations: Automations;
  runService: RunService;
  queue: IRunQueue;
  /** Run what is watched and stale; off inside JupyterLab, where a person says when. */
  isRunning: boolean;
  /** Watch inputs and datasets for changes while a batch is watched. */
  isWatching: boolean;
  log: ILog;
}

/** Who is named as having asked for runs that somebody's look asked for. */
export const WATCHER = 'somebody who watches';

/** Milliseconds after a run in which its dataset changes are taken for its own: else it would run for ever. */
const SETTLING_MS = 1000;

interface IWatch {
  count: number;
  files: FolderWatcher | null;
  /** True when something changed while a run went on. */
  isPending: boolean;
  /** When its newest run ended, by the process's clock; -Infinity when none did. */
  endedMs: number;
}

/**
 * The batches whose results somebody looks at. Each is run when it never ran, or when its inputs, its code
 * or its datasets changed since, in the order in which they became watched.
 */
export class WatchedBatches {
  constructor(private readonly _options: IWatchedBatchesOptions) {
    const changes = _options.automations.onChange((loaded, change) => {
      if (change !== 'style' && change !== 'template') {
        this._namesOf(loaded.id).forEach(name => this._update(name));
      }
    });
    const ends = _options.queue.onChange(run => {
      const name = run && isFinal(run.state) ? `${run.automation.id}/${run.batch.slug}` : '';
      const watch = this._watches.get(name);
      if (watch) {
        watch.endedMs = performance.now();
        if (watch.isPending) {
          this._update(name);
        }
      }
    });
    this._subscriptions = [changes, ends];
  }

  /**
   * Begin to watch a batch; several may watch the same.
   *
   * @param name - `<automation id>/<batch slug>`
   * @throws {HttpError} 404 `automation-unknown`, `batch-unknown`
   * @returns ends it
   */
  watch(name: string): IDisposable {
    const { loaded, batch } = this._locate(name);
    const watch = this._watches.get(name) ?? newWatch();
    this._watches.set(name, watch);
    watch.count += 1;
    if (watch.count === 1) {
      watch.files = this._watchFiles(name, loaded, batch);
      this._update(name);
    }
    return {
      dispose: () => {
        watch.count -= 1;
        if (watch.count === 0) {
          this._watches.delete(name);
          watch.files
            ?.close()
            .catch(error => this._options.log.error('a watcher did not close', error));
        }
      }
    };
  }

  /** Tell whether somebody looks at the results of a batch. */
  isWatched(automation: string, slug: string): boolean {
    return this._watches.has(`${automation}/${slug}`);
  }

  /** Resolves when all that is known to be stale has been asked for. */
  async settled(): Promise<void> {
    await this._work;
  }

  /** Stop watching; what was asked for runs on. */
  async close(): Promise<void> {
    this._subscriptions.forEach(subscription => subscription.dispose());
    this._isClosed = true;
    await Promise.all([...this._watches.values()].map(({ files }) => files?.close()));
    this._watches.clear();
    await this._work;
  }

  private _namesOf(automation: string): string[] {
    return [...this._watches.keys()].filter(name => name.startsWith(`${automation}/`));
  }

  private _locate(name: string): { loaded: LoadedAutomation; batch: ILocatedBatch } {
    const at = name.indexOf('/');
    const loaded = this._options.automations.get(name.slice(0, at));
    return { loaded, batch: this._options.runService.locate(loaded, name.slice(at + 1)) };
  }

  private _watchFiles(
    name: string,
    loaded: LoadedAutomation,
    batch: ILocatedBatch
  ): FolderWatcher | null {
    if (!this._options.isWatching || !this._options.isRunning) {
      return null;
    }
    const datasets = (loaded.find()?.datasets ?? [])
      // What runs write themselves asks for no run.
      .filter(({ output }) => output === 'none')
      .map(({ path }) => joinPath(loaded.folder, path));
    const input = joinPath(batch.absoluteFolder, 'input');
    // Inputs of a row are files that we write ourselves.
    const watched = batch.kind === 'folder' ? [input, ...datasets] : datasets;
    const onChange = (paths: ReadonlySet<string>) => {
      const isInput = [...paths].some(path => path.startsWith(`${input}/`));
      const watch = this._watches.get(name);
      if (isInput || (watch && performance.now() - watch.endedMs > SETTLING_MS)) {
        this._update(name, isInput);
      }
    };
    return watched.length ? new FolderWatcher(watched, onChange, this._options.log) : null;
  }

  /**
   * @param isRemembered - look again after a run that goes on
   */
  private _update(name: string, isRemembered = true): void {
    if (this._options.isRunning) {
      this._work = this._work
        .then(() => this._runIfStale(name, isRemembered))
        // Nobody asked by a click: the page says by itself why it cannot run.
        .catch(error => this._options.log.debug(`a watched batch was not run: ${error}`));
    }
  }

  private async _runIfStale(name: string, isRemembered: boolean): Promise<void> {
    const watch = this._watches.get(name);
    if (this._isClosed || !watch) {
      return;
    }
    const { queue, runService } = this._options;
    const { loaded, batch } = this._locate(name);
    if (!loaded.isRunnable || batch.kind === 'form') {
      // A run made from the form stays what it was.
      return;
    }
    const newest = queue.list({ automation: loaded.id, batch: batch.slug, limit: 1 })[0];
    if (newest && !isFinal(newest.state)) {
      watch.isPending ||= isRemembered;
      return;
    }
    watch.isPending = false;
    const [key] = newest ? await runService.keysOf(loaded, [batch]) : [null];
    if (!newest || newest.key !== key) {
      await runService.request({ automation: loaded.id, batch: batch.slug }, WATCHER);
    }
  }

  private readonly _watches = new Map<string, IWatch>();
  private readonly _subscriptions: readonly IDisposable[];
  private _work: Promise<void> = Promise.resolve();
  private _isClosed = false;
}

function newWatch(): IWatch {
  return { count: 0, files: null, isPending: false, endedMs: -Infinity };
}
