import type { IRunProblem, IRunRecord } from '../../core/run/run';
import { isFinal } from '../../core/run/run';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { EXIT, globExpression, UsageError, type IArguments } from './arguments';
import type { IOutput } from './output';

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
  output: IOutput,
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
  const report = new Report(waiting.size, automations.length > 1, options.isJson, output);
  let finish: () => void = () => undefined;
  const ended = new Promise<void>(resolve => (finish = resolve));
  const changes = services.queue.onChange(record => {
    if (record && isFinal(record.state)) {
      if (waiting.delete(`${record.automation.id}/${record.batch.slug}`)) {
        report.add(record);
      }
      if (!waiting.size) {
        finish();
      }
    }
  });
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

async function stopAll(services: Services, automation: string): Promise<void> {
  services.queue.pause();
  const runs = services.queue.list({
    automation,
    states: ['queued', 'running'],
    limit: Number.MAX_SAFE_INTEGER
  });
  await Promise.all(
    runs.map(({ id }) =>
      services.queue.stop(id).catch(error => services.log.debug(`not stopped: ${error}`))
    )
  );
}

/** Lines about runs as they end, and the totals. */
class Report {
  constructor(
    private readonly _total: number,
    /** Several automations may have batches of the same name. */
    private readonly _hasSeveral: boolean,
    private readonly _isJson: boolean,
    private readonly _output: IOutput
  ) {}

  failures = 0;

  /** A batch whose work the run of another batch does. */
  join(slug: string, other: string): void {
    this._count += 1;
    const line = this._isJson
      ? JSON.stringify({ event: 'joined', batch: slug, with: other })
      : `${this._label()} ${slug}: has the same inputs as ${other}, joined`;
    this._output.result(line);
  }

  /** A run that is over. */
  add(record: IRunRecord): void {
    this._count += 1;
    const isDone = record.state === 'done';
    this.failures += isDone ? 0 : 1;
    const seconds = secondsBetween(record.started, record.ended);
    this._rows.push([this._nameOf(record), record.state, seconds, record.error?.message ?? '']);
    if (this._isJson) {
      const { id, batch, state, error, return_code, problems } = record;
      this._output.result(
        JSON.stringify({
          event: 'run',
          run: id,
          automation: record.automation.slug,
          batch: batch.slug,
          state,
          seconds,
          return_code,
          error,
          problems
        })
      );
      return;
    }
    this._output.result(
      `${this._label()} ${this._nameOf(record)}: ${record.state} in ${seconds.toFixed(2)} s`
    );
    describeFailure(record).forEach(line => this._output.result(`    ${line}`));
    record.problems.forEach(problem => this._output.result(`    warning: ${warning(problem)}`));
  }

  /** The totals, below a table of what did not go well, since its lines are far above by now. */
  finish(): void {
    const seconds = (performance.now() - this._startedMs) / 1000;
    const done = this._count - this.failures;
    if (!this._isJson && this._total > 1) {
      this._summarize();
    }
    this._output.result(
      this._isJson
        ? JSON.stringify({ event: 'total', done, failed: this.failures, seconds })
        : `${done} done, ${this.failures} failed in ${seconds.toFixed(2)} s`
    );
  }

  private _summarize(): void {
    const failed = this._rows.filter(([, state]) => state !== 'done');
    const width = Math.max(...failed.map(([name]) => name.length), 0);
    for (const [name, state, seconds, message] of failed) {
      const time = `${seconds.toFixed(2)} s`;
      this._output.result(
        `${name.padEnd(width)}  ${state.padEnd(7)}  ${time.padStart(9)}  ${message}`
      );
    }
  }

  private _nameOf({ automation, batch }: IRunRecord): string {
    return this._hasSeveral ? `${automation.slug}/${batch.slug}` : batch.slug;
  }

  private _label(): string {
    return `[${this._count}/${this._total}]`;
  }

  private readonly _rows: (readonly [string, string, number, string])[] = [];

  private _count = 0;
  private readonly _startedMs = performance.now();
}

function describeFailure({ error }: IRunRecord): string[] {
  if (!error) {
    return [];
  }
  return [`${error.code}: ${error.message}`, ...(error.tail ?? []).slice(-5)];
}

function warning(problem: IRunProblem): string {
  return `${problem.code}: ${problem.message}`;
}

function secondsBetween(started: string | null, ended: string | null): number {
  return started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : 0;
}
