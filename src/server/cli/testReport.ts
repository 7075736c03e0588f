import type { IRunRecord } from '../../core/run/run';
import type { IDifference } from '../expectations/difference';
import type { IOutput } from './output';
import { describeFailure, secondsOf } from './runReport';

/** Longer values are cut around where they differ. */
const MOST_CHARACTERS = 160;

/** How a test went. */
export interface ITestResult {
  /** Folder of the test, relative to its automation's folder. */
  test: string;
  record: IRunRecord;
  /** Number of files that it expects. */
  expectedFiles: number;
  differences: readonly IDifference[];
  /** Folder with what its script wrote, relative to the working folder; null when nothing is kept. */
  kept: string | null;
}

/** Lines about tests as they end, and the totals. */
export class TestReport {
  constructor(
    private readonly _sweep: TestReport.ISweep,
    private readonly _output: IOutput
  ) {}

  failures = 0;

  /** A test that is over. */
  add(result: ITestResult): void {
    const { record, differences } = result;
    const hasPassed = record.state === 'done' && !differences.length;
    this._count += 1;
    this.failures += hasPassed ? 0 : 1;
    const state = hasPassed ? 'passed' : 'failed';
    if (this._sweep.isJson) {
      this._addJson(result, state);
    } else {
      this._addLines(result, state);
    }
  }

  /** The totals. */
  finish(): void {
    const seconds = (performance.now() - this._startedMs) / 1000;
    const passed = this._count - this.failures;
    this._output.result(
      this._sweep.isJson
        ? JSON.stringify({ event: 'total', passed, failed: this.failures, seconds })
        : `${passed} passed, ${this.failures} failed in ${seconds.toFixed(2)} s`
    );
  }

  private _addJson({ test, record, differences, kept }: ITestResult, state: string): void {
    const { error, return_code } = record;
    this._output.result(
      JSON.stringify({
        event: 'test',
        automation: record.automation.slug,
        test,
        state,
        seconds: secondsOf(record),
        return_code,
        error,
        differences,
        kept
      })
    );
  }

  private _addLines(result: ITestResult, state: string): void {
    const { test, record, differences, expectedFiles, kept } = result;
    const say = (line: string) => this._output.result(`    ${line}`);
    const name = this._sweep.hasSeveral ? `${record.automation.slug}/${test}` : test;
    const seconds = secondsOf(record).toFixed(2);
    this._output.result(`[${this._count}/${this._sweep.total}] ${name}: ${state} in ${seconds} s`);
    describeFailure(record).forEach(say);
    differences.flatMap(describeDifference).forEach(say);
    if (record.state === 'done' && !expectedFiles) {
      say(`warning: nothing is expected in ${test}/output; only that it runs was tested`);
    }
    if (kept !== null) {
      say(`what it wrote is in ${kept}`);
    }
  }

  private _count = 0;
  private readonly _startedMs = performance.now();
}

/** A namespace for `TestReport` statics. */
export namespace TestReport {
  /** What is reported about. */
  export interface ISweep {
    /** Number of tests. */
    total: number;
    /** Several automations may have tests of the same name. */
    hasSeveral: boolean;
    /** For programs: one JSON value a line. */
    isJson: boolean;
  }
}

/** Lines that say where a difference is, and what is there in place of what. */
function describeDifference(difference: IDifference): string[] {
  const { file, variable, place, line, expected, actual } = difference;
  const where = line === null ? place : `line ${line}`;
  const shown = variable !== null && !place.startsWith(variable) ? `${variable}: ` : '';
  const values =
    expected !== null && actual !== null ? excerpts(expected, actual) : [expected, actual];
  return [
    `${shown}output/${file}${where ? `, ${where}` : ''}`,
    `  expected: ${values[0] ?? nothing(difference)}`,
    `  actual:   ${values[1] ?? nothing(difference)}`
  ];
}

function nothing({ place, line }: IDifference): string {
  return line !== null ? '(no such line)' : place ? '(no such value)' : '(not written)';
}

/** The same part of both, with the first character that differs in it. */
function excerpts(expected: string, actual: string): [string, string] {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) {
    at += 1;
  }
  const from = at > MOST_CHARACTERS - 40 ? at - 40 : 0;
  return [excerpt(expected, from), excerpt(actual, from)];
}

function excerpt(text: string, from: number): string {
  const part = text.slice(from, from + MOST_CHARACTERS);
  return `${from ? '…' : ''}${part}${from + part.length < text.length ? '…' : ''}`;
}
