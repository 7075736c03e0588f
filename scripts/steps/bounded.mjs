import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { start, StepError } from './run.mjs';

/** Processes that a part starts inherit it, which finds those that outlive their parents. */
const MARK = 'CROSSCOMPUTE_TEST_PART';

/** Time that a tool gets to end after it has written its results. */
const GRACE_MS = 20_000;

/**
 * Run a test tool to its end, but never for ever.
 *
 * What a test left open (a socket, a child) keeps the tool waiting without end. So when the results are there and the
 * tool still is after 20 seconds, it is ended, as is one that takes longer than `limitMs`. Processes that it left
 * behind are ended too, and their command lines printed.
 *
 * @param isDone - whether the results have been written
 * @param limitMs - of the whole tool
 * @returns its exit status; 0 for one that was ended after it had written its results, which tell of failures themselves
 * @throws {StepError} when it does not start, or does not come to results within the limit
 */
export async function runBounded(command, words, { isDone, limitMs, env, ...options }) {
  const mark = randomUUID();
  const child = start(command, words, { ...options, env: { ...env, [MARK]: mark } });
  const startedMs = Date.now();
  let doneMs = null;
  let ended = null;
  const timer = setInterval(() => {
    doneMs ??= isDone() ? Date.now() : null;
    if (doneMs !== null && Date.now() - doneMs > GRACE_MS) {
      ended ??= 'done';
    } else if (Date.now() - startedMs > limitMs) {
      ended ??= 'late';
    }
    if (ended !== null) {
      child.kill('SIGKILL');
    }
  }, 1000);
  try {
    const [status] = await Promise.race([
      once(child, 'exit'),
      once(child, 'error').then(([error]) => {
        throw new StepError(`${command} does not start: ${error.message}`);
      })
    ]);
    if (ended === 'late') {
      throw new StepError(`${words[0]} did not end within ${limitMs / 60_000} minutes.`);
    }
    return ended === 'done' ? 0 : (status ?? 1);
  } finally {
    clearInterval(timer);
    // Also where the tool ended by itself: whoever reads our output waits for all who hold it.
    endMarked(mark);
  }
}

/** End every process that carries the mark, and name it. Where /proc is missing, nothing is found. */
function endMarked(mark) {
  for (const { pid, line } of findMarked(mark)) {
    process.stderr.write(`Left behind, ended now: process ${pid}: ${line}\n`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') {
        throw error;
      }
    }
  }
}

function findMarked(mark) {
  const found = [];
  for (const name of listProcesses()) {
    try {
      if (readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${MARK}=${mark}`)) {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        found.push({ pid: Number(name), line: line.slice(0, 200) });
      }
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return found;
}

function listProcesses() {
  try {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
