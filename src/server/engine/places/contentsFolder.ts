import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { ServerConnection } from '@jupyterlab/services';
import { isJsonObject } from '../../../core/json';
import { folderOf, joinPath } from '../../../core/path';
import type { IFileCode } from '../../../core/run/languages/language';
import { JupyterError, type JupyterClient } from '../jupyterClient';
import type { KernelCalls } from './kernelCalls';
import { listFiles } from './kernelFolder';
import type { IPlaceFile, IPlaceFolder } from './placeFolder';

/** Bytes of one request; a third more travels, as it is base64 in JSON. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Where folders of runs lie below the root folder of a Jupyter server. */
const PARENT = 'crosscompute-runs';

/** The kernel of a run, for what its server does not do. */
export interface IFolderKernel {
  calls: KernelCalls;
  code: IFileCode;
}

/** A folder of a remote Jupyter server, reached through its Contents API. */
export class ContentsFolder implements IPlaceFolder {
  private constructor(
    private readonly _client: JupyterClient,
    private readonly _kernel: IFolderKernel,
    /** Relative to the root folder of the server; kernels that start there work in it. */
    readonly relative: string
  ) {}

  /**
   * Make a folder for a run.
   *
   * @returns null where the server has no Contents API
   * @throws {JupyterError}
   */
  static async open(client: JupyterClient, kernel: IFolderKernel): Promise<ContentsFolder | null> {
    const folder = new ContentsFolder(
      client,
      kernel,
      `${PARENT}/${randomBytes(12).toString('hex')}`
    );
    const answer = await folder._ask('GET', '', '?content=0');
    if (answer.status === 404 || answer.status === 403) {
      return null;
    }
    await requireOk(answer);
    await folder._makeFolders(folder.relative);
    return folder;
  }

  readonly limitBytes = null;

  /** Set once a kernel has told where the root folder of the server is. */
  path = '';

  makeFolder(path: string): Promise<void> {
    return this._makeFolders(joinPath(this.relative, path));
  }

  async send(source: string, path: string): Promise<void> {
    const target = `${this.relative}/${path}`;
    await this._makeFolders(folderOf(target));
    const file = await open(source, 'r');
    try {
      const { size } = await file.stat();
      const piece = Buffer.alloc(Math.min(size, PIECE_BYTES));
      let offset = 0;
      for (let chunk = 1; ; chunk++) {
        const { bytesRead } = await file.read(piece, 0, piece.length, offset);
        offset += bytesRead;
        const isLast = offset >= size || !bytesRead;
        // -1 is the last of several; one alone has no number.
        const number = isLast ? (chunk > 1 ? { chunk: -1 } : {}) : { chunk };
        const content = piece.toString('base64', 0, bytesRead);
        const body = { type: 'file', format: 'base64', content, ...number };
        await requireOk(await this._ask('PUT', target, '', body));
        if (isLast) {
          return;
        }
      }
    } finally {
      await file.close();
    }
  }

  list(path: string): Promise<IPlaceFile[]> {
    // As the kernel sees them: links, say, are no files of the run.
    return listFiles(this._kernel.calls, this._kernel.code, this.path, path);
  }

  async receive({ path }: IPlaceFile, target: string): Promise<void> {
    // The Contents API would hold the whole file in memory; this address streams it.
    const answer = await this._fetch('GET', `files/${encode(`${this.relative}/${path}`)}`);
    const { body } = await requireOk(answer);
    if (!body) {
      throw new JupyterError('refused', answer.status, `Jupyter sent nothing for "${path}"`);
    }
    const file = createWriteStream(target, { flags: 'wx' });
    await pipeline(Readable.fromWeb(body as ReadableStream), file);
  }

  async remove({ isKernelFree }: { isKernelFree: boolean }): Promise<void> {
    const { calls, code } = this._kernel;
    // Jupyter itself would move it to its trash.
    await (isKernelFree ? calls.run(code.remove(this.path)) : this._removeFolder(this.relative));
  }

  /** A folder that is not empty is refused by some servers. */
  private async _removeFolder(path: string): Promise<void> {
    const answer = await this._ask('DELETE', path);
    if (answer.ok || answer.status === 404) {
      return;
    }
    const listed = await this._ask('GET', path, '?type=directory&content=1');
    const model: unknown = await (await requireOk(listed)).json();
    const entries = isJsonObject(model) && Array.isArray(model.content) ? model.content : [];
    for (const entry of entries) {
      if (isJsonObject(entry) && typeof entry.name === 'string') {
        const inner = `${path}/${entry.name}`;
        await (entry.type === 'directory'
          ? this._removeFolder(inner)
          : requireOk(await this._ask('DELETE', inner)));
      }
    }
    await requireOk(await this._ask('DELETE', path));
  }

  private async _makeFolders(path: string): Promise<void> {
    let folder = '';
    for (const name of path.split('/')) {
      folder = folder ? `${folder}/${name}` : name;
      if (!this._made.has(folder)) {
        await requireOk(await this._ask('PUT', folder, '', { type: 'directory' }));
        this._made.add(folder);
      }
    }
  }

  private _ask(method: string, path: string, query = '', body?: object): Promise<Response> {
    return this._fetch(method, `api/contents/${encode(path)}${query}`, body);
  }

  private async _fetch(method: string, address: string, body?: object): Promise<Response> {
    const { settings } = this._client;
    const init = { method, ...(body ? { body: JSON.stringify(body) } : {}) };
    try {
      return await ServerConnection.makeRequest(`${settings.baseUrl}${address}`, init, settings);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new JupyterError('unreachable', 0, `Jupyter does not answer: ${reason}`);
    }
  }

  private readonly _made = new Set<string>();
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

async function requireOk(answer: Response): Promise<Response> {
  if (!answer.ok) {
    const text = (await answer.text()).slice(0, 200);
    throw new JupyterError('refused', answer.status, `Jupyter answered ${answer.status}: ${text}`);
  }
  return answer;
}
