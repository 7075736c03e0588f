import { readFile } from 'node:fs/promises';
import type { IRunKernel } from '../../core/run/execution';
import { errorCode } from '../files';

/** Stands in records for the engine of commands: processes of this host. */
export const PROGRAM_ENGINE = 'program';

/**
 * Name a process so that no other of the same number, later or after a restart of the host, is taken for it.
 *
 * @returns null where the system does not tell when processes started (no `/proc`)
 */
export async function describeProgram(pid: number): Promise<IRunKernel | null> {
  const started = await readStart(pid);
  return started === null ? null : { engine: PROGRAM_ENGINE, id: `${pid}:${started}` };
}

/**
 * End a program, with its process group, that a server left behind when it died; one that is gone is no error.
 *
 * @param id - of `describeProgram`
 */
export async function endProgram(id: string): Promise<void> {
  const [, number, started] = /^(\d{1,10}):(\S{1,80})$/.exec(id) ?? [];
  const pid = Number(number);
  if (!pid || (await readStart(pid)) !== started) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}

/** When a process started, in ticks since this boot of the host; null when it is gone. */
async function readStart(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    // `pid (name) state …`; a name may hold blanks and brackets. The start is the 22nd field.
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    return `${fields[19]}@${boot}`;
  } catch {
    return null;
  }
}
