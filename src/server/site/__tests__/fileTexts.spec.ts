import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FileTexts } from '../fileTexts';

describe('FileTexts', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'texts-'));
    file = path.join(folder, 'x.txt');
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await fs.rm(folder, { recursive: true });
  });

  /** Write a file as if that was some time ago. */
  async function writeOld(text: string | Buffer, target = file): Promise<void> {
    await fs.writeFile(target, text);
    await fs.utimes(target, 1000, 1000);
  }

  it('reads a file once while it is the same', async () => {
    await writeOld('one');
    const texts = new FileTexts();
    const readFile = jest.spyOn(fs, 'readFile');
    const [first, second] = await Promise.all([texts.read(file), texts.read(file)]);
    expect(first).toEqual({ text: 'one', size: 3 });
    expect(second).toBe(first);
    expect(await texts.read(file)).toBe(first);
    expect(readFile).toHaveBeenCalledTimes(1);
  });

  it('reads it again when another file of the same size and time takes its place', async () => {
    await writeOld('one');
    const texts = new FileTexts();
    await texts.read(file);
    const other = path.join(folder, 'other');
    await writeOld('two', other);
    await fs.rename(other, file);
    expect((await texts.read(file))?.text).toBe('two');
  });

  it('does not trust the time of a file that was changed just now', async () => {
    await fs.writeFile(file, 'one');
    const texts = new FileTexts();
    await texts.read(file);
    const { atime, mtime } = await fs.stat(file);
    await fs.writeFile(file, 'two');
    await fs.utimes(file, atime, mtime);
    expect((await texts.read(file))?.text).toBe('two');
  });

  it('reads again what changed while it was read', async () => {
    await writeOld('half');
    const { readFile } = fs;
    let readings = 0;
    jest.spyOn(fs, 'readFile').mockImplementation(async (...given) => {
      const bytes = await readFile(...given);
      readings += 1;
      if (readings === 1) {
        await writeOld('the whole');
      }
      return bytes;
    });
    expect((await new FileTexts().read(file))?.text).toBe('the whole');
    expect(readings).toBe(2);
  });

  it('says what is no text, and what is not there', async () => {
    await writeOld(Buffer.from([0xff, 0xfe, 0x00]));
    const texts = new FileTexts();
    expect(await texts.read(file)).toEqual({ text: null, size: 3 });
    await fs.rm(file);
    expect(await texts.read(file)).toBeNull();
  });

  it('keeps no more than it may, and first what was used last', async () => {
    const texts = new FileTexts(7);
    const names = ['a', 'b', 'c'].map(name => path.join(folder, name));
    await Promise.all(names.map(name => writeOld('123', name)));
    const [a] = [await texts.read(names[0]), await texts.read(names[1])];
    expect(await texts.read(names[0])).toBe(a);
    await texts.read(names[2]);
    const readFile = jest.spyOn(fs, 'readFile');
    expect(await texts.read(names[0])).toBe(a);
    expect(readFile).not.toHaveBeenCalled();
    await texts.read(names[1]);
    expect(readFile).toHaveBeenCalledTimes(1);
  });
});
