import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IPackage } from '../../../core/automation/automation';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import { Packages } from '../packages';
import { packagesProblems } from '../packagesProblem';

const PYTHON = process.env.CROSSCOMPUTE_PYTHON ?? 'python3';

/** Where a package is declared. */
const AT = { file: '/x/automate.yaml', line: 7, column: 11 };

describe('Packages', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'packages-'));
  });

  afterEach(() => fs.rm(folder, { recursive: true }));

  const automation = (packages: IPackage[], engine: 'kernel' | 'podman' = 'kernel') =>
    createEmptyAutomation({
      folder,
      environment: { ...createEmptyAutomation().environment, packages, engine }
    });
  const create = (python = PYTHON) =>
    new Packages({ findPython: async () => python, environment: process.env });
  const pip = (id: string): IPackage => ({ id, manager: 'pip', position: AT });

  it('finds what a Python lacks, by name and version', async () => {
    const packages = [
      pip('ipykernel'),
      pip('IPyKernel>=1'),
      pip('ipykernel>=999'),
      pip('no-such-x')
    ];
    const missing = await create().missing(automation(packages));
    expect(missing.map(({ id }) => id)).toEqual(['ipykernel>=999', 'no-such-x']);
  });

  it('finds packages of npm beside the automation', async () => {
    await fs.mkdir(path.join(folder, 'node_modules', '@a', 'b'), { recursive: true });
    await fs.writeFile(path.join(folder, 'node_modules', '@a', 'b', 'package.json'), '{}');
    const packages: IPackage[] = ['@a/b@1.2', 'left-out'].map(id => ({
      id,
      manager: 'npm',
      position: AT
    }));
    expect(await create().missing(automation(packages))).toEqual([packages[1]]);
  });

  it('asks nobody for what a container brings along', async () => {
    const packages = new Packages({
      findPython: () => Promise.reject(new Error('asked')),
      environment: {}
    });
    expect(await packages.missing(automation([pip('x')], 'podman'))).toEqual([]);
  });

  it('counts everything as missing where there is no Python', async () => {
    expect(await create('/nowhere/python').missing(automation([pip('ipykernel')]))).toHaveLength(1);
  });

  it('installs with the words of the configuration as packages, never as options', async () => {
    const log = path.join(folder, 'words.txt');
    const python = path.join(folder, 'python');
    await fs.writeFile(
      python,
      `#!/bin/sh\nif [ "$1" = -c ]; then exec "${PYTHON}" "$@"; fi\nprintf '%s\\n' "$@" > "${log}"\n`,
      { mode: 0o755 }
    );
    const packages = create(python);
    const wanted = automation([pip('no-such-x'), pip('--index-url=http://evil.invalid')]);
    await packages.install(wanted);
    const words = (await fs.readFile(log, 'utf8')).trim().split('\n');
    expect(words.slice(words.indexOf('--'))).toEqual(['--', 'no-such-x']);
  });
});

describe('packagesProblems()', () => {
  it('says what is missing, and how it is installed by hand', () => {
    const packages: IPackage[] = [
      { id: 'numpy>=2', manager: 'pip', position: AT },
      { id: 'gdal-bin', manager: 'apt', position: { ...AT, line: 8 } }
    ];
    const [problem] = packagesProblems(packages);
    expect(problem).toMatchObject({ ...AT, code: 'packages-missing', severity: 'warning' });
    expect(problem.message).toBe('2 packages are not installed: numpy>=2, gdal-bin');
    expect(problem.hint).toBe(
      "install with: the button, or crosscompute run --install, or by hand: pip install 'numpy>=2'; sudo apt-get install gdal-bin"
    );
    expect(packagesProblems([])).toEqual([]);
  });
});
