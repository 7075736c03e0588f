import { readFile, readdir } from 'node:fs/promises';

/** A process that has a variable in its environment. */
export interface IMarkedProcess {
  pid: number;
  parent: number;
  /** Its command line, words separated by blanks. */
  command: string;
}

/**
 * Processes of this machine whose environment holds a setting when they began; zombies are gone already.
 *
 * @param setting - such as `NAME=value`
 */
export async function markedProcesses(setting: string): Promise<IMarkedProcess[]> {
  const numbers = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    numbers.map(async name => {
      // Processes come and go meanwhile; one that cannot be read is none of ours.
      const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf-8').catch(() => '');
      if (!(await read('environ')).split('\0').includes(setting)) {
        return null;
      }
      const [command, stat] = [await read('cmdline'), await read('stat')];
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return stat === '' || state === 'Z' || state === 'X'
        ? null
        : { pid: Number(name), parent: Number(parent), command: command.replaceAll('\0', ' ') };
    })
  );
  return found.filter(each => each !== null);
}
