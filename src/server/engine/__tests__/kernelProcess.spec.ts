import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { until } from '../../../testing/jupyterServer';
import { endKernelsOf } from '../kernelProcess';

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('ends what was started with a folder, and nothing else', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kernels-of-'));
  const start = async (words: readonly string[], runtime: string) => {
    const code = `console.log(''); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['-e', code, ...words], {
      env: { ...process.env, JUPYTER_RUNTIME_DIR: runtime },
      stdio: ['ignore', 'pipe', 'inherit']
    });
    // Until then a child may still have the command of who started it.
    await once(child.stdout, 'data');
    return { child };
  };
  const byCommand = await start([path.join(folder, 'kernel-1.json')], '');
  // As a copy of Jupyter that is about to become a kernel.
  const byEnvironment = await start([], path.join(folder, 'runtime'));
  const other = await start([`${folder}-other/kernel-2.json`], `${folder}-other/runtime`);
  try {
    await endKernelsOf(folder);
    const isKilled = ({ child }: typeof byCommand) => child.signalCode === 'SIGKILL';
    await until('that of the command is killed', () => isKilled(byCommand));
    await until('that of the environment is killed', () => isKilled(byEnvironment));
    expect(other.child.exitCode ?? other.child.signalCode).toBeNull();
  } finally {
    [byCommand, byEnvironment, other].forEach(({ child }) => child.kill('SIGKILL'));
    await rm(folder, { recursive: true });
  }
});
