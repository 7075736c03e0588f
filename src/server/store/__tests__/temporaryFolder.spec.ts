import { spawnSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createLog } from '../../log';
import { draftPath, removeAbandonedDrafts } from '../atomicWrite';
import {
  makeTemporaryFolder,
  removeAbandonedFolders,
  removeTemporaryFolder
} from '../temporaryFolder';

/** Of a process that was there and is gone. */
const DEAD = spawnSync(process.execPath, ['-e', '']).pid;

describe('temporary folders', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'temporary-'));
    // Specs have an environment of their own, which the system does not look into.
    jest.spyOn(jest.requireActual<typeof os>('node:os'), 'tmpdir').mockReturnValue(folder);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('are removed when their process is gone, and only these', async () => {
    const own = await makeTemporaryFolder('own');
    const dead = await makeTemporaryFolder('dead');
    const elsewhere = await makeTemporaryFolder('elsewhere');
    const write = (target: string, owner: object) =>
      fs.writeFile(path.join(target, '.owner.json'), JSON.stringify(owner));
    await write(dead, { pid: DEAD, host: os.hostname() });
    await write(elsewhere, { pid: DEAD, host: 'elsewhere.example' });
    const foreign = path.join(folder, 'crosscompute-foreign');
    await fs.mkdir(foreign);
    const asked: string[] = [];
    await removeAbandonedFolders(createLog('silent'), async target => void asked.push(target));
    expect(asked).toEqual([dead]);
    const names = await fs.readdir(folder);
    expect(names.sort()).toEqual([own, elsewhere, foreign].map(each => path.basename(each)).sort());
  });

  it('say whose they are until all else is gone', async () => {
    const half = await makeTemporaryFolder('half');
    await fs.mkdir(path.join(half, 'share'));
    jest.spyOn(fs, 'rm').mockRejectedValueOnce(new Error('killed in the middle'));
    await expect(removeTemporaryFolder(half)).rejects.toThrow('killed in the middle');
    expect(await fs.readdir(half)).toEqual(['.owner.json', 'share']);
    await removeTemporaryFolder(half);
    expect(await fs.readdir(folder)).toEqual([]);
    await expect(removeTemporaryFolder(half)).resolves.toBeUndefined();
  });

  it('drafts of killed processes are removed at any depth, and nothing else', async () => {
    await fs.mkdir(path.join(folder, 'deep'));
    const own = draftPath(path.join(folder, 'deep/run.json'));
    const dead = own.replace(`-${process.pid}-`, `-${DEAD}-`);
    const other = path.join(folder, 'my.draft');
    for (const file of [own, dead, other]) {
      await fs.writeFile(file, '');
    }
    const elsewhere = dead.replace(/\.[0-9a-f]{8}-/, '.00000000-');
    await fs.writeFile(elsewhere, '');
    await removeAbandonedDrafts(folder, false);
    await expect(fs.stat(dead)).resolves.toBeDefined();
    await removeAbandonedDrafts(folder);
    expect((await fs.readdir(folder, { recursive: true })).sort()).toEqual(
      ['deep', path.relative(folder, own), path.relative(folder, elsewhere), 'my.draft'].sort()
    );
    await expect(removeAbandonedDrafts(path.join(folder, 'none'))).resolves.toBeUndefined();
  });
});
