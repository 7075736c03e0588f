import * as os from 'node:os';
import * as path from 'node:path';
import { findConfiguration } from '../core/automation/discover';
import { createSchema } from '../core/automation/schema';
import { ConfigError, formatProblem } from '../core/problem';
import { createViewRegistry } from '../core/view/registry';
import { version } from '../../package.json';
import { CommandError, EXIT, parseArguments, UsageError, type IArguments } from './cli/arguments';
import { check } from './cli/check';
import { fix } from './cli/fix';
import { init, offerInit } from './cli/init';
import { install } from './cli/install';
import { Interrupts } from './cli/interrupts';
import { DEFAULT_READY_MINUTES, lab } from './cli/lab';
import { createOutput, type ILiveOutput, type IOutput } from './cli/output';
import { openResults } from './cli/openResults';
import { printAll } from './cli/print';
import { run } from './cli/run';
import { serve } from './cli/serve';
import { test } from './cli/test';
import { USAGE } from './cli/usage';
import { createServices } from './createServices';
import { readEngines } from './engine/engines/readEngines';
import { createPrivatePlace } from './engine/privatePlace';
import { errorCode, nodeFiles } from './files';
import { HttpError } from './httpError';
import { createLog } from './log';
import { explainSystemError } from './systemError';
import { ensureStateFolder, stateFolderOf } from './store/stateFolder';
import { claimState } from './store/stateOwner';

/** Automations of a site that are made ready before anybody looks at them; further ones when their form is opened. */
const PREPARED_AHEAD = 3;

/** Runs at once when nothing else is said: one a core, at most 4. */
export const DEFAULT_JOBS = Math.min(4, os.availableParallelism());

async function main(words: readonly string[]): Promise<number> {
  const interrupts = new Interrupts();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if (errorCode(error) !== 'EPIPE') {
        throw error;
      }
      // Who read it, such as `head`, has gone. A server has other readers; everything else was done for this one.
      if (words[0] !== 'serve') {
        interrupts.take();
      }
    });
  }
  const options = parseArguments(words);
  const output = createOutput(options.isQuiet);
  options.notes.forEach(note => output.say(`note: ${note}`));
  if (options.isHelp) {
    output.result(USAGE.trimEnd());
    return EXIT.done;
  }
  if (options.command === 'version') {
    output.result(version);
    return EXIT.done;
  }
  if (options.command === 'init') {
    return init(options.path, output);
  }
  if (options.command === 'schema') {
    output.result(JSON.stringify(createSchema(createViewRegistry()), null, 2));
    return EXIT.done;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!interrupts.take()) {
        // Asked again: whoever types it once more does not want to wait.
        process.exit(EXIT.interrupted);
      }
    });
  }
  if (options.command === 'lab') {
    return lab({
      version,
      isDebug: options.isDebug,
      assetsFolder: assetsFolder(),
      interrupts
    });
  }
  return withAutomation(options, output, interrupts);
}

/** Open the automation that the command names, do the command, and release everything. */
async function withAutomation(
  options: IArguments,
  output: ILiveOutput,
  interrupts: Interrupts
): Promise<number> {
  const { signal } = interrupts;
  const log = createLog(options.isDebug ? 'debug' : options.isQuiet ? 'error' : 'info');
  const target = path.resolve(options.path);
  const found = await findOrMake(target, options, output);
  const isReadOnly = options.command === 'check';
  if (isReadOnly && options.isFixing && found.path !== null) {
    await fix(found.path, output);
  }
  if (found.path === null && !isReadOnly) {
    // Before anything is written: a mistyped path must not become a folder.
    throw new ConfigError(found.problems);
  }
  const rootFolder = path.dirname(found.path ?? target);
  const jobs = options.jobs ?? DEFAULT_JOBS;
  const engines =
    options.engines !== null && !isReadOnly
      ? await readEngines(options.engines, process.env, jobs)
      : undefined;
  const results = isReadOnly ? undefined : openResults(options.results, process.env);
  const place = createPrivatePlace({
    python: process.env.CROSSCOMPUTE_PYTHON ?? 'python3',
    rootFolder,
    log
  });
  const stateFolder = stateFolderOf(rootFolder);
  const isTesting = options.command === 'test';
  const claim =
    isReadOnly || isTesting ? null : await claimState(await ensureStateFolder(rootFolder));
  const services = await createServices({
    rootFolder,
    stateFolder: claim?.isOurs ? stateFolder : null,
    keyFolder: claim ? stateFolder : null,
    place: () => place.get(),
    engineId: 'private',
    siteUri: () => '',
    hasSites: false,
    isWatching: options.command === 'serve' && !options.isFixed,
    isFixed: options.command === 'serve' && options.isFixed,
    keepsImages: options.keepsImages,
    showsRuns: options.showsRuns,
    isTesting,
    timeoutMs: options.timeoutMs,
    maximumConcurrentRuns: jobs,
    readyMinutes: options.command === 'serve' ? DEFAULT_READY_MINUTES : 0,
    engines,
    results,
    assetsFolder: assetsFolder(),
    environment: process.env,
    log
  });
  try {
    if (options.command === 'check') {
      return await check(services.automations, options, output);
    }
    const loaded = await services.automations.open(target);
    const site = services.automations.siteOf(loaded);
    const members = (site?.members ?? [loaded]).filter(({ isContainer }) => !isContainer);
    if (options.command === 'serve') {
      if (claim && !claim.isOurs) {
        throw new UsageError(
          `another CrossCompute server (process ${claim.pid}) serves this folder; stop it first`
        );
      }
      // While the server begins to listen; the first reader should not wait for what all runs need.
      members
        .filter(member => member.isRunnable)
        .slice(0, PREPARED_AHEAD)
        .forEach(member => services.preparations.prepare(member.get()));
      return await serve(services, { ...options, version }, output, interrupts);
    }
    const problems = site?.problems ?? loaded.problems;
    problems.forEach(problem => output.say(formatProblem(problem)));
    if (problems.some(({ blocks }) => blocks === 'all' || blocks === 'run')) {
      return EXIT.invalid;
    }
    if (options.command === 'print') {
      await services.queue.start();
      return await printAll(services, members, { ...options, version }, output, signal);
    }
    if (options.isInstalling) {
      await install(services, members, output, signal);
    }
    // Their processes start while the first runs are prepared; a Jupyter server only when kernels are wanted.
    members.forEach(member => services.preparations.prepare(member.get()));
    await services.queue.start();
    const command = isTesting ? test : run;
    return await command(services, members, options, output, signal);
  } finally {
    // Its own Jupyter server ends with it; others go on.
    await services.close(options.command === 'serve' ? id => id !== 'private' : undefined);
    await place.close();
    await claim?.release();
  }
}

/** Find the configuration; where there is none, a person at a terminal may have one made. */
async function findOrMake(target: string, { isJson, isQuiet }: IArguments, output: IOutput) {
  const found = await findConfiguration(nodeFiles, target);
  const isAbsent = found.problems.some(({ code }) => code === 'configuration-not-found');
  const canAsk = process.stdin.isTTY && process.stderr.isTTY && !isJson && !isQuiet;
  return isAbsent && canAsk && (await offerInit(target, output))
    ? findConfiguration(nodeFiles, target)
    : found;
}

/** The folder of `page.js` and its neighbours: beside the bundle. */
function assetsFolder(): string {
  return path.join(__dirname, 'assets');
}

function explain(error: unknown): number {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  if (error instanceof UsageError) {
    say(`crosscompute: ${error.message}\nTry: crosscompute --help`);
    return EXIT.usage;
  }
  if (error instanceof ConfigError) {
    error.problems.forEach(problem => say(formatProblem(problem)));
    return EXIT.invalid;
  }
  const reason = explainSystemError(error, absolute => absolute);
  if (reason !== null) {
    say(`crosscompute: ${reason}`);
    return EXIT.failed;
  }
  if (error instanceof HttpError || error instanceof CommandError || errorCode(error)) {
    say(`crosscompute: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.failed;
  }
  say(
    `crosscompute: this is a mistake of ours: ${error instanceof Error ? error.stack : String(error)}`
  );
  return EXIT.failed;
}

// A run may wait for something that no socket or process of ours tells of, such as the lease of another server; timers
// alone do not keep the process.
setInterval(() => undefined, 2 ** 30);

void main(process.argv.slice(2))
  .catch(explain)
  .then(status => {
    // What is left alive now, such as an idle socket, must not keep the process.
    // What was written to a pipe goes out first.
    process.stdout.write('', () => process.exit(status));
  });
