import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OUR_ENVIRONMENT, WORK_FOLDER, activate, getProgram } from './paths.mjs';
import { runTimed } from './subprocess.mjs';

/** What each peer is; its environment also gets the same pandas and matplotlib as ours. */
const REQUIREMENTS = {
  papermill: ['papermill==2.7.0'],
  // Its pages need these two; pkg_resources is gone from newer setuptools.
  original: ['crosscompute==0.9.4.13', 'fastapi==0.111.0', 'starlette==0.37.2', 'setuptools<81']
};

/** Packages whose speed is not what we compare, so all peers have the same version of them. */
const SHARED_PACKAGES = ['ipykernel', 'matplotlib', 'nbclient', 'nbconvert', 'numpy', 'pandas'];

/**
 * Install a peer into an environment of its own, once; a changed version installs it anew.
 *
 * @param {'papermill' | 'original'} name
 * @param {(message: string) => void} report - told when it takes a while
 * @returns {Promise<string>} folder of the environment
 * @throws {Error} when it cannot be installed, for example without a network
 */
export async function requirePeer(name, report) {
  const environment = path.join(WORK_FOLDER, name);
  const stamp = path.join(environment, 'installed.txt');
  const requirements = [...REQUIREMENTS[name], ...(await readSharedVersions())].join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === requirements) {
    return environment;
  }
  report(`installing ${name} once`);
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(WORK_FOLDER, { recursive: true });
  try {
    await runTimed(getProgram(OUR_ENVIRONMENT, 'python'), ['-m', 'venv', environment]);
    await runTimed(
      getProgram(environment, 'python'),
      ['-m', 'pip', 'install', '--quiet', ...requirements.split('\n')],
      { timeoutMs: 900_000 }
    );
  } catch (error) {
    throw new Error(`cannot be installed (${error.message})`, { cause: error });
  }
  writeFileSync(stamp, requirements);
  return environment;
}

/**
 * @returns {Promise<string[]>} `name==version` of the shared packages as our environment has them
 */
export async function readSharedVersions() {
  const { stdout } = await runTimed(
    getProgram(OUR_ENVIRONMENT, 'python'),
    [
      '-c',
      'import sys; from importlib.metadata import version\n' +
        'print(*(f"{name}=={version(name)}" for name in sys.argv[1:]), sep="\\n")',
      ...SHARED_PACKAGES
    ],
    { env: activate(OUR_ENVIRONMENT) }
  );
  return stdout.trim().split('\n');
}
