import { rmSync } from 'node:fs';
import path from 'node:path';
import { findExecutable, PYTHON, SETUP_FOLDER } from './paths.mjs';
import { announce, capture, run, StepError } from './run.mjs';
import { doOnce } from './stamps.mjs';

const DENO = 'deno==2.9.8';

/**
 * Install kernels of languages that tests try besides Python and bash. Nothing but those tests finds them: they stand in
 * no list of kernels of this machine. One that cannot be installed here is left out, and its tests are skipped.
 */
export async function installKernels() {
  await orSkip('JavaScript', installDeno);
  await orSkip('R', installR);
}

async function installDeno() {
  const folder = path.join(SETUP_FOLDER, 'kernels', 'deno');
  await doOnce({ name: 'kernel-deno', inputs: [], text: DENO, outputs: [folder] }, async () => {
    announce('Installing a JavaScript kernel for tests');
    rmSync(folder, { recursive: true, force: true });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile'];
    await run(PYTHON, [...pip, '--target', folder, DENO]);
  });
}

async function installR() {
  const isThere = async () =>
    (await capture('R', ['--slave', '-e', 'loadNamespace("IRkernel")'])) !== null;
  if (await isThere()) {
    return;
  }
  const installer = findExecutable('apt-get');
  if (process.getuid?.() !== 0 || !installer) {
    throw new StepError('install R and its package IRkernel (Debian and Ubuntu: r-cran-irkernel)');
  }
  announce('Installing an R kernel for tests');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['--quiet=2', '--option=Dpkg::Use-Pty=0'];
  const words = [
    ...['install', '--yes', '--no-install-recommends', ...quiet],
    // Its kernel spec would be offered by every Jupyter of this machine.
    '--option=Dpkg::Options::=--path-exclude=/usr/share/jupyter/*',
    'r-cran-irkernel'
  ];
  await run(installer, ['update', ...quiet], { env });
  await run(installer, words, { env });
}

async function orSkip(language, install) {
  try {
    await install();
  } catch (error) {
    if (!(error instanceof StepError)) {
      throw error;
    }
    process.stderr.write(
      `Tests of ${language} kernels are skipped, as there is none: ${error.message}\n`
    );
  }
}
