import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { linkDataset } from '../linkDataset';

const noLinks = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));

describe('linkDataset()', () => {
  let root: string;
  let folder: string;
  const dataset = (reference = '../shared/a.csv', name = 'datasets/deep/a.csv') => ({
    path: name,
    reference: { path: reference }
  });
  const inFolder = (name: string) => path.join(folder, name);

  beforeEach(async () => {
    root = await fs.mkdtemp(path.join(tmpdir(), 'datasets-'));
    folder = path.join(root, 'automation');
    await fs.mkdir(folder);
    await fs.mkdir(path.join(root, 'shared'));
    await fs.writeFile(path.join(root, 'shared', 'a.csv'), 'one');
    await fs.writeFile(path.join(root, 'shared', 'b.csv'), 'two');
  });

  afterEach(() => fs.rm(root, { recursive: true }));

  it('makes a relative link, and leaves a right one alone', async () => {
    await linkDataset(folder, dataset());
    expect(await fs.readlink(inFolder('datasets/deep/a.csv'))).toBe('../../../shared/a.csv');
    const before = await fs.lstat(inFolder('datasets/deep/a.csv'));
    await linkDataset(folder, dataset());
    expect((await fs.lstat(inFolder('datasets/deep/a.csv'))).ino).toBe(before.ino);
  });

  it('turns a link that points elsewhere, a broken one too', async () => {
    await linkDataset(folder, dataset());
    await linkDataset(folder, dataset('../shared/b.csv'));
    expect(await fs.readFile(inFolder('datasets/deep/a.csv'), 'utf8')).toBe('two');
    await fs.rm(path.join(root, 'shared', 'b.csv'));
    await linkDataset(folder, dataset());
    expect(await fs.readFile(inFolder('datasets/deep/a.csv'), 'utf8')).toBe('one');
  });

  it('never touches what an author put there', async () => {
    await fs.mkdir(inFolder('datasets/deep'), { recursive: true });
    await fs.writeFile(inFolder('datasets/deep/a.csv'), 'mine');
    await expect(linkDataset(folder, dataset())).rejects.toMatchObject({
      code: 'dataset-conflict'
    });
    expect(await fs.readFile(inFolder('datasets/deep/a.csv'), 'utf8')).toBe('mine');
  });

  it('looks in the folder of the automation, whatever lies in that of the process', async () => {
    // The process works in a folder that has this file.
    expect((await fs.stat('package.json')).isFile()).toBe(true);
    await linkDataset(folder, dataset('../shared/a.csv', 'package.json'));
    expect(await fs.readFile(inFolder('package.json'), 'utf8')).toBe('one');
  });

  it('makes a folder for runs to come, and no other', async () => {
    await linkDataset(folder, dataset('../other/runs', 'datasets/runs'));
    expect((await fs.stat(path.join(root, 'other', 'runs'))).isDirectory()).toBe(true);
    await expect(linkDataset(folder, dataset('../nowhere.csv'))).rejects.toMatchObject({
      code: 'dataset-reference'
    });
    await fs.symlink('nowhere', path.join(root, 'broken'));
    await expect(linkDataset(folder, dataset('../broken'))).rejects.toMatchObject({
      code: 'dataset-link'
    });
  });

  it('keeps a copy up to date where links are impossible, and leaves an edited one alone', async () => {
    await linkDataset(folder, dataset(), noLinks);
    expect((await fs.lstat(inFolder('datasets/deep/a.csv'))).isSymbolicLink()).toBe(false);
    await fs.writeFile(path.join(root, 'shared', 'a.csv'), 'newer');
    await linkDataset(folder, dataset(), noLinks);
    expect(await fs.readFile(inFolder('datasets/deep/a.csv'), 'utf8')).toBe('newer');
    await fs.writeFile(inFolder('datasets/deep/a.csv'), 'mine');
    await expect(linkDataset(folder, dataset(), noLinks)).rejects.toMatchObject({
      code: 'dataset-conflict'
    });
  });

  it('refuses a place outside of the automation, also through a link', async () => {
    await fs.symlink(root, inFolder('out'));
    for (const name of ['../a.csv', 'out/a.csv']) {
      await expect(linkDataset(folder, dataset(undefined, name))).rejects.toMatchObject({
        code: 'path-outside'
      });
    }
  });
});
