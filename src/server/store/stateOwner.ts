import { promises as fs } from 'node:fs';
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
  const own = JSON.stringify({ pid: process.pid, host });
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

/** Tell whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}

/** A process, as a file says whose something is. */
export interface IOwner {
  pid: number;
  host: string;
}

/** Tell whether an owner was a process of this machine and is gone; of others nobody knows. */
export function isDeadHere({ pid, host }: IOwner): boolean {
  return host === os.hostname() && !isAlive(pid);
}

/** @returns null for what no owner wrote, such as a file that was begun when its process was killed */
export function parseOwner(text: string): IOwner | null {
  try {
    const owner = JSON.parse(text) as { pid?: unknown; host?: unknown } | null;
    return typeof owner?.pid === 'number' && owner.pid > 0 && typeof owner.host === 'string'
      ? { pid: owner.pid, host: owner.host }
      : null;
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
