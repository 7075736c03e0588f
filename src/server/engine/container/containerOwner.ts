import { readFileSync } from 'node:fs';
import { isAlive } from '../../store/stateOwner';
import type { ILog } from '../../log';
import type { Podman } from './podman';

/** Says which server a container belongs to. */
export const OWNER_LABEL = 'crosscompute.owner';

/** Name of this server: its process id, and when it started, as ids are used again. */
export function ownerName(pid = process.pid): string {
  return `${pid}-${startTime(pid)}`;
}

/** Remove the containers of servers that are dead. Never rejects. */
export async function removeLeftOvers(podman: Podman, log: ILog): Promise<void> {
  const format = `{{.Names}} {{index .Labels "${OWNER_LABEL}"}}`;
  const words = ['ps', '--all', '--filter', `label=${OWNER_LABEL}`, '--format', format];
  const { code, output } = await podman.call(words);
  if (code !== 0) {
    return;
  }
  const left = output.split('\n').flatMap(line => {
    const [, name, owner] = /^(crosscompute-\S+) (\d+-\d*)$/.exec(line.trim()) ?? [];
    return name && owner && !isRunning(owner) ? [name] : [];
  });
  if (left.length) {
    log.info(`${left.length} containers of a server that is gone are removed`);
    await podman.remove(left);
  }
}

function isRunning(owner: string): boolean {
  const pid = Number(owner.split('-')[0]);
  return isAlive(pid) && ownerName(pid) === owner;
}

/** @returns clock ticks since the machine started; '' where the system does not tell */
function startTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks and brackets.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
