import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Stamps, results and links of these scripts; can be deleted. */
export const SETUP_FOLDER = path.join(ROOT, '.setup');

/** The Python environment in which everything runs. */
export const VENV_FOLDER = path.join(ROOT, '.venv');

/** Folder of the environment's executables. */
export const VENV_BIN = path.join(VENV_FOLDER, process.platform === 'win32' ? 'Scripts' : 'bin');

/** The environment's Python. */
export const PYTHON = path.join(VENV_BIN, process.platform === 'win32' ? 'python.exe' : 'python');

/** The built extension, and where JupyterLab looks for it. */
export const LABEXTENSION = path.join(ROOT, 'jupyterlab_crosscompute', 'labextension');
export const LABEXTENSION_LINK = path.join(
  VENV_FOLDER,
  'share',
  'jupyter',
  'labextensions',
  'jupyterlab-crosscompute'
);

/** Folder of the bundled server. */
export const SERVER_FOLDER = path.join(ROOT, 'jupyterlab_crosscompute', 'server');

/** Command line programs of npm packages, run by Node without a shell. */
export const TOOLS = {
  eslint: tool('eslint/bin/eslint.js'),
  jest: tool('jest/bin/jest.js'),
  labextension: tool('@jupyter/builder/lib/build-labextension.js'),
  playwright: tool('@playwright/test/cli.js'),
  prettier: tool('prettier/bin/prettier.cjs'),
  stylelint: tool('stylelint/bin/stylelint.mjs'),
  typescript: tool('typescript/bin/tsc')
};

/** Arguments for `TOOLS.labextension` that build this package. */
export const LABEXTENSION_ARGUMENTS = [
  '--core-package-file',
  tool('@jupyterlab/core-meta/core.package.json'),
  '.'
];

function tool(name) {
  return path.join(ROOT, 'node_modules', ...name.split('/'));
}

/**
 * Find an executable as a shell would.
 *
 * @param name - such as `npm`
 * @returns absolute path, or null when there is none
 */
export function findExecutable(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (existsSync(file)) {
        return file;
      }
    }
  }
  return null;
}
