import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import * as path from 'node:path';
import { errorCode } from '../../files';
import type { ILog } from '../../log';

/** What calls of podman need. */
export interface IPodmanOptions {
  /** Environment of the server: where podman is, and what it reads itself. */
  environment: NodeJS.ProcessEnv;
  log: ILog;
}

/** How a call ended. */
export interface IPodmanEnd {
  /** Exit status; 125 and up are podman's own. */
  code: number;
  /** What it printed to standard output. */
  output: string;
  /** The last lines that it printed anywhere, at most 20. */
  tail: string[];
}

/** What a call may do besides. */
export interface IPodmanCall {
  /** Ends the call. */
  signal?: AbortSignal;
}

const TAIL_LINES = 20;
const TAIL_LINE_LENGTH = 500;
const MAXIMUM_OUTPUT = 1024 * 1024;

/** Said where containers are asked for and podman is not there. */
export const NO_PODMAN =
  'podman was not found; install podman, or use engine: unsafe to run scripts on this host';

/**
 * The program `podman`. Every call is a list of arguments; no shell reads any of them.
 */
export class Podman {
  constructor(private readonly _options: IPodmanOptions) {}

  /** Environment of a call: podman reads settings, folders and proxies from it. */
  get environment(): NodeJS.ProcessEnv {
    return this._options.environment;
  }

  /** Absolute path of the program, looked up anew each time; null where it is not installed. */
  find(): Promise<string | null> {
    return this._findFile('podman', (this.environment.PATH ?? '').split(path.delimiter));
  }

  /** True where podman can put a small first process into containers, which hands on signals and buries orphans. */
  async hasInit(): Promise<boolean> {
    const folders = [...INIT_FOLDERS, ...(this.environment.PATH ?? '').split(path.delimiter)];
    return (await this._findFile('catatonit', folders)) !== null;
  }

  /**
   * Call podman and wait for its end. Never rejects; where there is no podman, the status is 127.
   */
  async call(words: readonly string[], { signal }: IPodmanCall = {}): Promise<IPodmanEnd> {
    const program = await this.find();
    if (program === null) {
      return { code: 127, output: '', tail: [NO_PODMAN] };
    }
    this._options.log.debug(`podman ${words.join(' ')}`);
    return new Promise(resolve => {
      let output = '';
      let said = '';
      const child = spawn(program, words, {
        cwd: '/',
        env: this.environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        // In a group of its own, Ctrl-C in the terminal is left to us.
        detached: true
      });
      const end = () => killGroup(child.pid);
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) {
        end();
      }
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-MAXIMUM_OUTPUT);
        said = (said + text).slice(-MAXIMUM_OUTPUT);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-MAXIMUM_OUTPUT);
      });
      child.on('error', error => {
        said += `${error.message}\n`;
        if (child.pid === undefined) {
          resolve({ code: 127, output, tail: lastLines(said) });
        }
      });
      child.on('close', code => {
        signal?.removeEventListener('abort', end);
        resolve({ code: code ?? 128, output, tail: lastLines(said) });
      });
    });
  }

  /** Send a signal to the first process of a container; one that is gone is no error. */
  async signal(container: string, name: 'INT' | 'TERM'): Promise<void> {
    await this.call(['kill', '--signal', name, container]);
  }

  /** End a container and remove it; one that is gone is no error. */
  async remove(containers: readonly string[]): Promise<void> {
    if (containers.length) {
      const words = ['rm', '--force', '--ignore', '--time', '0', '--volumes', ...containers];
      const { code, tail } = await this.call(words);
      if (code !== 0) {
        this._options.log.warn(`containers may be left behind: ${tail.join(' ')}`);
      }
    }
  }

  private async _findFile(name: string, folders: readonly string[]): Promise<string | null> {
    for (const folder of new Set(folders.filter(path.isAbsolute))) {
      const file = path.join(folder, name);
      const isThere = await access(file, constants.X_OK).then(
        () => true,
        () => false
      );
      if (isThere) {
        return file;
      }
    }
    return null;
  }
}

/** A build has programs of its own below it. */
function killGroup(pid: number | undefined): void {
  if (pid !== undefined) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch (error) {
      // Nobody is left in it.
      if (errorCode(error) !== 'ESRCH') {
        throw error;
      }
    }
  }
}

/** Where systems keep the program that podman puts into containers for `--init`. */
const INIT_FOLDERS = [
  '/usr/libexec/podman',
  '/usr/lib/podman',
  '/usr/local/libexec/podman',
  '/usr/local/lib/podman',
  '/usr/libexec/catatonit'
];

function lastLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).trimEnd())
    .filter(line => line !== '')
    .slice(-TAIL_LINES)
    .map(line => line.slice(0, TAIL_LINE_LENGTH));
}
