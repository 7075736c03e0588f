import {
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  mkdir,
  writeFile,
  utimes
} from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { resolveInside } from '../containedPath';
import { HandTurnedClock } from '../../../testing/handTurnedClock';
import { createId, readUploadLimits, Uploads, UPLOAD_LIMITS } from '../uploads';

describe('Uploads', () => {
  let folder: string;
  let uploads: Uploads;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'uploads-'));
    uploads = new Uploads(path.join(folder, 'store'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function* send(...files: [string, string][]) {
    for (const [filename, text] of files) {
      yield { filename, file: Readable.from([text]) };
    }
  }

  it('keeps names and bytes with each other', async () => {
    const uri = await uploads.save(send(['b.txt', 'B'], ['ä ö.csv', 'A']), 'ana');
    expect(uri).toMatch(/^\/f\/[a-z0-9]{32}$/);
    const files = await uploads.files(uri, 'ana');
    expect(files.map(({ name }) => name)).toEqual(['b.txt', 'ä ö.csv']);
    expect(await readFile(files[1].path, 'utf-8')).toBe('A');
  });

  it('places them under the pattern of the variable', async () => {
    const uri = await uploads.save(send(['b.txt', 'B'], ['a.CSV', 'A']), 'ana');
    await uploads.place(uri, path.join(folder, 'input'), 'data/file-{index}{suffix}');
    expect((await readdir(path.join(folder, 'input/data'))).sort()).toEqual([
      'file-0.txt',
      'file-1.CSV'
    ]);
  });

  it('removes every hour what nobody used, also when nothing new comes', async () => {
    const clock = new HandTurnedClock(Date.now());
    const waits = async () => {
      while (!clock.timerCount) {
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    const uri = await uploads.save(send(['b.txt', 'B']), 'ana');
    const errors: unknown[] = [];
    const cleaning = uploads.keepClean(clock, error => errors.push(error));
    await waits();
    clock.turn(60 * 60 * 1000);
    await waits();
    expect(await uploads.files(uri, 'ana')).toHaveLength(1);
    for (let hour = 2; hour <= 25; hour += 1) {
      clock.turn(60 * 60 * 1000);
      await waits();
    }
    await expect(uploads.files(uri, 'ana')).rejects.toMatchObject({ code: 'upload-unknown' });
    cleaning.dispose();
    expect(clock.timerCount).toBe(0);
    expect(errors).toEqual([]);
  });

  it('has the limits that the environment sets', () => {
    expect(readUploadLimits({})).toEqual({});
    expect(
      readUploadLimits({
        CROSSCOMPUTE_MAXIMUM_UPLOAD_MEBIBYTES: '2',
        CROSSCOMPUTE_MAXIMUM_UPLOAD_FILES: '3',
        CROSSCOMPUTE_KEEP_UPLOADS_HOURS: '1'
      })
    ).toEqual({ maxFileBytes: 2 * 1024 ** 2, maxFiles: 3, keepMs: 3_600_000 });
    for (const text of ['0', '-1', '1.5', 'many', '1000001']) {
      expect(() => readUploadLimits({ CROSSCOMPUTE_MAXIMUM_UPLOAD_FILES: text })).toThrow(
        'CROSSCOMPUTE_MAXIMUM_UPLOAD_FILES is a whole number'
      );
    }
  });

  it('makes no path of a name from outside', async () => {
    const uri = await uploads.save(send(['../../evil.x/../y', 'E']), 'ana');
    await uploads.place(uri, path.join(folder, 'input'), 'f{suffix}');
    expect(await readdir(path.join(folder, 'input'))).toEqual(['f']);
  });

  it('accepts one file only where the pattern counts none', async () => {
    const uri = await uploads.save(send(['a', 'A'], ['b', 'B']), 'ana');
    await expect(uploads.place(uri, path.join(folder, 'input'), 'x.txt')).rejects.toMatchObject({
      code: 'upload-count'
    });
  });

  it('shows files to who sent them alone', async () => {
    const uri = await uploads.save(send(['a', 'A']), 'ana');
    await expect(uploads.files(uri, 'bob')).rejects.toMatchObject({ status: 404 });
  });

  it.each(['/f/../../etc/passwd', '/f/', 'http://x/f/a', '/f/' + 'a'.repeat(31) + '/'])(
    'knows nothing at %s',
    async uri => {
      await expect(uploads.files(uri, null)).rejects.toMatchObject({ status: 404 });
    }
  );

  it('leaves nothing behind of an upload that is too large, too many, or empty', async () => {
    const truncated = Object.assign(Readable.from(['x']), { truncated: true });
    async function* large() {
      yield { filename: 'a', file: truncated };
    }
    await expect(uploads.save(large(), 'ana')).rejects.toMatchObject({ status: 413 });
    const many = Array.from(
      { length: UPLOAD_LIMITS.maxFiles + 1 },
      () => ['a', ''] as [string, string]
    );
    await expect(uploads.save(send(...many), 'ana')).rejects.toMatchObject({ status: 413 });
    await expect(uploads.save(send(), 'ana')).rejects.toMatchObject({ code: 'upload-empty' });
    expect(await readdir(path.join(folder, 'store'))).toEqual([]);
  });

  it('removes what nobody used for a day', async () => {
    const old = await uploads.save(send(['a', 'A']), 'ana');
    const fresh = await uploads.save(send(['a', 'A']), 'ana');
    const now = Date.now();
    const before = (now - UPLOAD_LIMITS.keepMs) / 1000 - 10;
    await utimes(path.join(folder, 'store', old.slice(3)), before, before);
    await uploads.clean(now);
    expect(await readdir(path.join(folder, 'store'))).toEqual([fresh.slice(3)]);
  });
});

describe('createId()', () => {
  it('makes 32 letters and digits, another each time', () => {
    const ids = new Set(Array.from({ length: 100 }, createId));
    expect(ids.size).toBe(100);
    ids.forEach(id => expect(id).toMatch(/^[a-z0-9]{32}$/));
  });
});

describe('resolveInside()', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'inside-'));
    await mkdir(path.join(folder, 'in/deep'), { recursive: true });
    await writeFile(path.join(folder, 'secret'), '');
    await symlink(folder, path.join(folder, 'in/link'));
    await symlink('deep', path.join(folder, 'in/own'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it.each(['..', '../secret', 'a/../../secret', '/etc/passwd', 'link/secret', 'link', 'a\0b'])(
    'refuses %j',
    async relative => {
      await expect(resolveInside(path.join(folder, 'in'), relative)).rejects.toMatchObject({
        code: 'path-outside'
      });
    }
  );

  it.each(['.', 'deep', 'own/new.txt', 'not/yet/there', 'a/../deep'])(
    'accepts %j',
    async relative => {
      const inside = path.join(folder, 'in');
      expect(await resolveInside(inside, relative)).toBe(path.join(inside, relative));
    }
  );
});
