import { formatTimeLeft, Spread, timeLeft } from '../../core/run/timeLeft';
import type { IRunProblem, IRunRecord } from '../../core/run/run';
import type { ILiveOutput } from './output';

/** How often the line of totals is written anew. */
const STATUS_MS = 250;
/** With more batches than this on a terminal, those that went well have no line of their own. */
const MOST_LINES = 50;

/** Lines about runs as they end, how all stand while they go on, and the totals. */
export class RunReport {
  constructor(
    private readonly _sweep: RunReport.ISweep,
    private readonly _output: ILiveOutput
  ) {
    this._isLive = _output.isTerminal && !_sweep.isJson && _sweep.total > 1;
    if (this._isLive) {
      this._timer = setInterval(() => _output.status(this._standing()), STATUS_MS);
    }
  }

  failures = 0;

  /** A batch whose work the run of another batch does. */
  join(slug: string, other: string): void {
    this._count += 1;
    const line = this._sweep.isJson
      ? JSON.stringify({ event: 'joined', batch: slug, with: other })
      : `${this._label()} ${slug}: has the same inputs as ${other}, joined`;
    this._output.result(line);
  }

  /** A run that executes now. */
  begin(id: string): void {
    this._running.add(id);
  }

  /** A run that is over. */
  add(record: IRunRecord): void {
    this._running.delete(record.id);
    this._count += 1;
    const isDone = record.state === 'done';
    this.failures += isDone ? 0 : 1;
    const seconds = secondsOf(record);
    if (record.leader === null) {
      this._spread.add(seconds);
    }
    if (!isDone) {
      this._failed.push([this._nameOf(record), record.state, seconds, record.error?.message ?? '']);
    }
    if (this._sweep.isJson) {
      const { id, batch, state, error, return_code, problems, leader } = record;
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
          problems,
          ...(leader === null ? {} : { leader })
        })
      );
      return;
    }
    if (this._isLive && this._sweep.total > MOST_LINES && isDone && !record.problems.length) {
      // The line of totals counts it; ten thousand lines would bury those that say what went wrong.
      return;
    }
    const how =
      record.leader === null ? `in ${seconds.toFixed(2)} s` : 'by a run of the same inputs';
    this._output.result(`${this._label()} ${this._nameOf(record)}: ${record.state} ${how}`);
    describeFailure(record).forEach(line => this._output.result(`    ${line}`));
    record.problems.forEach(problem => this._output.result(`    warning: ${warning(problem)}`));
  }

  /** The totals, below a table of what did not go well, since its lines are far above by now. */
  finish(): void {
    clearInterval(this._timer);
    this._output.status(null);
    const seconds = (performance.now() - this._startedMs) / 1000;
    const done = this._count - this.failures;
    if (!this._sweep.isJson && this._sweep.total > 1) {
      this._summarize();
    }
    this._output.result(
      this._sweep.isJson
        ? JSON.stringify({ event: 'total', done, failed: this.failures, seconds })
        : `${done} done, ${this.failures} failed in ${seconds.toFixed(2)} s`
    );
  }

  private _summarize(): void {
    const width = this._failed.reduce((most, [name]) => Math.max(most, name.length), 0);
    for (const [name, state, seconds, message] of this._failed) {
      const time = `${seconds.toFixed(2)} s`;
      this._output.result(
        `${name.padEnd(width)}  ${state.padEnd(7)}  ${time.padStart(9)}  ${message}`
      );
    }
  }

  private _nameOf({ automation, batch }: IRunRecord): string {
    return this._sweep.hasSeveral ? `${automation.slug}/${batch.slug}` : batch.slug;
  }

  private _label(): string {
    return `[${this._count}/${this._sweep.total}]`;
  }

  /** How all stand, such as `12 done, 1 failed, 4 running, 83 waiting; 2 to 3 min left`. */
  private _standing(): string {
    const { total, slots } = this._sweep;
    const left = total - this._count;
    const running = Math.min(this._running.size, left);
    const seconds = (performance.now() - this._startedMs) / 1000;
    const range = timeLeft(this._spread, { left, slots, seconds });
    const counts = `${this._count - this.failures} done, ${this.failures} failed, ${running} running, ${left - running} waiting`;
    return range ? `${counts}; ${formatTimeLeft(range)} left` : counts;
  }

  /** Name, state, seconds and message of each run that did not go well. */
  private readonly _failed: (readonly [string, string, number, string])[] = [];
  private readonly _running = new Set<string>();
  private readonly _spread = new Spread();
  private readonly _isLive: boolean;
  private _timer: NodeJS.Timeout | undefined;

  private _count = 0;
  private readonly _startedMs = performance.now();
}

/** A namespace for `RunReport` statics. */
export namespace RunReport {
  /** What is reported about. */
  export interface ISweep {
    /** Number of batches. */
    total: number;
    /** Several automations may have batches of the same name. */
    hasSeveral: boolean;
    /** For programs: one JSON value a line. */
    isJson: boolean;
    /** Runs at once. */
    slots: number;
  }
}

/** Lines that say why a run did not go well; [] when it did. */
export function describeFailure({ error }: IRunRecord): string[] {
  if (!error) {
    return [];
  }
  return [`${error.code}: ${error.message}`, ...(error.tail ?? []).slice(-5)];
}

function warning(problem: IRunProblem): string {
  return `${problem.code}: ${problem.message}`;
}

/** How long a run took; 0 for one that never started. */
export function secondsOf({ started, ended }: IRunRecord): number {
  return started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : 0;
}
