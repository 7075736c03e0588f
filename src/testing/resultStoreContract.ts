import { createHash, randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { IResultStore } from '../server/store/resultStore';

/** Digest of bytes as stores name them. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/**
 * What every store of results does.
 *
 * @param create - makes an empty one, in an empty folder that is the test's
 * @param damage - replaces a stored content by other bytes
 */
export function resultStoreContract(
  name: string,
  create: (folder: string) => Promise<IResultStore>,
  damage: (store: IResultStore, digest: string, content: string) => Promise<void>
): void {
  describe(`${name} as a store of results`, () => {
    let folder: string;
    let store: IResultStore;
    beforeEach(async () => {
      folder = await fs.mkdtemp(path.join(tmpdir(), 'results-'));
      store = await create(folder);
    });
    afterEach(() => fs.rm(folder, { recursive: true, force: true }));

    const write = async (content: string | Uint8Array) => {
      const file = path.join(folder, 'größe one.txt');
      await fs.writeFile(file, content);
      return file;
    };
    const digests = async () => {
      const all: string[] = [];
      for await (const { digest } of store.list()) {
        all.push(digest);
      }
      return all;
    };

    it.each([
      ['an empty file', ''],
      ['text', 'grüße\n'],
      ['many chunks of bytes', randomBytes(3_000_000)]
    ])('gives back %s', async (_, content) => {
      const digest = digestOf(content);
      expect(await store.has(digest)).toBe(false);
      const bytes = Buffer.from(content).length;
      expect(await store.put(await write(content))).toEqual({ digest, bytes });
      expect(await store.has(digest)).toBe(true);
      const target = path.join(folder, 'deep/er/report.txt');
      await store.get(digest, target);
      expect((await fs.readFile(target)).equals(Buffer.from(content))).toBe(true);
      // Scripts of the next run write it anew.
      await fs.appendFile(target, 'more');
      await store.get(digest, target);
      expect(digestOf(await fs.readFile(target))).toBe(digest);
      expect(await fs.readdir(path.dirname(target))).toEqual(['report.txt']);
    });

    it('stores equal contents once, however often at once', async () => {
      const file = await write('same');
      await Promise.all([1, 2, 3].map(() => store.put(file)));
      await store.put(file);
      expect(await digests()).toEqual([digestOf('same')]);
    });

    it('lists what it holds, with sizes and times, and forgets', async () => {
      expect(await digests()).toEqual([]);
      const contents = ['one', 'three'];
      for (const content of contents) {
        await store.put(await write(content));
      }
      for await (const { digest, bytes, storedMs } of store.list()) {
        const content = contents.find(each => digestOf(each) === digest);
        expect(bytes).toBe(content?.length);
        expect(new Date(storedMs).getUTCFullYear()).toBe(new Date().getUTCFullYear());
      }
      await store.remove(digestOf('one'));
      await store.remove(digestOf('one'));
      expect(await digests()).toEqual([digestOf('three')]);
      expect(await store.has(digestOf('one'))).toBe(false);
    });

    it('says that a content is absent, and leaves nothing', async () => {
      const target = path.join(folder, 'out', 'report.txt');
      await expect(store.get(digestOf('never'), target)).rejects.toMatchObject({ code: 'absent' });
      expect(await fs.readdir(path.dirname(target))).toEqual([]);
    });

    it('never gives out what is not what its digest says', async () => {
      const { digest } = await store.put(await write('good'));
      await damage(store, digest, 'evil');
      const target = path.join(folder, 'out', 'report.txt');
      await fs.mkdir(path.dirname(target));
      await fs.writeFile(target, 'before');
      await expect(store.get(digest, target)).rejects.toMatchObject({ code: 'damaged' });
      expect(await fs.readFile(target, 'utf-8')).toBe('before');
      expect(await fs.readdir(path.dirname(target))).toEqual(['report.txt']);
    });

    it.each(['sha256:../../../etc/passwd', 'sha256:ABC', ''])('refuses "%s"', async digest => {
      await expect(async () => store.has(digest)).rejects.toThrow(RangeError);
      await expect(async () => store.get(digest, path.join(folder, 'x'))).rejects.toThrow(
        RangeError
      );
      await expect(async () => store.remove(digest)).rejects.toThrow(RangeError);
    });

    it('leaves nothing when there is nothing to store', async () => {
      await expect(store.put(path.join(folder, 'none'))).rejects.toThrow();
      expect(await digests()).toEqual([]);
    });
  });
}
