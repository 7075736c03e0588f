import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from './paths.mjs';

/** A step of a script that failed in a way that a person can mend; shown without a stack. */
export class StepError extends Error {}

/**
 * Run a program to its end with this terminal as its own.
 *
 * @param command - executable, never a shell's line
 * @param options - of `spawn`; `cwd` is the repository unless told
 * @throws {StepError} when it cannot start or ends with another status than 0
 */
export async function run(command, words, options = {}) {
  const status = await runStatus(command, words, options);
  if (status !== 0) {
    throw new StepError(`${[command, ...words].join(' ')}\nended with status ${status}`);
  }
}

/** Run a program to its end and give its status; 1 when a signal ended it. */
export async function runStatus(command, words, options = {}) {
  const child = start(command, words, options);
  const [status] = await Promise.race([
    once(child, 'exit'),
    once(child, 'error').then(([error]) => {
      throw new StepError(`${command} does not start: ${error.message}`);
    })
  ]);
  return status ?? 1;
}

/** Start a program with this terminal as its own. */
export function start(command, words, options = {}) {
  return spawn(command, words, { cwd: ROOT, stdio: 'inherit', ...options });
}

/**
 * Run a program and give what it printed.
 *
 * @returns standard output without the line feeds at its end, or null when it failed
 */
export async function capture(command, words, options = {}) {
  const child = spawn(command, words, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
    ...options
  });
  let text = '';
  child.stdout.on('data', chunk => (text += chunk));
  const status = await new Promise(resolve => {
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  return status === 0 ? text.trimEnd() : null;
}

/**
 * Run a program to its end and give all that it printed.
 *
 * @returns its status, 1 when it could not start or a signal ended it, and both of its streams in one text
 */
export async function runWhole(command, words, options = {}) {
  const child = spawn(command, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const parts = [];
  child.stdout.on('data', part => parts.push(part));
  child.stderr.on('data', part => parts.push(part));
  const status = await new Promise(resolve => {
    child.on('error', error => {
      parts.push(Buffer.from(`${command} does not start: ${error.message}\n`));
      resolve(1);
    });
    child.on('close', code => resolve(code ?? 1));
  });
  return { status, text: Buffer.concat(parts).toString() };
}

/** Tell what begins now. */
export function announce(text) {
  process.stdout.write(`\n› ${text}\n`);
}

/**
 * Run the main function of a script and end with its status.
 *
 * @param main - gives the exit status, or nothing for 0
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    process.stderr.write(
      `\n${error instanceof StepError ? error.message : (error?.stack ?? error)}\n`
    );
    process.exitCode = 1;
  }
}
