import type { JournalEvent } from './journal';
import { isFinal, type IRunError, type RunState } from './run';

/** Where a run stands, as its journal tells it. */
export interface IStatus {
  /** Null before the first event. */
  state: RunState | null;
  error: IRunError | null;
  returnCode: number | null;
  /** RFC 3339 UTC; null while it did not happen. */
  queued: string | null;
  started: string | null;
  ended: string | null;
  /** 1 + queued runs before it when it was queued; null once it runs. */
  position: number | null;
  /** Names of who wants it, in the order in which they came. */
  askers: readonly string[];
  /** True when the server was restarted while it ran, and it went on. */
  isAttached: boolean;
  /** Number of the last event; 0 before the first. */
  seq: number;
}

/** The status before the first event. */
export const initialStatus: IStatus = {
  state: null,
  error: null,
  returnCode: null,
  queued: null,
  started: null,
  ended: null,
  position: null,
  askers: [],
  isAttached: false,
  seq: 0
};

/**
 * Fold an event into the status. Final states never change: what comes after one is ignored, as is an
 * event that was folded before.
 */
export function foldStatus(status: IStatus, event: JournalEvent): IStatus {
  if (event.seq <= status.seq) {
    return status;
  }
  const next = { ...status, seq: event.seq };
  if (event.kind !== 'state' || (status.state !== null && isFinal(status.state))) {
    return next;
  }
  const { state, asker } = event;
  next.state = state;
  if (asker !== undefined && !status.askers.includes(asker)) {
    next.askers = [...status.askers, asker];
  }
  next.position = state === 'queued' ? (event.position ?? status.position) : null;
  if (state === 'queued') {
    next.queued ??= event.time;
  } else if (state === 'running') {
    // The same state comes again when another asker joins.
    next.started ??= event.time;
    next.isAttached ||= event.attached === true;
  } else {
    next.ended = event.time;
    next.error = event.error ?? null;
    next.returnCode = event.return_code ?? null;
  }
  return next;
}
