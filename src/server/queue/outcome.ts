import { ConfigError } from '../../core/problem';
import type { IScriptResult } from '../../core/run/execution';
import { RETURN_CODES, type IRunError, type IRunProblem } from '../../core/run/run';
import { HttpError } from '../httpError';
import { isDiskFull } from '../store/diskReserve';
import { ResultStoreError } from '../store/resultStoreError';
import { explainSystemError, shownWithin } from '../systemError';
import type { EndReason } from './runControl';

/** How a run ends. */
export interface IOutcome {
  state: 'done' | 'failed' | 'stopped' | 'lost';
  returnCode: number;
  error: IRunError | null;
  /** Manifest of the outputs in the store. */
  outputs: Record<string, string>;
  /** Problems found at the end, beside those it had from the start. */
  problems: IRunProblem[];
}

/** A good end. */
export function doneOutcome(outputs: Record<string, string>, problems: IRunProblem[]): IOutcome {
  return { state: 'done', returnCode: RETURN_CODES.done, error: null, outputs, problems };
}

/** An end that the run did not choose. */
export function failedOutcome(
  error: IRunError,
  returnCode: number,
  problems: IRunProblem[] = []
): IOutcome {
  return { state: 'failed', returnCode, error, outputs: {}, problems };
}

/** What is said of a run that took too long, with the names of what limits it. */
export function timeoutMessage(timeoutMs: number | null): string {
  const limit = timeoutMs === null ? 'its limit' : `its limit of ${timeoutMs / 1000} s`;
  return `The run took longer than ${limit} and was ended; environment.timeout or --timeout gives it more`;
}

/**
 * The end of a run that was asked to end.
 *
 * @param timeoutMs - how long it had, where that is known
 */
export function endedOutcome(reason: EndReason, timeoutMs: number | null = null): IOutcome {
  switch (reason) {
    case 'stopped':
      return stoppedOutcome('stopped by a person');
    case 'shutdown':
      return stoppedOutcome('stopped because the server was shut down');
    case 'timeout':
      return failedOutcome(
        { code: 'timeout', message: timeoutMessage(timeoutMs) },
        RETURN_CODES.timeout
      );
    case 'disk-full':
      return diskFullOutcome();
    case 'lease-lost':
      return lostOutcome(
        'another server took over this folder, as this one was not heard of for too long; run it again'
      );
  }
}

/**
 * How a script that executed ends its run.
 *
 * @param index - of the script, from 0
 * @returns null when it ended well, and the run goes on
 */
export function scriptOutcome(
  { returnCode, error }: IScriptResult,
  index: number
): IOutcome | null {
  if (!error && returnCode === RETURN_CODES.done) {
    return null;
  }
  const described: IRunError = error ?? {
    code: 'command-failed',
    message: `it exited with code ${returnCode}`
  };
  const isFull = /No space left on device|ENOSPC/.test(described.value ?? '');
  const code = isFull ? 'disk-full' : described.code;
  return failedOutcome({ script: index, ...described, code }, returnCode || RETURN_CODES.failed);
}

/** The end of a run that did not get the outputs of the run that it followed. */
export function storeOutcome({ message }: ResultStoreError): IOutcome {
  const said = `the outputs of the run that it followed could not be put here: ${message}`;
  return failedOutcome({ code: 'store-failed', message: said }, RETURN_CODES.failed);
}

/** Why a run is lost whose server died. */
export const SERVER_DIED =
  'the server was restarted while it executed, and it could not go on; run it again';

/** The end of a run whose server died. */
export function lostOutcome(message: string): IOutcome {
  const error: IRunError = { code: 'lost', message };
  return { state: 'lost', returnCode: RETURN_CODES.lost, error, outputs: {}, problems: [] };
}

/**
 * The end of a run that an exception ended whose reason may be told.
 *
 * @param automationFolder - absolute; what is told of files is relative to it
 * @returns null for others: words of the implementation stay in the server's log
 */
export function exceptionOutcome(error: unknown, automationFolder: string): IOutcome | null {
  if (isDiskFull(error)) {
    return diskFullOutcome();
  }
  if (error instanceof ResultStoreError) {
    const message = `the outputs lie in the folder of this batch, but could not be stored: ${error.message}`;
    return failedOutcome({ code: 'store-failed', message }, RETURN_CODES.failed);
  }
  if (error instanceof HttpError && error.code === 'queue-full') {
    return unavailableOutcome(error.message);
  }
  if (error instanceof ConfigError || error instanceof HttpError) {
    return failedOutcome(
      { code: 'configuration-invalid', message: error.message },
      RETURN_CODES.notRunnable
    );
  }
  const reason = explainSystemError(error, named => shownWithin(automationFolder, named));
  return reason === null ? null : unavailableOutcome(reason);
}

/** The end of a run that an exception ended which only the log tells of. */
export function unexplainedOutcome(): IOutcome {
  return unavailableOutcome('the server could not execute this run; its log says why');
}

function unavailableOutcome(message: string): IOutcome {
  return failedOutcome({ code: 'engine-unavailable', message }, RETURN_CODES.notRunnable);
}

function stoppedOutcome(message: string): IOutcome {
  const error: IRunError = { code: 'stopped', message };
  return { state: 'stopped', returnCode: RETURN_CODES.stopped, error, outputs: {}, problems: [] };
}

function diskFullOutcome(): IOutcome {
  return failedOutcome(
    { code: 'disk-full', message: 'the disk is full; make room and run again' },
    RETURN_CODES.failed
  );
}
