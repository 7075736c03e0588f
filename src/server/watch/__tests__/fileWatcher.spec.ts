import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { createLog } from '../../log';
import { FileWatcher, FolderWatcher } from '../fileWatcher';

/** Gathers what a watcher tells, and waits for a path among it. */
class Heard {
  readonly paths = new Set<string>();

  readonly add = (paths: ReadonlySet<string>): void => {
    paths.forEach(changed => this.paths.add(changed));
    this._listeners.forEach(listener => listener());
  };

  /** Repeat a change until it is told: a watcher that has just begun may miss the first. */
  async until(file: string, change: () => Promise<void>): Promise<void> {
    while (!this.paths.has(file)) {
      const told = new Promise<void>(resolve => this._listeners.push(resolve));
      await change();
      await Promise.race([told, new Promise(resolve => setImmediate(resolve))]);
    }
  }

  private readonly _listeners: (() => void)[] = [];
}

describe('watching', () => {
  let folder: string;
  let heard: Heard;
  const log = createLog('silent');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'watch-'));
    heard = new Heard();
  });

  afterEach(() => rm(folder, { recursive: true }));

  describe('FileWatcher', () => {
    let watcher: FileWatcher;

    beforeEach(() => {
      watcher = new FileWatcher(heard.add, log);
    });

    afterEach(() => watcher.close());

    it('tells of a file that is written in place, renamed over, deleted and made anew', async () => {
      const file = path.join(folder, 'automate.yaml');
      await writeFile(file, 'a');
      watcher.watchFiles([file]);
      let count = 0;
      await heard.until(file, () => writeFile(file, `b${(count += 1)}`));
      heard.paths.clear();
      await heard.until(file, async () => {
        await writeFile(`${file}.new`, `c${(count += 1)}`);
        await rename(`${file}.new`, file);
      });
      heard.paths.clear();
      await heard.until(file, async () => {
        await rm(file);
        await writeFile(file, `d${(count += 1)}`);
      });
    });

    it('tells of a file that did not exist, and not of its neighbours', async () => {
      const file = path.join(folder, 'later.csv');
      const neighbour = path.join(folder, 'neighbour.csv');
      watcher.watchFiles([file]);
      let count = 0;
      await heard.until(file, async () => {
        await writeFile(neighbour, `${(count += 1)}`);
        await writeFile(file, `${count}`);
      });
      expect([...heard.paths]).toEqual([file]);
    });

    it('tells when a missing folder comes, and of its file once it is asked again', async () => {
      const file = path.join(folder, 'soup/deep/automate.yaml');
      watcher.watchFiles([file]);
      await watcher.ready;
      await mkdir(path.dirname(file), { recursive: true });
      await heard.until(path.join(folder, 'soup'), () => Promise.resolve());
      watcher.watchFiles([file]);
      let count = 0;
      await heard.until(file, () => writeFile(file, `${(count += 1)}`));
    });

    it('follows when the set of files is another', async () => {
      const [first, second] = ['a/x.md', 'b/y.md'].map(name => path.join(folder, name));
      await mkdir(path.dirname(first));
      await mkdir(path.dirname(second));
      await writeFile(first, '');
      await writeFile(second, '');
      watcher.watchFiles([first]);
      let count = 0;
      await heard.until(first, () => writeFile(first, `${(count += 1)}`));
      watcher.watchFiles([second]);
      await heard.until(second, () => writeFile(second, `${(count += 1)}`));
    });
  });

  describe('FolderWatcher', () => {
    it('tells of files at any depth, of no drafts, and of folders that come later', async () => {
      const later = path.join(folder, 'output');
      const watcher = new FolderWatcher([later], heard.add, log);
      const file = path.join(later, 'deep/chart.png');
      await mkdir(path.dirname(file), { recursive: true });
      watcher.refresh();
      let count = 0;
      await heard.until(file, async () => {
        await writeFile(path.join(later, 'deep/.hidden'), `${(count += 1)}`);
        await writeFile(path.join(later, 'deep/x.tmp'), `${count}`);
        await writeFile(file, `${count}`);
      });
      expect([...heard.paths].filter(name => /hidden|tmp$/.test(name))).toEqual([]);
      await watcher.close();
    });
  });
});
