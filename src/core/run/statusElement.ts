import { isFinal, type IRunRecord } from './run';

/** Where a run stands, as clients of the streamed array read it; the members come in this order. */
export interface IStatusElement {
  /** Runs that execute in its lane, and queued runs before it; 0 from its start on. */
  n_ahead_in_queue: number;
  /** 0–1; 1 in the last element. */
  fraction: number;
  message: string | null;
  /** Null until the run is over. */
  returncode: number | null;
  /** Null until the run is over, and when it ended well. */
  error: string | null;
}

/**
 * The element for a run as it is now.
 *
 * @param now - how far it is, and how many runs come before it
 */
export function statusElement(
  run: Pick<IRunRecord, 'state' | 'return_code' | 'error'>,
  now: { ahead: number; fraction: number | null; message: string | null }
): IStatusElement {
  const isOver = isFinal(run.state);
  const returncode = isOver ? (run.return_code ?? 0) : null;
  return {
    n_ahead_in_queue: isOver ? 0 : now.ahead,
    fraction: isOver ? 1 : (now.fraction ?? 0),
    message: isOver ? null : now.message,
    returncode,
    error: returncode ? (run.error?.message ?? run.state) : null
  };
}

/** Write an element as JSON; exactly its five members, in their order. */
export function formatStatusElement(element: IStatusElement): string {
  const { n_ahead_in_queue, fraction, message, returncode, error } = element;
  return JSON.stringify({ n_ahead_in_queue, fraction, message, returncode, error });
}
