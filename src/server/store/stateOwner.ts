import { promises as fs, readFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { errorCode, isAbsent } from '../files';

/** Who may use a state folder. */
export interface IStateClaim {
  /** True when this process may use it. */
  isOurs: boolean;
  /** Process that uses it. */
  pid: number;
  /** Give it back; does nothing when it is not ours. */
  release(): Promise<void>;
}

/**
 * Claim a state folder for this process, so that two servers never take each other's running runs for
 * lost. A claim of a process that died is taken over.
 *
 * @param folder - absolute path; made when it does not exist
 */
export async function claimState(folder: string): Promise<IStateClaim> {
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, 'owner.json');
  const host = os.hostname();
  const own = JSON.stringify({ pid: process.pid, host, born: birthOf(process.pid) });
  for (;;) {
    try {
      await fs.writeFile(file, own, { flag: 'wx', mode: 0o600 });
      return { isOurs: true, pid: process.pid, release: () => fs.rm(file, { force: true }) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') {
        throw error;
      }
    }
    const owner = await readOwner(file);
    if (owner && !isDeadHere(owner)) {
      return { isOurs: false, pid: owner.pid, release: () => Promise.resolve() };
    }
    await fs.rm(file, { force: true });
  }
}

/** Tell whether a process of this machine lives. One that ended, and whose parent never asked how, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^[ZX]/.test(statusOf(pid)?.[0] ?? '');
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}

/** When a process began, in ticks since the machine was started; null where the system does not tell. */
function birthOf(pid: number): string | null {
  return statusOf(pid)?.[19] ?? null;
}

/** What Linux tells of a process, from its state on; null elsewhere, and for one that is not there. */
function statusOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Its name stands in brackets before that, and may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** A process, as a file says whose something is. */
export interface IOwner {
  pid: number;
  host: string;
  /** See `birthOf`; absent where it is not known. */
  born?: string;
}

/**
 * Tell whether an owner was a process of this machine and is gone; of others nobody knows. Its number may be another's
 * by now, as after a restart of the machine.
 */
export function isDeadHere({ pid, host, born }: IOwner): boolean {
  if (host !== os.hostname()) {
    return false;
  }
  const birth = birthOf(pid);
  return !isAlive(pid) || (born !== undefined && birth !== null && birth !== born);
}

/** @returns null for what no owner wrote, such as a file that was begun when its process was killed */
export function parseOwner(text: string): IOwner | null {
  try {
    const owner = JSON.parse(text) as { pid?: unknown; host?: unknown; born?: unknown } | null;
    if (typeof owner?.pid !== 'number' || owner.pid <= 0 || typeof owner.host !== 'string') {
      return null;
    }
    const { pid, host, born } = owner;
    return typeof born === 'string' ? { pid, host, born } : { pid, host };
  } catch {
    return null;
  }
}

async function readOwner(file: string): Promise<IOwner | null> {
  try {
    return parseOwner(await fs.readFile(file, 'utf-8'));
  } catch (error) {
    if (isAbsent(error)) {
      return null;
    }
    throw error;
  }
}
