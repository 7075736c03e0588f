import { isJsonObject } from '../../core/json';
import type { JsonObject } from '../../core/json';

/** One execute request of a script. */
export interface IScriptRequest {
  code: string;
  /** What the code is: only an author's output reaches the journal. */
  role: 'prelude' | 'author' | 'epilogue';
  /** The cell that it is; null for scripts that are no notebooks, and for our own code. */
  cell: { index: number; number: number; name: string } | null;
  /** True when an error in it is welcome. */
  allowsError: boolean;
}

/** Put our own requests, as far as there are any, around those of an author. */
export function surroundRequests(
  requests: readonly IScriptRequest[],
  own: { prelude: string | null; epilogue: string | null }
): IScriptRequest[] {
  const one = (role: 'prelude' | 'epilogue'): IScriptRequest[] => {
    const code = own[role];
    return code === null ? [] : [{ role, code, cell: null, allowsError: false }];
  };
  return [...one('prelude'), ...requests, ...one('epilogue')];
}

/** The request that failed, and how. */
export interface IRequestFailure {
  request: IScriptRequest;
  name: string;
  value: string;
  traceback: string[];
}

/** `sys.exit()` without a reason ends a program well. */
export function isGoodExit(failed: IRequestFailure): boolean {
  return failed.name === 'SystemExit' && ['', '0', 'None'].includes(failed.value);
}

/** `exit()` and `quit()` in a cell: the notebook is over, as its author wished. */
export function asksToExit(content: object): boolean {
  const payload: unknown = 'payload' in content ? content.payload : undefined;
  return (
    Array.isArray(payload) &&
    payload.some((item: unknown) => isJsonObject(item) && item.source === 'ask_exit')
  );
}

/**
 * Read how a request ended.
 *
 * @param said - the error that the kernel published, for what the reply leaves out
 * @returns null when it succeeded
 */
export function readReply(
  request: IScriptRequest,
  content: object,
  said: IRequestFailure | null
): IRequestFailure | null {
  const reply: unknown = content;
  if (!isJsonObject(reply) || reply.status === 'ok') {
    return null;
  }
  const error = readError(request, reply);
  return {
    request,
    name: error.name || said?.name || (reply.status === 'error' ? '' : 'Aborted'),
    value: error.value || said?.value || '',
    traceback: error.traceback.length ? error.traceback : (said?.traceback ?? [])
  };
}

/** Read an error as replies and messages write it. */
export function readError(request: IScriptRequest, content: JsonObject): IRequestFailure {
  const { ename, evalue, traceback } = content;
  return {
    request,
    name: typeof ename === 'string' ? ename : '',
    value: typeof evalue === 'string' ? evalue : '',
    traceback: Array.isArray(traceback)
      ? traceback.filter((line): line is string => typeof line === 'string')
      : []
  };
}

/** Milliseconds with fractions, as kernels date their messages to the microsecond. */
export function parseDate(date?: string): number | undefined {
  const milliseconds = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    return undefined;
  }
  const beyond = /\.\d{3}(\d{1,3})/.exec(date ?? '')?.[1] ?? '';
  return milliseconds + Number(beyond.padEnd(3, '0')) / 1000;
}
