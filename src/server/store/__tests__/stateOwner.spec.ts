import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { claimState, isAlive } from '../stateOwner';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('a state folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'owner-'));
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  const writeOwner = (more: object) =>
    fs.writeFile(
      path.join(folder, 'owner.json'),
      JSON.stringify({ pid: process.pid, host: os.hostname(), ...more })
    );

  it('belongs to who claimed it first, until it is given back', async () => {
    const first = await claimState(folder);
    expect(first.isOurs).toBe(true);
    expect(await claimState(folder)).toMatchObject({ isOurs: false, pid: process.pid });
    await first.release();
    const next = await claimState(folder);
    expect(next.isOurs).toBe(true);
    await next.release();
  });

  onLinux('is taken over when the number of its process is that of a younger one', async () => {
    await writeOwner({ born: '1' });
    expect((await claimState(folder)).isOurs).toBe(true);
  });

  it('is left to a process whose begin is not known', async () => {
    await writeOwner({});
    expect((await claimState(folder)).isOurs).toBe(false);
  });

  onLinux(
    'is taken over from a process that ended, though its parent never asked how',
    async () => {
      // The shell becomes a program that knows nothing of its child.
      const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore']
      });
      try {
        const pid = Number(String((await once(parent.stdout, 'data'))[0]));
        expect(isAlive(pid)).toBe(true);
        await writeOwner({ pid });
        process.kill(pid, 'SIGKILL');
        while (isAlive(pid)) {
          await new Promise(resolve => setImmediate(resolve));
        }
        expect((await claimState(folder)).isOurs).toBe(true);
      } finally {
        parent.kill('SIGKILL');
      }
    }
  );
});
