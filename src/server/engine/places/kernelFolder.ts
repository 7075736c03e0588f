import { randomUUID } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { IFileCode } from '../../../core/run/languages/language';
import type { KernelCalls } from './kernelCalls';
import { KernelCallError } from './kernelCalls';
import type { IPlaceFile, IPlaceFolder } from './placeFolder';

/** A folder in a kernel's own file system, reached through the kernel alone. */
export class KernelFolder implements IPlaceFolder {
  private constructor(
    readonly path: string,
    private readonly _calls: KernelCalls,
    private readonly _code: IFileCode,
    /** Id of the comm that takes buffers; null where there is none. */
    private readonly _comm: string | null
  ) {}

  /** Make a folder for a run. @throws {KernelCallError} */
  static async open(calls: KernelCalls, code: IFileCode): Promise<KernelFolder> {
    const path = (await calls.ask(mark => code.open(mark))).toString();
    return new KernelFolder(path, calls, code, await openComm(calls, code));
  }

  get limitBytes(): number | null {
    return this._code.limitBytes;
  }

  async makeFolder(path: string): Promise<void> {
    await this._calls.run(this._code.makeFolder(`${this.path}/${path}`));
  }

  async send(source: string, path: string): Promise<void> {
    const target = `${this.path}/${path}`;
    const file = await open(source, 'r');
    try {
      let isFirst = true;
      for await (const piece of readPieces(file, this._code.pieceBytes)) {
        await this._write(target, piece, isFirst);
        isFirst = false;
      }
      if (isFirst) {
        await this._write(target, new Uint8Array(0), true);
      }
    } finally {
      await file.close();
    }
  }

  list(path: string): Promise<IPlaceFile[]> {
    return listFiles(this._calls, this._code, this.path, path);
  }

  async receive({ path, size }: IPlaceFile, target: string): Promise<void> {
    const file = await open(target, 'wx');
    try {
      for (let offset = 0; offset < size;) {
        const length = Math.min(this._code.pieceBytes, size - offset);
        const piece = await this._read(`${this.path}/${path}`, offset, length);
        if (!piece.length) {
          throw new KernelCallError(`"${path}" became shorter while it was fetched.`);
        }
        await file.writeFile(piece);
        offset += piece.length;
      }
    } finally {
      await file.close();
    }
  }

  async remove({ isKernelFree }: { isKernelFree: boolean }): Promise<void> {
    if (!isKernelFree) {
      return;
    }
    await this._calls.run(this._code.remove(this.path));
  }

  private async _write(path: string, piece: Uint8Array, isFirst: boolean): Promise<void> {
    if (this._comm !== null) {
      const content = { comm_id: this._comm, data: { path, isFirst } };
      await this._calls.sendComm('comm_msg', content, [piece]);
    } else {
      const text = Buffer.from(piece).toString('base64');
      await this._calls.run(this._code.write(path, text, isFirst));
    }
  }

  private async _read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const { comm } = this._code;
    if (this._comm !== null && comm) {
      const { buffers } = await this._calls.run(comm.read(path, offset, length));
      return buffers[0] ?? new Uint8Array(0);
    }
    return this._calls.ask(mark => this._code.read(path, offset, length, mark));
  }
}

/** All regular files below a part of a folder, as a kernel sees them. */
export async function listFiles(
  calls: KernelCalls,
  code: IFileCode,
  folder: string,
  path: string
): Promise<IPlaceFile[]> {
  const lines = (await calls.ask(mark => code.list(`${folder}/${path}`, mark))).toString();
  return lines
    .split('\0')
    .map(line => /^(\d+)\t([^]+)$/.exec(line))
    .flatMap(match => (match ? [{ size: Number(match[1]), path: `${path}/${match[2]}` }] : []));
}

/** @returns the id of a comm for files; null for a kernel without comms */
async function openComm(calls: KernelCalls, code: IFileCode): Promise<string | null> {
  if (!code.comm) {
    return null;
  }
  const target = `crosscompute-${randomUUID()}`;
  try {
    await calls.run(code.comm.listen(target));
  } catch (error) {
    if (error instanceof KernelCallError) {
      return null;
    }
    throw error;
  }
  const id = randomUUID();
  await calls.sendComm('comm_open', { comm_id: id, target_name: target, data: {} });
  return id;
}

async function* readPieces(file: FileHandle, bytes: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = new Uint8Array(bytes);
    const { bytesRead } = await file.read(piece, 0, bytes, null);
    if (!bytesRead) {
      return;
    }
    // The library sends the whole memory behind a view.
    yield piece.slice(0, bytesRead);
  }
}
