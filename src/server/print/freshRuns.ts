import type { IAsker } from '../../core/access/identity';
import type { IRunRecord } from '../../core/run/run';
import { isFinal } from '../../core/run/run';
import type { IRunQueue } from '../queue/queue';
import type { LoadedAutomation } from '../site/loadedAutomation';
import type { RunService } from '../site/runService';

/** What bringing batches up to date needs. */
export interface IFreshRunsOptions {
  queue: IRunQueue;
  runService: RunService;
}

/** Runs that were asked for so that something can be printed. */
export interface IFreshRuns {
  /** Resolves when a batch has a run of its own, queued at least; at once for one that needs none. */
  whenAsked(slug: string): Promise<void>;
  /** Stop those that nobody else asked for. */
  stop(): Promise<void>;
}

/**
 * Run the batches whose results are not what their inputs and code would give now: new ones, stale ones, and
 * those whose last run was stopped or lost. What failed as it is now would fail again.
 *
 * @throws {ConfigError} when the automation cannot run and something is to be run
 */
export async function runStaleBatches(
  { queue, runService }: IFreshRunsOptions,
  loaded: LoadedAutomation,
  slugs: readonly string[],
  asker: string | IAsker
): Promise<IFreshRuns> {
  const newest = queue.newestByBatch(loaded.id);
  const known = slugs.filter(slug => isFinal(newest.get(slug)?.state ?? 'queued'));
  const keys = await runService.keysOf(
    loaded,
    known.map(slug => runService.locate(loaded, slug))
  );
  const keyOf = new Map(known.map((slug, index) => [slug, keys[index]]));
  const stale = slugs.filter(slug => isStale(newest.get(slug), keyOf.get(slug)));
  const hasScripts = loaded.get().scripts.length > 0;
  const wanted = stale.filter(slug => hasScripts || newest.has(slug));
  const responses = wanted.length ? await runService.requestAll(loaded.id, wanted, asker) : [];
  const stopped = new AbortController();
  const askAgain = async (slug: string, leader: string) => {
    await whenRunEnds(queue, loaded, leader, stopped.signal);
    if (!stopped.signal.aborted) {
      responses.push(await runService.request({ automation: loaded.id, batch: slug }, asker));
    }
  };
  const asked = new Map(
    responses.map(({ batch }, index) => [
      wanted[index],
      // Another batch has the same inputs and runs already: the results are wanted in both folders.
      batch === wanted[index] ? Promise.resolve() : askAgain(wanted[index], batch)
    ])
  );
  // Whoever waits is told; nobody may wait any more.
  asked.forEach(promise => void promise.catch(() => undefined));
  return {
    whenAsked: async slug => asked.get(slug),
    stop: async () => {
      stopped.abort();
      const own = responses.filter(({ joined, id }) => !joined && isActive(queue.get(id)));
      await Promise.all(own.map(({ id }) => queue.stop(id).catch(() => undefined)));
    }
  };
}

function isStale(run: IRunRecord | undefined, key: string | undefined): boolean {
  if (!run) {
    return true;
  }
  if (!isFinal(run.state)) {
    return false;
  }
  return run.state === 'stopped' || run.state === 'lost' || run.key !== key;
}

function isActive(run: IRunRecord | null): boolean {
  return run !== null && !isFinal(run.state);
}

/** Resolves when the newest run of a batch is over, or the signal is aborted; at once when none goes on. */
export function whenRunEnds(
  queue: IRunQueue,
  loaded: LoadedAutomation,
  slug: string,
  signal: AbortSignal
): Promise<void> {
  return new Promise(resolve => {
    const isOver = () => {
      const [run] = queue.list({ automation: loaded.id, batch: slug, limit: 1 });
      return signal.aborted || !isActive(run ?? null);
    };
    if (isOver()) {
      resolve();
      return;
    }
    const end = () => {
      if (isOver()) {
        changes.dispose();
        signal.removeEventListener('abort', end);
        resolve();
      }
    };
    const changes = queue.onChange(end);
    signal.addEventListener('abort', end, { once: true });
    end();
  });
}
