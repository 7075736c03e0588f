import { spawn, type ChildProcess } from 'node:child_process';
import type { IAutomation, IPackage } from '../../core/automation/automation';
import { errorCode } from '../files';

/** Where packages are looked for and installed. */
export interface IPackagesOptions {
  /** Python of the kernels. */
  findPython(): Promise<string>;
  environment: NodeJS.ProcessEnv;
}

/** How an installation went. */
export interface IInstallation {
  /** What is still missing. */
  missing: IPackage[];
  /** Last lines of what the package managers said. */
  output: string;
}

/** How an installation is watched and ended. */
export interface IInstallOptions {
  /** Aborted when a person wants it to end: programs that install are ended, with those that they started. */
  signal?: AbortSignal;
  /** Called with everything that the package managers say. */
  onOutput?(text: string): void;
}

/** Managers that install without being root. */
const OURS: ReadonlySet<IPackage['manager']> = new Set(['pip', 'npm']);

/** Tell whether a package can be installed from here; those of the system are only told. */
export function isInstallable({ manager }: Pick<IPackage, 'manager'>): boolean {
  return OURS.has(manager);
}

/** What was found is believed for this long; an installation by us is seen at once. */
const KNOWN_MS = 30_000;

const INSTALL_LIMIT_MS = 15 * 60 * 1000;
const LOOK_LIMIT_MS = 20_000;
/** A program that is asked to end gets this long to do it. */
const END_LIMIT_MS = 5000;

/**
 * Looks whether the packages that automations declare are there, and installs them when somebody asks for it; never
 * otherwise, since it changes the machine.
 */
export class Packages {
  constructor(private readonly _options: IPackagesOptions) {}

  /** The declared packages that are not installed, in their order. */
  async missing({ environment, folder }: IAutomation): Promise<IPackage[]> {
    const { packages } = environment;
    if (!packages.length || environment.engine === 'podman') {
      return [];
    }
    const key = JSON.stringify([folder, packages]);
    const known = this._known.get(key);
    if (known && Date.now() - known.atMs < KNOWN_MS) {
      return known.missing;
    }
    const missing = await this._look(packages, folder);
    this._known.set(key, { atMs: Date.now(), missing });
    return missing;
  }

  /**
   * Install what is missing and can be installed without being root: `pip` into the environment of the kernels, `npm`
   * into the automation's folder. Packages of the system are only told.
   */
  async install(automation: IAutomation, options: IInstallOptions = {}): Promise<IInstallation> {
    const missing = await this.missing(automation);
    const ids = (manager: IPackage['manager']) =>
      missing.filter(item => item.manager === manager).map(({ id }) => id);
    let output = '';
    if (ids('pip').length) {
      const python = await this._options.findPython();
      // The words after `--` are packages, whatever they look like.
      const words = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--'];
      output += await this._install(python, [...words, ...ids('pip')], automation.folder, options);
    }
    if (ids('npm').length && !options.signal?.aborted) {
      const words = ['install', '--no-audit', '--no-fund', '--', ...ids('npm')];
      output += await this._install('npm', words, automation.folder, options);
    }
    this._known.clear();
    return { missing: await this.missing(automation), output: lastLines(output) };
  }

  private async _install(
    program: string,
    words: string[],
    cwd: string,
    { signal, onOutput }: IInstallOptions
  ): Promise<string> {
    const limit = AbortSignal.timeout(INSTALL_LIMIT_MS);
    const within = signal ? AbortSignal.any([signal, limit]) : limit;
    const env = this._options.environment;
    const { text } = await runProgram(program, words, { cwd, env, signal: within, onOutput });
    return text;
  }

  private async _look(packages: readonly IPackage[], folder: string): Promise<IPackage[]> {
    const looks = { pip: this._lookPip, npm: lookNpm, apt: lookApt, dnf: lookDnf };
    const found = await Promise.all(
      Object.entries(looks).map(async ([manager, look]) => {
        const ids = packages.filter(item => item.manager === manager).map(({ id }) => id);
        return ids.length ? look.call(this, ids, folder) : [];
      })
    );
    const absent = new Set(found.flat());
    return packages.filter(({ id }) => absent.has(id));
  }

  private async _lookPip(this: Packages, ids: string[], folder: string): Promise<string[]> {
    const python = await this._options.findPython();
    const { code, text } = await this._run(python, ['-c', LOOK_PIP, ...ids], folder);
    return code === 0 ? (JSON.parse(text.trim().split('\n').at(-1) ?? '[]') as string[]) : ids;
  }

  private readonly _run = (program: string, words: string[], cwd: string) => {
    const signal = AbortSignal.timeout(LOOK_LIMIT_MS);
    return runProgram(program, words, { cwd, env: this._options.environment, signal });
  };

  private readonly _known = new Map<string, { atMs: number; missing: IPackage[] }>();
}

/** `packaging` comes with every kernel; it knows names, extras and versions as pip does. */
const LOOK_PIP = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
from packaging.requirements import InvalidRequirement, Requirement
missing = []
for text in sys.argv[1:]:
    try:
        requirement = Requirement(text)
        if not requirement.specifier.contains(version(requirement.name), prereleases=True):
            missing.append(text)
    except InvalidRequirement:
        pass
    except PackageNotFoundError:
        missing.append(text)
print(json.dumps(missing))
`;

async function lookNpm(this: Packages, ids: string[], folder: string): Promise<string[]> {
  return filterMissing(ids, id => {
    const name = id.replace(/(?!^)@.*$/, '');
    return { program: process.execPath, words: ['-e', LOOK_NPM, name], cwd: folder };
  });
}

const LOOK_NPM = 'require.resolve(process.argv[1] + "/package.json", { paths: [process.cwd()] })';

async function lookApt(this: Packages, ids: string[], folder: string): Promise<string[]> {
  return filterMissing(ids, id => ({
    program: 'dpkg-query',
    words: ['--show', '--showformat', '${db:Status-Status}', '--', id.replace(/[=/].*$/, '')],
    cwd: folder,
    says: 'installed'
  }));
}

async function lookDnf(this: Packages, ids: string[], folder: string): Promise<string[]> {
  return filterMissing(ids, id => ({ program: 'rpm', words: ['--query', '--', id], cwd: folder }));
}

interface IQuestion {
  program: string;
  words: string[];
  cwd: string;
  /** What the answer must hold beside a good exit status. */
  says?: string;
}

async function filterMissing(ids: string[], ask: (id: string) => IQuestion): Promise<string[]> {
  const missing = await Promise.all(
    ids.map(async id => {
      const { program, words, cwd, says = '' } = ask(id);
      const signal = AbortSignal.timeout(LOOK_LIMIT_MS);
      const { code, text } = await runProgram(program, words, { cwd, env: process.env, signal });
      return code === 0 && text.includes(says) ? [] : [id];
    })
  );
  return missing.flat();
}

interface IProgramOptions extends IInstallOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Run a program to its end; one that cannot be started ends with −1. */
function runProgram(
  program: string,
  words: readonly string[],
  { cwd, env, signal, onOutput }: IProgramOptions
): Promise<{ code: number; text: string }> {
  return new Promise(resolve => {
    let text = '';
    // A group of its own: what installs starts compilers and scripts, which are to end with it.
    const child = spawn(program, words, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe']
    });
    const add = (chunk: string) => {
      text = `${text}${chunk}`.slice(-100_000);
      onOutput?.(chunk);
    };
    child.stdout.setEncoding('utf-8').on('data', add);
    child.stderr.setEncoding('utf-8').on('data', add);
    let killing: NodeJS.Timeout | undefined;
    const end = () => {
      signalGroup(child, 'SIGTERM');
      killing = setTimeout(() => signalGroup(child, 'SIGKILL'), END_LIMIT_MS);
    };
    const finish = (code: number) => {
      clearTimeout(killing);
      signal.removeEventListener('abort', end);
      resolve({ code, text });
    };
    child.on('error', error => {
      add(`${program}: ${error.message}\n`);
      finish(-1);
    });
    child.on('close', code => finish(code ?? -1));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) {
      end();
    }
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    // Without a number it never started.
    if (pid !== undefined) {
      process.kill(-pid, signal);
    }
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) {
      throw error;
    }
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-20).join('\n');
}
