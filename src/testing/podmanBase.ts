import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { findTestPython } from './jupyterServer';

/** Containers that really run. */
export interface IPodmanBase {
  /** Name of an image with a shell, Python and ipykernel, made of the files of this machine. */
  image: string;
  /** Environment of podman: with settings for machines that allow less than it wants. */
  environment: NodeJS.ProcessEnv;
}

const IMAGE = 'localhost/crosscompute-test-base:1';

/** Settings to try one after another: those of the machine, then what sandboxes without root's full rights allow. */
const SETTINGS = [
  null,
  '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n',
  '[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
];

/** Like `describe`; skips where no container can run, and says why in its name. */
export function describeWithPodman(name: string, body: (base: IPodmanBase) => void): void {
  const found = findBase();
  if (typeof found === 'string') {
    describe.skip(`${name} (${found})`, () => {
      it('is skipped', () => undefined);
    });
  } else {
    describe(name, () => body(found));
  }
}

/** @returns why there is none */
function findBase(): IPodmanBase | string {
  const run = (words: string[], env = process.env, input?: Buffer) =>
    spawnSync('podman', words, { env, input, timeout: 120_000 });
  if (run(['--version']).error) {
    return 'needs podman, which is not installed';
  }
  if (run(['image', 'exists', IMAGE]).status !== 0) {
    const python = findTestPython();
    if (!python) {
      return 'needs .venv: run npm run setup';
    }
    const made = spawnSync(python, [path.join(__dirname, 'podmanBase.py')], {
      maxBuffer: 1024 * 1024 * 1024
    });
    const imported = run(['import', '-', IMAGE], process.env, made.stdout);
    if (made.status !== 0 || imported.status !== 0) {
      return `no image could be made: ${made.stderr}${imported.stderr}`;
    }
  }
  let reason = '';
  for (const settings of SETTINGS) {
    const environment = { ...process.env };
    if (settings !== null) {
      const folder = mkdtempSync(path.join(tmpdir(), 'crosscompute-podman-'));
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      environment.CONTAINERS_CONF = path.join(folder, 'containers.conf');
      writeFileSync(environment.CONTAINERS_CONF, settings);
    }
    const words = ['run', '--rm', '--pull', 'never', IMAGE, 'python3', '-c', 'import ipykernel'];
    const tried = run(words, environment);
    if (tried.status === 0) {
      return { image: IMAGE, environment };
    }
    reason = String(tried.stderr).trim();
  }
  return `no container runs here: ${reason}`;
}
