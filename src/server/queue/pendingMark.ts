import { hostname } from 'node:os';
import type { IRunRecord } from '../../core/run/run';
import type { IPendingMark, StoredRun } from '../store/runRecord';
import { isSigned, sign } from '../store/serverKey';
import { isAlive } from '../store/stateOwner';

/**
 * Add to a record what a later server must know while the run is not over. The signature keeps a
 * project from elsewhere from bringing a queued run that executes when it is opened.
 */
export function markPending(
  record: IRunRecord,
  run: { isSingle: boolean; secrets: readonly string[] },
  serverKey: Uint8Array
): StoredRun {
  return {
    ...record,
    pending: {
      isSingle: run.isSingle,
      secrets: [...run.secrets],
      host: hostname(),
      pid: process.pid,
      signature: sign(serverKey, signedText(record))
    }
  };
}

/** Tell whether this server, or an earlier one with its key, queued the run. */
export function isOurs(run: StoredRun, serverKey: Uint8Array): boolean {
  return run.pending !== undefined && isSigned(serverKey, signedText(run), run.pending.signature);
}

/** Tell whether another process of this machine holds the run and lives. */
export function isHeldElsewhere({ host, pid }: IPendingMark): boolean {
  const isOther = host === hostname() && pid !== process.pid;
  return isOther && Number.isSafeInteger(pid) && pid > 0 && isAlive(pid);
}

function signedText({ id, automation, batch }: IRunRecord): string {
  return JSON.stringify([id, automation.configuration, batch]);
}
