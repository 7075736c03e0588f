import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { writeAtomically } from '../atomicWrite';
import { BlobStore, digestFile } from '../blobs';
import { isDiskFull, keepReserve, releaseReserve } from '../diskReserve';
import { runFolderOf } from '../history';
import { isSigned, loadServerKey, sign } from '../serverKey';
import { ensureStateFolder } from '../stateFolder';

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'store-'));
});
afterEach(() => fs.rm(folder, { recursive: true }));

describe('writeAtomically()', () => {
  it('replaces a file as a whole and makes missing folders', async () => {
    const file = path.join(folder, 'a/b/größe.txt');
    await writeAtomically(file, 'one');
    await writeAtomically(file, 'two', { isDurable: true });
    expect(await fs.readFile(file, 'utf-8')).toBe('two');
    expect(await fs.readdir(path.dirname(file))).toEqual(['größe.txt']);
  });

  it('replaces a link rather than what it points to', async () => {
    const target = path.join(folder, 'target');
    await fs.writeFile(target, 'mine');
    await fs.symlink(target, path.join(folder, 'link'));
    await writeAtomically(path.join(folder, 'link'), 'ours');
    expect(await fs.readFile(target, 'utf-8')).toBe('mine');
  });

  it('leaves no draft when it fails', async () => {
    await fs.mkdir(path.join(folder, 'taken/x'), { recursive: true });
    await expect(writeAtomically(path.join(folder, 'taken'), 'x')).rejects.toThrow();
    expect(await fs.readdir(folder)).toEqual(['taken']);
  });
});

describe('BlobStore', () => {
  it('stores a content once, read-only, under its digest', async () => {
    const blobs = new BlobStore(folder);
    const file = path.join(folder, 'report.txt');
    await fs.writeFile(file, 'hello\n');
    const digest = 'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
    expect(await blobs.has(digest)).toBe(false);
    const [first, second] = await Promise.all([blobs.putFile(file), blobs.put('hello\n')]);
    expect(first).toEqual({ digest, bytes: 6 });
    expect(second).toEqual(first);
    expect(await blobs.has(digest)).toBe(true);
    expect(blobs.path(digest)).toBe(
      path.join(folder, '.crosscompute/blobs/sha256/58', digest.slice('sha256:58'.length))
    );
    expect((await fs.stat(blobs.path(digest))).mode & 0o777).toBe(0o444);
    await fs.writeFile(file, 'changed');
    expect(String(await blobs.read(digest))).toBe('hello\n');
    expect(await fs.readdir(path.join(folder, '.crosscompute/blobs/drafts'))).toEqual([]);
  });

  it('stores an empty file and one of many chunks', async () => {
    const blobs = new BlobStore(folder);
    const { digest } = await blobs.put('');
    expect(digest).toMatch(/^sha256:e3b0c44298fc1c14/);
    const large = path.join(folder, 'large');
    await fs.writeFile(large, Buffer.alloc(5_000_000, 'x'));
    expect(await blobs.putFile(large)).toEqual(await digestFile(large));
  });

  it.each(['sha256:../../../etc/passwd', 'sha256:ABC', '', 'md5:00'])('refuses "%s"', digest => {
    expect(() => new BlobStore(folder).path(digest)).toThrow(RangeError);
  });

  it('leaves nothing when there is nothing to store', async () => {
    const blobs = new BlobStore(folder);
    await expect(blobs.putFile(path.join(folder, 'none'))).rejects.toThrow();
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('removes drafts of a server that died, once they are a day old', async () => {
    const blobs = new BlobStore(folder);
    await blobs.clean(0);
    await blobs.put('x');
    const draft = path.join(folder, '.crosscompute/blobs/drafts/.blob.draft');
    await fs.writeFile(draft, 'half');
    await blobs.clean(Date.now());
    expect(await fs.readFile(draft, 'utf-8')).toBe('half');
    await blobs.clean(Date.now() + 25 * 60 * 60 * 1000);
    await expect(fs.stat(draft)).rejects.toThrow();
  });
});

describe('the state folder', () => {
  it('is ignored by git, and keeps what its owner made of that', async () => {
    const state = await ensureStateFolder(folder);
    const ignore = path.join(state, '.gitignore');
    expect(await fs.readFile(ignore, 'utf-8')).toMatch(/^\*$/m);
    await fs.writeFile(ignore, 'mine');
    await ensureStateFolder(folder);
    expect(await fs.readFile(ignore, 'utf-8')).toBe('mine');
  });

  it('has a home for ids of runs only', () => {
    expect(() => runFolderOf(folder, '../x')).toThrow(RangeError);
  });

  it('keeps a reserve and gives it back', async () => {
    await keepReserve(folder);
    await keepReserve(folder);
    const reserve = path.join(folder, '.crosscompute/reserve');
    expect((await fs.stat(reserve)).size).toBe(1024 * 1024);
    await releaseReserve(folder);
    await releaseReserve(folder);
    await expect(fs.stat(reserve)).rejects.toThrow();
    expect(isDiskFull(Object.assign(new Error(), { code: 'ENOSPC' }))).toBe(true);
    expect(isDiskFull(new Error('ENOSPC'))).toBe(false);
  });
});

describe('the key of a server', () => {
  it('is made once, and read by its owner only', async () => {
    const key = await loadServerKey(folder);
    expect(await loadServerKey(folder)).toEqual(key);
    expect((await fs.stat(path.join(folder, 'server.key'))).mode & 0o777).toBe(0o600);
    expect(await loadServerKey(null)).not.toEqual(key);
  });

  it('signs what it can recognise', async () => {
    const key = await loadServerKey(null);
    expect(isSigned(key, 'text', sign(key, 'text'))).toBe(true);
    expect(isSigned(key, 'other', sign(key, 'text'))).toBe(false);
    expect(isSigned(key, 'text', 'short')).toBe(false);
  });
});
