import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';

const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';
/** The command of this package. */
export const COMMAND = path.join(__dirname, '..', '..', '.venv', BIN, 'crosscompute');

/** A `crosscompute serve` of its own, for people without Jupyter. */
export class ServedSite {
  private constructor(
    readonly uri: string,
    private readonly _process: ChildProcess
  ) {}

  /**
   * Serve an automation on a free port.
   *
   * @param folder - absolute
   * @param env - variables that scripts may be given
   */
  static async start(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<ServedSite> {
    const child = spawn(COMMAND, ['serve', folder, '--no-browser', '--port', '0'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit']
    });
    const uri = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', status => reject(new Error(`crosscompute serve ended with ${status}`)));
    });
    return new ServedSite(uri, child);
  }

  /** End it at once, as a crash would. */
  kill(): Promise<void> {
    return this._end('SIGKILL');
  }

  /** End it as Ctrl+C does. */
  stop(): Promise<void> {
    return this._end('SIGINT');
  }

  private async _end(signal: NodeJS.Signals): Promise<void> {
    if (this._process.exitCode === null && this._process.signalCode === null) {
      const ended = new Promise(resolve => this._process.once('exit', resolve));
      this._process.kill(signal);
      await ended;
    }
  }
}
