import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '../files';

/** A process and the moment it started, so that a later process of the same number is another one. */
interface IProcess {
  pid: number;
  parent: number;
  started: string;
}

const PERIOD_MS = 200;
/** How often, and after which pause, processes are looked for that others started before they ended. */
const MOST_ROUNDS = 50;
const ROUND_MS = 20;

/**
 * Watch the process of a kernel on this machine, to know of its end sooner than Jupyter does, which
 * looks every 3 seconds.
 *
 * The process is found by its connection file, whose name holds the kernel's id; that works for every
 * language. Where there is no `/proc`, or the kernel runs elsewhere, nothing is found and nothing watched.
 *
 * @param kernelId - id of the kernel
 * @param onEnd - called at most once, when the process ended or is a zombie
 * @returns ends the watch
 */
export function watchKernelProcess(kernelId: string, onEnd: () => void): () => void {
  let isOver = process.platform !== 'linux';
  let timer: NodeJS.Timeout | undefined;
  const look = async (known: IProcess | null) => {
    if (isOver) {
      return;
    }
    const found = known ?? (await findKernelProcess(kernelId));
    if (known && (await readProcess(known.pid))?.started !== known.started) {
      if (!isOver) {
        isOver = true;
        onEnd();
      }
      return;
    }
    if (found && !isOver) {
      timer = setTimeout(() => void look(found), PERIOD_MS);
      timer.unref();
    }
  };
  void look(null);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/**
 * End the processes that were started with a folder in their command or their environment: a Jupyter server that a
 * killed server left, and its kernels. They live on for a moment and write there. Does nothing where there is no `/proc`.
 *
 * @param folder - absolute, with a name that nobody else has
 */
export async function endKernelsOf(folder: string): Promise<void> {
  // What is ended may have started another just before: until none is found.
  for (let round = 0; round < MOST_ROUNDS && (await endOnce(folder)); round++) {
    await wait(ROUND_MS);
  }
}

/** @returns whether there was one */
async function endOnce(folder: string): Promise<boolean> {
  const numbers = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    numbers.map(async name => {
      // A child that has yet to become a kernel has the command of Jupyter, and the environment of both.
      const texts = ['cmdline', 'environ'].map(file =>
        readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')
      );
      const isOfFolder = (await Promise.all(texts)).some(text => text.includes(`${folder}/`));
      if (!isOfFolder || Number(name) === process.pid) {
        return false;
      }
      try {
        process.kill(Number(name), 'SIGKILL');
      } catch (error) {
        if (errorCode(error) !== 'ESRCH') {
          throw error;
        }
      }
      return true;
    })
  );
  return found.includes(true);
}

/** The topmost process that was given the connection file of a kernel; null when there is none here. */
async function findKernelProcess(kernelId: string): Promise<IProcess | null> {
  const found = new Map<number, IProcess>();
  const numbers = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  await Promise.all(
    numbers.map(async name => {
      // Processes come and go meanwhile; one that cannot be read is none of ours.
      const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      const status = command.includes(`${kernelId}.json`) ? await readProcess(Number(name)) : null;
      if (status) {
        found.set(status.pid, status);
      }
    })
  );
  // A launcher and the kernel that it starts both have the file; Jupyter too looks at the first.
  return [...found.values()].find(({ parent }) => !found.has(parent)) ?? null;
}

/** @returns null when the process ended, zombies included */
async function readProcess(pid: number): Promise<IProcess | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // pid (name, which may hold blanks and brackets) state parent …; the 22nd field is the start.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const isGone = fields.length < 20 || fields[0] === 'Z' || fields[0] === 'X';
  return isGone ? null : { pid, parent: Number(fields[1]), started: fields[19] };
}
