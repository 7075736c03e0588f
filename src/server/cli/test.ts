import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { isFinal, type IRunRecord } from '../../core/run/run';
import { compareOutputs } from '../expectations/compareOutputs';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import type { ITestRun } from '../site/runService';
import { keepTestResults, removeTestResults } from '../site/testFolders';
import { EXIT, globExpression, UsageError, type IArguments } from './arguments';
import type { IOutput } from './output';
import { stopAll } from './run';
import { TestReport, type ITestResult } from './testReport';

/** A test of an automation. */
interface ITest {
  loaded: LoadedAutomation;
  /** Relative to the automation's folder. */
  folder: string;
}

/**
 * `crosscompute test PATH`: run all tests of all automations, and compare what they write with what they expect, a line
 * for each as it ends. Each runs in a folder of its own, and leaves nothing behind unless it fails.
 *
 * @param signal - aborted when the person interrupts: queued and running tests are stopped
 * @returns 0 when all pass, 1 when any fails, 2 when the folder of one does not exist, 130 when interrupted
 * @throws {UsageError} when no test matches `--only`
 */
export async function test(
  services: Services,
  automations: readonly LoadedAutomation[],
  { only, isJson }: IArguments,
  output: IOutput,
  signal: AbortSignal
): Promise<number> {
  const tests = chooseTests(automations, only);
  if (!tests.length) {
    output.say(
      'no test is defined; name one in the configuration, such as tests: [{folder: tests/one}]'
    );
    return EXIT.done;
  }
  if (!(await haveFolders(services, tests))) {
    // Which one was said, with its place, when the configuration was opened.
    output.say('no test runs while the folder of one is missing');
    return EXIT.invalid;
  }
  for (const loaded of automations) {
    await removeTestResults(loaded.folder, services.log);
  }
  const hasSeveral = automations.length > 1;
  const report = new TestReport({ total: tests.length, hasSeveral, isJson }, output);
  const sayStopping = () => output.say('stopping; interrupt again to leave at once');
  const stop = () => automations.forEach(({ id }) => void stopAll(services, id));
  signal.addEventListener('abort', sayStopping, { once: true });
  signal.addEventListener('abort', stop, { once: true });
  // They are asked for one after the other, so that they start in their order.
  let previous: Promise<unknown> = Promise.resolve();
  const runs = tests.map(each => {
    const requested = previous.then(() => requestRun(services, each, signal));
    previous = requested;
    return requested.then(async run => {
      const result = run && (await finishRun(services, each, run, signal));
      if (result) {
        report.add(result);
      }
    });
  });
  await Promise.all(runs);
  report.finish();
  return signal.aborted ? EXIT.interrupted : report.failures ? EXIT.failed : EXIT.done;
}

/** @throws {UsageError} when none matches */
function chooseTests(automations: readonly LoadedAutomation[], only: string | null): ITest[] {
  const all = automations.flatMap(loaded =>
    loaded.get().tests.map(({ folder }) => ({ loaded, folder }))
  );
  if (only === null) {
    return all;
  }
  const expression = globExpression(only);
  const chosen = all.filter(
    ({ folder }) => expression.test(folder) || expression.test(path.posix.basename(folder))
  );
  if (!chosen.length) {
    throw new UsageError(`no test matches --only ${only}`);
  }
  return chosen;
}

async function haveFolders({ files }: Services, tests: readonly ITest[]): Promise<boolean> {
  const found = await Promise.all(
    tests.map(({ loaded, folder }) => files.status(path.join(loaded.folder, folder)))
  );
  return found.every(status => status?.kind === 'folder');
}

/** @returns null when nothing is to run any more */
async function requestRun(
  { log, queue, runService }: Services,
  { loaded, folder }: ITest,
  signal: AbortSignal
): Promise<ITestRun | null> {
  if (signal.aborted) {
    return null;
  }
  const run = await runService.requestTest(loaded.id, folder, 'command line');
  if (signal.aborted) {
    // It was not there yet when all were stopped.
    await queue.stop(run.id).catch(error => log.debug(`not stopped: ${error}`));
  }
  return run;
}

/** Wait for the end of a test, and compare. @returns null when it was stopped */
async function finishRun(
  services: Services,
  { loaded, folder: test }: ITest,
  run: ITestRun,
  signal: AbortSignal
): Promise<ITestResult | null> {
  const record = await ended(services, run.id);
  if (record.state === 'stopped' && signal.aborted) {
    await fs.rm(run.folder, { recursive: true, force: true });
    return null;
  }
  const { files, differences } =
    record.state === 'done'
      ? await compareOutputs(
          path.join(loaded.folder, test, 'output'),
          path.join(run.folder, 'output'),
          loaded.get().steps.output.variables
        )
      : { files: 0, differences: [] };
  const hasPassed = record.state === 'done' && !differences.length;
  if (hasPassed) {
    await fs.rm(run.folder, { recursive: true, force: true });
  } else {
    await keepTestResults(run.folder);
  }
  const kept = hasPassed ? null : path.relative(process.cwd(), run.folder);
  return { test, record, expectedFiles: files, differences, kept };
}

/** Wait for the end of a run. */
async function ended({ queue }: Services, id: string): Promise<IRunRecord> {
  return new Promise(resolve => {
    const look = () => {
      const record = queue.get(id);
      if (record && isFinal(record.state)) {
        changes.dispose();
        resolve(record);
      }
    };
    const changes = queue.onChange(look);
    look();
  });
}
