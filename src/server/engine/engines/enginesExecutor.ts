import type { IExecutor, IScriptContext, IScriptResult } from '../../../core/run/execution';
import { interruption } from '../scriptFailure';
import { LOCAL_ENGINE } from './readEngines';
import { Seats } from './seats';

/** A place that executes scripts. */
export interface IEngine {
  id: string;
  /** Scripts at once, at least 1. */
  maximumConcurrentRuns: number;
  /** By kind of script; the first that knows the kind executes it. */
  executors: readonly IExecutor[];
  /** Whether it could execute a script now: it is there, and has the kernel. Never rejects. */
  accepts(context: IScriptContext): Promise<boolean>;
}

/**
 * Make the executor that spreads scripts over engines, each with a bound of its own: a script goes to the first engine
 * that accepts it and has a free seat, or waits for one. One that no engine accepts goes to the first, which says why.
 *
 * @param engines - at least one, the preferred first
 */
export function createEnginesExecutor(engines: readonly IEngine[]): IExecutor {
  const seats = new Seats(
    new Map(engines.map(({ id, maximumConcurrentRuns }) => [id, maximumConcurrentRuns]))
  );
  return {
    kinds: ['command', 'notebook', 'python', 'function'],
    execute: context => execute(engines, seats, context)
  };
}

async function execute(
  engines: readonly IEngine[],
  seats: Seats,
  context: IScriptContext
): Promise<IScriptResult> {
  const candidates = await findCandidates(engines, context);
  const id = await seats.take(
    candidates.map(engine => engine.id),
    context.signal
  );
  const engine = candidates.find(candidate => candidate.id === id);
  if (id === null || !engine) {
    return interruption(context);
  }
  try {
    const executor = executorOf(engine, context);
    if (!executor) {
      throw new Error(`no engine executes scripts of kind "${context.script.kind}"`);
    }
    return await executor.execute(context);
  } finally {
    seats.giveBack(id);
  }
}

async function findCandidates(
  engines: readonly IEngine[],
  context: IScriptContext
): Promise<IEngine[]> {
  const able = engines.filter(engine => executorOf(engine, context));
  const { attached } = context;
  if (attached) {
    // A kernel that is of none elsewhere is of this host, whose Jupyter server has another name than its engine.
    const own =
      able.find(({ id }) => id === attached.engine) ?? able.find(({ id }) => id === LOCAL_ENGINE);
    return own ? [own] : able.slice(0, 1);
  }
  const answers = await Promise.all(able.map(engine => engine.accepts(context)));
  const accepting = able.filter((_engine, index) => answers[index]);
  return accepting.length ? accepting : able.slice(0, 1);
}

function executorOf(engine: IEngine, { script }: IScriptContext): IExecutor | undefined {
  return engine.executors.find(({ kinds }) => kinds.includes(script.kind));
}
