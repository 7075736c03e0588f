import { isFinal } from '../../core/run/run';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { EXIT, globExpression, UsageError, type IArguments } from './arguments';
import type { ILiveOutput } from './output';
import { RunReport } from './runReport';

/** Each writes files: thousands at once would hold as many buffers. Running ones take seconds, up to 64 of them. */
const STOPS_AT_ONCE = 80;

/**
 * `crosscompute run PATH`: run all batches of all automations, a line for each as it ends.
 *
 * @param signal - aborted when the person interrupts: queued and running runs are stopped
 * @returns 0 when all are done, 1 when any failed or a batch cannot run, 130 when interrupted
 */
export async function run(
  services: Services,
  automations: readonly LoadedAutomation[],
  options: IArguments,
  output: ILiveOutput,
  signal: AbortSignal
): Promise<number> {
  const expression = options.only === null ? null : globExpression(options.only);
  const choose = async (loaded: LoadedAutomation) => {
    const batches = loaded.batches.filter(({ slug }) => expression?.test(slug) ?? true);
    const runnable = batches.filter(({ problems }) => !problems.length).map(({ slug }) => slug);
    const slugs = await leaveOut(services, loaded, runnable, options);
    // Rows that are no batches have no slug that --only could name.
    const hasBroken =
      runnable.length < batches.length ||
      (!expression && loaded.problems.some(({ blocks }) => blocks === 'batch'));
    return { id: loaded.id, count: batches.length, slugs, hasBroken };
  };
  const wanted = await Promise.all(automations.map(choose));
  const hasBroken = wanted.some(automation => automation.hasBroken);
  if (expression && !wanted.some(({ count }) => count)) {
    throw new UsageError(`no batch matches --only ${options.only}`);
  }
  const waiting = new Set(wanted.flatMap(({ id, slugs }) => slugs.map(slug => `${id}/${slug}`)));
  if (!waiting.size) {
    output.say('no batch is to be run');
    return hasBroken ? EXIT.failed : EXIT.done;
  }
  const slots = services.queue.state().maximumConcurrentRuns;
  const hasSeveral = automations.length > 1;
  const { isJson } = options;
  const report = new RunReport({ total: waiting.size, hasSeveral, isJson, slots }, output);
  let finish: () => void = () => undefined;
  const ended = new Promise<void>(resolve => (finish = resolve));
  const changes = services.queue.onChange(record => {
    const name = record && `${record.automation.id}/${record.batch.slug}`;
    // A run that follows another one waits for it, and has no slot.
    if (
      record?.state === 'running' &&
      record.leader === null &&
      name !== null &&
      waiting.has(name)
    ) {
      report.begin(record.id);
    } else if (record && isFinal(record.state)) {
      if (name !== null && waiting.delete(name)) {
        report.add(record);
      }
      if (!waiting.size) {
        finish();
      }
    }
  });
  const sayStopping = () => output.say('stopping; interrupt again to leave at once');
  signal.addEventListener('abort', sayStopping, { once: true });
  const stop = () => automations.forEach(({ id }) => void stopAll(services, id));
  signal.addEventListener('abort', stop, { once: true });
  for (const { id, slugs } of wanted) {
    const responses = await services.runService.requestAll(id, slugs, 'command line');
    responses.forEach((response, index) => {
      // Another batch of this command has the same inputs: its run stands for both.
      if (response.batch !== slugs[index] && waiting.delete(`${id}/${slugs[index]}`)) {
        report.join(slugs[index], response.batch);
      }
    });
  }
  if (signal.aborted) {
    stop();
  }
  if (waiting.size) {
    await ended;
  }
  changes.dispose();
  report.finish();
  return signal.aborted ? EXIT.interrupted : report.failures || hasBroken ? EXIT.failed : EXIT.done;
}

/** Leave out what `--resume` and `--failed` take for done. */
async function leaveOut(
  { queue, runService }: Services,
  loaded: LoadedAutomation,
  slugs: readonly string[],
  { isResumed, isFailedOnly }: IArguments
): Promise<readonly string[]> {
  if (!isResumed && !isFailedOnly) {
    return slugs;
  }
  const newest = queue.newestByBatch(loaded.id);
  const stateOf = (slug: string) => newest.get(slug)?.state ?? 'new';
  const isFailed = (slug: string) => !['done', 'new', 'stopped'].includes(stateOf(slug));
  const left = isFailedOnly ? slugs.filter(isFailed) : slugs;
  if (!isResumed) {
    return left;
  }
  const done = left.filter(slug => stateOf(slug) === 'done');
  const batches = done.map(slug => runService.locate(loaded, slug));
  const keys = await runService.keysOf(loaded, batches);
  const current = new Set(done.filter((slug, index) => newest.get(slug)?.key === keys[index]));
  return left.filter(slug => !current.has(slug));
}

/** Stop all runs of an automation that wait or execute; nothing starts any more. */
export async function stopAll(services: Services, automation: string): Promise<void> {
  services.queue.pause();
  const runs = services.queue.list({
    automation,
    states: ['queued', 'running'],
    limit: Number.MAX_SAFE_INTEGER
  });
  const left = runs.values();
  const stopSome = async () => {
    for (const { id } of left) {
      await services.queue.stop(id).catch(error => services.log.debug(`not stopped: ${error}`));
    }
  };
  await Promise.all(Array.from({ length: STOPS_AT_ONCE }, stopSome));
}
