import type { DatabaseSync } from 'node:sqlite';
import type { IAsker } from '../../core/access/identity';
import type { IRunResponse } from '../../core/api';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import type { IRunQueue } from '../queue/queue';
import { formatTime, systemClock } from '../store/clock';
import type { Automations } from './automations';
import type { ILocatedBatch } from './loadedAutomation';
import type { ISweep, RunService } from './runService';
import { refusedRequest } from './refusedRequest';
import { createId } from './uploads';

/** Runs that are there when the answer is; the others are made after it. */
const FIRST = 10;

/** Runs of a sweep after which others have their turn. */
const PART = 20;

/** What a sweep comes to. */
export interface IAcceptedSweep {
  /** Batches that are run. */
  count: number;
  /** What the first of them came to. */
  runs: IRunResponse[];
}

/** A sweep whose runs are not all there, as it is kept for the next server. */
interface IKeptSweep {
  /** Absolute path. */
  configuration: string;
  /** In their order. */
  slugs: string[];
  asker: IAsker;
  /** RFC 3339 UTC. */
  asked: string;
}

/**
 * Makes the runs of many batches in the background: who asks need not wait, and the rest is made by the next server when
 * this one ends meanwhile.
 */
export class Sweeps {
  constructor(private readonly _options: Sweeps.IOptions) {}

  /**
   * Ask for a run of several batches, or of all that can run, in their order.
   *
   * @throws {ConfigError} when one that is named cannot run; none is asked for then
   * @throws {HttpError} 429 `queue-full` when there is no room for all
   */
  async start(
    automation: string,
    slugs: readonly string[] | null,
    asker: IAsker
  ): Promise<IAcceptedSweep> {
    const { queue, runService } = this._options;
    const sweep = await runService.sweep(automation, slugs);
    queue.requireRoom(asker.name, sweep.batches.length);
    const { loaded, batches } = sweep;
    const asked = formatTime(systemClock.nowMs());
    const kept = { configuration: loaded.configuration, slugs: slugsOf(sweep), asker, asked };
    const making = this._begin(createId(), loaded.id, kept, batches.length);
    const runs: IRunResponse[] = [];
    try {
      for (const batch of batches.slice(0, FIRST)) {
        if (this._making.has(making.id)) {
          runs.push(await this._makeOne(making, sweep, batch));
        }
      }
    } catch (error) {
      this._end(making);
      throw error;
    }
    making.done = this._makeAll(making, { ...sweep, batches: batches.slice(FIRST) });
    return { count: batches.length, runs };
  }

  /** Make no more runs of an automation. @returns how many were still to be made */
  stop(automation: string): number {
    let count = 0;
    for (const making of [...this._making.values()]) {
      if (making.automation === automation) {
        count += making.left;
        this._end(making);
      }
    }
    return count;
  }

  /** Go on with what an earlier server left; never rejects. */
  async resume(): Promise<void> {
    const rows = this._options.database
      .prepare('SELECT name, value FROM settings WHERE name LIKE ?')
      .all(`${PREFIX}%`);
    for (const { name, value } of rows) {
      const id = String(name).slice(PREFIX.length);
      try {
        // Only we write them.
        await this._resumeOne(id, JSON.parse(String(value)) as IKeptSweep);
      } catch (error) {
        this._forget(id);
        this._options.log.error(
          'runs that were asked for before the server ended are not made',
          error
        );
      }
    }
  }

  /** Make no further runs here; resolves when none is being made. The next server makes the rest. */
  async close(): Promise<void> {
    this._isClosed = true;
    await Promise.all([...this._making.values()].map(({ done }) => done));
  }

  private async _resumeOne(id: string, kept: IKeptSweep): Promise<void> {
    const { automations, queue, runService } = this._options;
    const loaded = await automations.openConfiguration(kept.configuration);
    await queue.adopt(loaded.folder);
    const newest = queue.briefsByBatch(loaded.id);
    const wanted = kept.slugs.filter(slug => (newest.get(slug)?.created ?? '') < kept.asked);
    // Those that cannot run any more say so, each by itself; those that are gone are wanted no more.
    const batches = wanted.flatMap(slug => loaded.findBatch(slug) ?? []);
    const sweep = await runService.sweep(loaded.id, []);
    const making = this._begin(id, loaded.id, kept, batches.length);
    making.done = this._makeAll(making, { ...sweep, batches });
  }

  private _begin(id: string, automation: string, kept: IKeptSweep, count: number): IMaking {
    const { asker } = kept;
    const making = { id, automation, asker, left: count, done: Promise.resolve() };
    this._making.set(id, making);
    this._options.queue.expect(automation, count);
    if (count > FIRST) {
      this._options.database
        .prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)')
        .run(`${PREFIX}${id}`, JSON.stringify(kept));
    }
    return making;
  }

  private async _makeOne(
    making: IMaking,
    sweep: ISweep,
    batch: ILocatedBatch
  ): Promise<IRunResponse> {
    try {
      return await this._ask(making, sweep, batch);
    } finally {
      this._count(making, 1);
    }
  }

  private async _ask(making: IMaking, sweep: ISweep, batch: ILocatedBatch): Promise<IRunResponse> {
    const { queue, runService } = this._options;
    const response = await runService.requestOf(sweep, batch, making.asker);
    if (!this._making.has(making.id) && !response.joined) {
      // All were stopped while it was being asked for; perhaps it is over by itself.
      await queue.stop(response.id).catch(() => undefined);
    }
    return response;
  }

  /**
   * As `_makeOne` when nobody waits for an answer any more: one that cannot be queued is a run that failed.
   *
   * @returns false when the server ends, and the next one makes the rest
   */
  private async _makeLater(making: IMaking, sweep: ISweep, batch: ILocatedBatch): Promise<boolean> {
    try {
      await this._ask(making, sweep, batch);
      return true;
    } catch (error) {
      if (error instanceof HttpError && error.code === 'server-closing') {
        return false;
      }
      await this._refuse(making, sweep, batch, error);
      return true;
    } finally {
      // Only now: where this is the last one, it ends with the others.
      this._count(making, 1);
    }
  }

  private async _refuse(
    making: IMaking,
    sweep: Omit<ISweep, 'batches'>,
    batch: ILocatedBatch,
    error: unknown
  ): Promise<void> {
    const { log, queue } = this._options;
    log.error(`batch "${batch.slug}" of "${sweep.loaded.relativeConfiguration}" is not run`, error);
    if (this._making.has(making.id)) {
      await queue
        .refuse(refusedRequest(sweep, batch, making.asker), error)
        .catch(reason => log.error(`batch "${batch.slug}" does not tell so either`, reason));
    }
  }

  private async _makeAll(making: IMaking, sweep: ISweep): Promise<void> {
    for (const [at, batch] of sweep.batches.entries()) {
      if (at % PART === 0) {
        await new Promise(resolve => setImmediate(resolve));
      }
      if (this._isClosed || !this._making.has(making.id)) {
        return;
      }
      if (!(await this._makeLater(making, sweep, batch))) {
        return;
      }
    }
    this._end(making);
  }

  private _count(making: IMaking, made: number): void {
    if (this._making.has(making.id)) {
      making.left -= made;
      this._options.queue.expect(making.automation, -made);
    }
  }

  private _end(making: IMaking): void {
    this._count(making, making.left);
    this._making.delete(making.id);
    this._forget(making.id);
  }

  private _forget(id: string): void {
    this._options.database.prepare('DELETE FROM settings WHERE name = ?').run(`${PREFIX}${id}`);
  }

  private readonly _making = new Map<string, IMaking>();
  private _isClosed = false;
}

/** Names of settings that are sweeps. */
const PREFIX = 'sweep ';

/** A sweep whose runs are being made. */
interface IMaking {
  id: string;
  /** Automation id. */
  automation: string;
  /** Runs that are still to be made. */
  left: number;
  asker: IAsker;
  /** Resolves when no more are made here. */
  done: Promise<void>;
}

/** A namespace for `Sweeps` statics. */
export namespace Sweeps {
  /** What sweeps need. */
  export interface IOptions {
    database: DatabaseSync;
    automations: Pick<Automations, 'openConfiguration'>;
    runService: Pick<RunService, 'sweep' | 'requestOf'>;
    queue: Pick<
      IRunQueue,
      'adopt' | 'briefsByBatch' | 'expect' | 'refuse' | 'requireRoom' | 'stop'
    >;
    log: ILog;
  }
}

function slugsOf({ batches }: ISweep): string[] {
  return batches.map(({ slug }) => slug);
}
