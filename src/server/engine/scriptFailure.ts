import { homedir } from 'node:os';
import { relativePath } from '../../core/path';
import { stripAnsi } from '../../core/template/ansi';
import { RETURN_CODES } from '../../core/run/run';
import { errorLine } from '../../core/run/errorLine';
import type { IRunError, RunErrorCode } from '../../core/run/run';
import type { IScriptContext, IScriptResult } from '../../core/run/execution';
import type { IRequestFailure } from './requestFailure';

const CODES: Readonly<Partial<Record<RunErrorCode, number>>> = {
  'kernel-died': RETURN_CODES.kernelDied,
  'kernel-unknown': RETURN_CODES.notRunnable,
  'command-not-found': RETURN_CODES.notRunnable,
  'configuration-invalid': RETURN_CODES.notRunnable,
  'engine-unavailable': RETURN_CODES.notRunnable,
  'image-failed': RETURN_CODES.imageFailed,
  lost: RETURN_CODES.lost,
  stopped: RETURN_CODES.stopped,
  timeout: RETURN_CODES.timeout
};

/** The result of a script that ended well. */
export const SUCCESS: IScriptResult = { returnCode: RETURN_CODES.done, error: null };

/** The result of a script that goes on in its kernel without us. */
export const LEFT: IScriptResult = { ...SUCCESS, isLeft: true };

/**
 * Make the result of a script that did not end well.
 *
 * @param error - its members that are empty are left out
 * @param returnCode - the code of the error when left out
 */
export function failure(error: IRunError, returnCode?: number): IScriptResult {
  const { tail, traceback, ...rest } = error;
  return {
    returnCode: returnCode ?? CODES[error.code] ?? RETURN_CODES.failed,
    error: {
      ...rest,
      ...(traceback?.length ? { traceback } : {}),
      ...(tail?.length ? { tail } : {})
    }
  };
}

/** The result of a script whose signal was aborted: by a person, or by the clock. */
export function interruption(context: IScriptContext, tail: string[] = []): IScriptResult {
  const script = context.index;
  if (context.signal.reason !== 'timeout') {
    return failure({ code: 'stopped', message: 'The run was stopped.', script, tail });
  }
  const { timeoutMs } = context.automation.environment;
  const limit = timeoutMs === null ? 'its time limit' : `its limit of ${timeoutMs / 1000} s`;
  return failure({
    code: 'timeout',
    message: `The run took longer than ${limit} and was ended.`,
    script,
    tail
  });
}

/** Resolves when a signal is aborted; never rejects. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}

/** The result of a script with a request that failed. */
export function requestFailure(
  context: IScriptContext,
  failed: IRequestFailure,
  tail: string[]
): IScriptResult {
  const { request, name, value, traceback } = failed;
  const cell = request.cell?.number;
  const shared = {
    script: context.index,
    ...(cell === undefined ? {} : { cell }),
    name,
    value,
    traceback,
    tail
  };
  const where = cell === undefined ? '' : ` in cell ${cell}`;
  if (request.role !== 'author') {
    const message = `The kernel could not be prepared: ${describe(name, value)}`;
    return failure({ ...shared, code: 'engine-unavailable', message });
  }
  if (name === 'StdinNotImplementedError') {
    const message = `The code asks for input${where}, but nobody can answer while it runs; use an input variable.`;
    return failure({ ...shared, code: 'input-requested', message });
  }
  if (name === 'SystemExit') {
    const status = /^\d{1,3}$/.test(value) ? Number(value) : 1;
    // `sys.exit('no data')` says why.
    const reason = /^(\d*|None)$/.test(value) ? '' : `: ${errorLine(value)}`;
    const message = `Exited with code ${status}${where}${reason}`;
    return failure({ ...shared, code: 'command-failed', message }, status);
  }
  const place = cell === undefined ? placeIn(traceback, context.automation.folder) : `cell ${cell}`;
  const message = `${describe(name, value)}${place && ` (${place})`}`;
  return failure({ ...shared, code: 'cell-error', message });
}

function describe(name: string, value: string): string {
  const line = errorLine(name && value ? `${name}: ${value}` : name || value);
  return line || 'The code failed';
}

/** The innermost line of the author's own files, such as `run.py, line 10`; '' where a traceback names none. */
function placeIn(traceback: readonly string[], folder: string): string {
  const frames = stripAnsi(traceback.join('\n')).matchAll(/^File (.+?):(\d+)(?=$|,)/gm);
  const places = [...frames].flatMap(([, file, line]) => {
    // IPython writes the home folder as the shell does.
    const path = relativePath(folder, file.replace(/^~(?=\/)/, homedir()));
    return path === null ? [] : [`${path}, line ${line}`];
  });
  return places.at(-1) ?? '';
}
