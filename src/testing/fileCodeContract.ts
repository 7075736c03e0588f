import type { IFileCode } from '../core/run/languages/language';

/** What runs code of a language: our requests to a kernel. */
export interface IFileCodeKernel {
  /** Run code. @throws {Error} when it fails */
  run(code: string): Promise<unknown>;
  /** Run code that answers between marks. */
  ask(code: (mark: string) => string): Promise<Buffer>;
}

const MARK = 'CC0123456789abcdef';
const NASTY = 'a \'b" ü $HOME `id` * \\ ☃';
const BYTES = Buffer.from([0x1f, 0x8b, ...Array(256).keys()]);

/** What the file code of every language must do in a real kernel. */
export function fileCodeContract(
  name: string,
  get: () => { code: IFileCode; kernel: IFileCodeKernel }
): void {
  describe(`files of ${name} kernels`, () => {
    it('never holds a mark as a whole', () => {
      const { code } = get();
      const codes = [
        code.open(MARK),
        code.workingFolder(MARK),
        code.list('/x', MARK),
        code.read('/x', 0, 9, MARK)
      ];
      expect(codes.filter(each => each.includes(MARK))).toEqual([]);
    });

    it('writes, lists, reads and removes files of any name and content', async () => {
      const { code, kernel } = get();
      const ask = async (make: (mark: string) => string) => (await kernel.ask(make)).toString();
      const write = (path: string, bytes: Buffer, isFirst: boolean) =>
        kernel.run(code.write(path, bytes.toString('base64'), isFirst));
      const before = await ask(mark => code.workingFolder(mark));
      const folder = await ask(mark => code.open(mark));
      expect([before[0], folder[0]]).toEqual(['/', '/']);
      expect(await ask(mark => code.open(mark))).not.toBe(folder);
      expect(await ask(mark => code.list(folder, mark))).toBe('');

      const file = `${folder}/deep/${NASTY}/file ü`;
      await write(file, Buffer.from('left over'), true);
      await write(file, BYTES, true);
      await write(file, BYTES, false);
      await write(`${folder}/.empty`, Buffer.alloc(0), true);
      await kernel.run(code.makeFolder(`${folder}/one/two`));
      await kernel.run(code.makeFolder(`${folder}/one/two`));
      const listed = await ask(mark => code.list(folder, mark));
      expect(listed.endsWith('\0')).toBe(true);
      expect(listed.split('\0').filter(Boolean).sort()).toEqual([
        '0\t.empty',
        `${2 * BYTES.length}\tdeep/${NASTY}/file ü`
      ]);

      const read = (path: string, offset: number, length: number) =>
        kernel.ask(mark => code.read(path, offset, length, mark));
      const whole = Buffer.concat([BYTES, BYTES]);
      expect((await read(file, 0, 10_000)).equals(whole)).toBe(true);
      expect((await read(file, 250, 20)).equals(whole.subarray(250, 270))).toBe(true);
      expect([...(await read(file, 10_000, 5))]).toEqual([]);
      expect([...(await read(`${folder}/.empty`, 0, 5))]).toEqual([]);
      expect([...(await read(`${folder}/none`, 0, 5))]).toEqual([]);
      expect([...(await read(`${file}/none`, 0, 5))]).toEqual([]);

      await kernel.run(code.remove(folder));
      expect([...(await read(file, 0, 5))]).toEqual([]);
    });

    it('brings a whole piece there and back', async () => {
      const { code, kernel } = get();
      // No more than text may be: Python sends larger pieces as buffers.
      const size = Math.min(code.pieceBytes, 256 * 1024);
      const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 31) % 251));
      const folder = (await kernel.ask(mark => code.open(mark))).toString();
      await kernel.run(code.write(`${folder}/f`, bytes.toString('base64'), true));
      const back = await kernel.ask(mark => code.read(`${folder}/f`, 0, size, mark));
      expect(back.equals(bytes)).toBe(true);
      await kernel.run(code.remove(folder));
    });

    it('fails where it cannot write', async () => {
      const { code, kernel } = get();
      await expect(kernel.run(code.write('/dev/null/none', 'YQ==', true))).rejects.toThrow();
    });
  });
}
