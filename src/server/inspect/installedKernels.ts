import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isJsonObject } from '../../core/json';

/** What a list of kernels may take. */
const LIST_LIMIT_MS = 20_000;

/** What was found is believed for this long. */
const KNOWN_MS = 30_000;

/** The kernel that Jupyter makes for its own Python when no other is there. */
const NATIVE = 'python3';

/** Where kernels are looked for. */
export interface IInstalledKernelsOptions {
  /** Python of the Jupyter server that would be started. */
  python: string;
  environment: NodeJS.ProcessEnv;
  /** Default: that of this machine. */
  homeFolder?: string;
}

/**
 * Names of kernels that a Jupyter server would offer, without one: folders are looked at first, and where they do not
 * have all that are wanted, Jupyter itself is asked, which takes a second.
 */
export class InstalledKernels {
  constructor(private readonly _options: IInstalledKernelsOptions) {}

  /**
   * List kernels.
   *
   * @param wanted - names that would spare the question
   * @returns null when nobody can tell
   */
  async names(wanted: readonly string[]): Promise<ReadonlySet<string> | null> {
    const lying = new Set([NATIVE, ...(await this._inFolders())]);
    if (wanted.every(name => lying.has(name))) {
      return lying;
    }
    if (!this._asked || Date.now() - this._askedMs > KNOWN_MS) {
      this._asked = this._ask();
      this._askedMs = Date.now();
    }
    const told = await this._asked;
    return told && new Set([...lying, ...told]);
  }

  private async _inFolders(): Promise<string[]> {
    const names = await Promise.all(this._folders().map(kernelsIn));
    return names.flat();
  }

  /** The places that Jupyter looks at when nothing is configured. */
  private _folders(): string[] {
    const { python, environment, homeFolder = os.homedir() } = this._options;
    const data =
      environment.JUPYTER_DATA_DIR ??
      (process.platform === 'darwin'
        ? path.join(homeFolder, 'Library/Jupyter')
        : path.join(environment.XDG_DATA_HOME ?? path.join(homeFolder, '.local/share'), 'jupyter'));
    const prefix = path.isAbsolute(python) ? [path.join(python, '../../share/jupyter')] : [];
    const named = (environment.JUPYTER_PATH ?? '').split(path.delimiter).filter(Boolean);
    const system = ['/usr/local/share/jupyter', '/usr/share/jupyter'];
    return [...named, data, ...prefix, ...system].map(folder => path.join(folder, 'kernels'));
  }

  private _ask(): Promise<string[] | null> {
    const { python, environment } = this._options;
    const words = ['-m', 'jupyter', 'kernelspec', 'list', '--json'];
    return new Promise(resolve => {
      execFile(python, words, { env: environment, timeout: LIST_LIMIT_MS }, (error, stdout) =>
        resolve(error ? null : readNames(stdout))
      );
    });
  }

  private _asked: Promise<string[] | null> | null = null;
  private _askedMs = 0;
}

/** Jupyter takes names without regard to case, as folders of some systems do. */
async function kernelsIn(folder: string): Promise<string[]> {
  try {
    const names = await fs.readdir(folder);
    const found = await Promise.all(
      names.map(async name =>
        (await hasSpec(path.join(folder, name))) ? [name.toLowerCase()] : []
      )
    );
    return found.flat();
  } catch {
    // Most of the places are on no machine.
    return [];
  }
}

async function hasSpec(folder: string): Promise<boolean> {
  try {
    return (await fs.stat(path.join(folder, 'kernel.json'))).isFile();
  } catch {
    return false;
  }
}

function readNames(text: string): string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return isJsonObject(list) && isJsonObject(list.kernelspecs)
      ? Object.keys(list.kernelspecs).map(name => name.toLowerCase())
      : null;
  } catch {
    return null;
  }
}
