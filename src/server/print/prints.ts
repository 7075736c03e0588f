import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAsker } from '../../core/access/identity';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import { makeTemporaryFolder } from '../store/temporaryFolder';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { createId } from '../site/uploads';
import type { BatchPrinter } from './batchPrinter';
import type { PrintBrowser } from './printBrowser';
import { PrintJob } from './printJob';
import type { IPrintSweepOptions } from './printSweep';

/** What printing is made of. */
export type IPrintsOptions = Omit<IPrintSweepOptions, 'printer'> & {
  browser: PrintBrowser;
  printer: BatchPrinter;
  log: ILog;
  /** Milliseconds for which documents of a job can be downloaded after it ended; default an hour. */
  keepMs?: number;
};

/** Jobs that go on at once, over all who ask. */
const MAXIMUM_JOBS = 20;

/** Everything that prints: jobs for people who download, and their files until they are fetched. */
export class Prints {
  constructor(private readonly _options: IPrintsOptions) {}

  /** Prints single batches. */
  get printer(): BatchPrinter {
    return this._options.printer;
  }

  /** What `printBatches` needs. */
  get sweepOptions(): IPrintSweepOptions {
    return this._options;
  }

  /**
   * Start printing batches.
   *
   * @param slugs - at least one
   * @param asker - null runs nothing first
   * @throws {HttpError} 404 `batch-unknown`, 429 `printer-busy`
   */
  async start(
    loaded: LoadedAutomation,
    slugs: readonly string[],
    asker: string | IAsker | null
  ): Promise<PrintJob> {
    const { runService } = this._options;
    slugs.forEach(slug => runService.locate(loaded, slug));
    if (!slugs.length) {
      throw new HttpError(404, 'batch-unknown', 'there is no batch to print');
    }
    const running = [...this._jobs.values()].filter(job => job.resource().state === 'running');
    if (running.length >= MAXIMUM_JOBS) {
      throw new HttpError(429, 'printer-busy', 'much is being printed; try again in a minute', {
        retryAfterSeconds: 60
      });
    }
    this._folder ??= makeTemporaryFolder('prints');
    const id = createId();
    const folder = path.join(await this._folder, id);
    const job = new PrintJob(this._options, { id, loaded, slugs, asker, folder });
    this._jobs.set(id, job);
    void job.ended.then(() => {
      const timer = setTimeout(
        () => this._report(this.remove(id)),
        this._options.keepMs ?? 3_600_000
      );
      timer.unref();
      this._timers.add(timer);
    });
    return job;
  }

  /** @throws {HttpError} 404 `print-unknown` */
  get(id: string): PrintJob {
    const job = this._jobs.get(id);
    if (!job) {
      throw new HttpError(404, 'print-unknown', 'this print does not exist any more; print again');
    }
    return job;
  }

  /** Stop a job and forget its documents; nothing happens for an unknown one. */
  async remove(id: string): Promise<void> {
    const job = this._jobs.get(id);
    this._jobs.delete(id);
    if (job && this._folder) {
      await job.stop();
      await fs.rm(path.join(await this._folder, id), { recursive: true, force: true });
    }
  }

  /** Stop all jobs, end the browser, remove what was not fetched. */
  async close(): Promise<void> {
    this._timers.forEach(timer => clearTimeout(timer));
    const jobs = [...this._jobs.values()];
    this._jobs.clear();
    await Promise.all(jobs.map(job => job.stop()));
    await this._options.browser.close();
    if (this._folder) {
      await fs.rm(await this._folder, { recursive: true, force: true });
    }
  }

  private _report(work: Promise<void>): void {
    work.catch(error => this._options.log.error('documents could not be removed', error));
  }

  private readonly _jobs = new Map<string, PrintJob>();
  private readonly _timers = new Set<NodeJS.Timeout>();
  private _folder: Promise<string> | null = null;
}
