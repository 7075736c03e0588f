import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InstalledKernels } from '../installedKernels';

describe('InstalledKernels', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kernels-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function addKernel(...way: string[]): Promise<void> {
    await mkdir(path.join(folder, ...way), { recursive: true });
    await writeFile(path.join(folder, ...way, 'kernel.json'), '{}');
  }

  /** A Python that counts how often it is asked, and lists one kernel. */
  async function addPython(says: string): Promise<string> {
    const python = path.join(folder, 'env/bin/python');
    await mkdir(path.dirname(python), { recursive: true });
    await writeFile(
      python,
      `#!/bin/sh\necho "$@" >> "${path.join(folder, 'asked')}"\ncat <<'END'\n${says}\nEND\n`,
      { mode: 0o755 }
    );
    return python;
  }

  const asked = () => readFile(path.join(folder, 'asked'), 'utf-8').catch(() => '');

  const create = (python: string) =>
    new InstalledKernels({
      python,
      environment: { JUPYTER_PATH: path.join(folder, 'named'), PATH: process.env.PATH },
      homeFolder: path.join(folder, 'home')
    });

  it('finds kernels where Jupyter looks, and asks nobody then', async () => {
    const python = await addPython('{}');
    await addKernel('named/kernels/IR');
    await addKernel('home/.local/share/jupyter/kernels/mine');
    await addKernel('env/share/jupyter/kernels/beside');
    await mkdir(path.join(folder, 'named/kernels/empty'));
    const names = await create(python).names(['ir', 'mine', 'beside', 'python3']);
    expect([...(names ?? [])]).toEqual(expect.arrayContaining(['ir', 'mine', 'beside', 'python3']));
    expect(names?.has('empty')).toBe(false);
    expect(await asked()).toBe('');
  });

  it('asks Jupyter, once, for what lies elsewhere', async () => {
    const kernels = create(await addPython('{"kernelspecs": {"conda-R": {}}}'));
    expect((await kernels.names(['conda-r']))?.has('conda-r')).toBe(true);
    expect((await kernels.names(['none']))?.has('none')).toBe(false);
    expect((await asked()).trim()).toBe('-m jupyter kernelspec list --json');
  });

  it.each([['no JSON'], ['[]']])('cannot tell when Jupyter says %s', async says => {
    expect(await create(await addPython(says)).names(['none'])).toBeNull();
  });

  it('cannot tell without a Python', async () => {
    expect(await create(path.join(folder, 'nowhere')).names(['none'])).toBeNull();
  });
});
