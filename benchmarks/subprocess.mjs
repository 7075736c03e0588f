import { spawn } from 'node:child_process';

/**
 * Run a program to its end and time it.
 *
 * @param {string} command - path of the program
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number}} [options] - `timeoutMs` defaults to five minutes
 * @returns {Promise<{seconds: number, stdout: string}>} wall time from spawn to exit, and what it said
 * @throws {Error} with the last line it wrote when it cannot start, exits with another status than 0, or takes too long
 */
export function runTimed(command, args, { cwd, env, timeoutMs = 300_000 } = {}) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const stdout = [];
    const stderr = [];
    let isLate = false;
    // A group of its own, so that a run that takes too long leaves no kernels behind.
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32'
    });
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child);
    }, timeoutMs);
    child.stdout.on('data', data => stdout.push(data));
    child.stderr.on('data', data => stderr.push(data));
    child.on('error', error => {
      clearTimeout(timer);
      reject(new Error(`${command} did not start: ${error.message}`, { cause: error }));
    });
    child.on('close', status => {
      clearTimeout(timer);
      const seconds = (performance.now() - started) / 1000;
      if (isLate) {
        reject(new Error(`took longer than ${timeoutMs / 1000} s`));
      } else if (status !== 0) {
        const said = lastLine(Buffer.concat(stderr)) || lastLine(Buffer.concat(stdout));
        reject(new Error(`exit ${status}: ${said || 'nothing was said'}`));
      } else {
        resolve({ seconds, stdout: Buffer.concat(stdout).toString() });
      }
    });
  });
}

/**
 * End a child that was spawned with `detached`, and all that it started.
 *
 * @param {import('node:child_process').ChildProcess} child - need not be alive
 */
export function killGroup(child) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch (error) {
    // It may have ended a moment ago.
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}

function lastLine(data) {
  return data.toString().trim().split('\n').at(-1);
}
