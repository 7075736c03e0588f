import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import * as path from 'node:path';
import { makeTemporaryFolder } from '../../store/temporaryFolder';
import { LineReader, parseObject } from './lineReader';

/** Gets the lines of a connection. */
export interface IConnectionHandler {
  onOpen(socket: Socket): void;
  onLine(line: string): void;
  onClose(): void;
}

/**
 * The Unix socket that forks connect to, in a folder that nobody else may enter. Opened with the first use.
 */
export class ForkListener {
  /** Path of the socket. */
  open(): Promise<string> {
    this._opening ??= this._open();
    return this._opening;
  }

  /**
   * Await the connection of a fork.
   *
   * @param id - that the fork says first
   * @returns stops waiting
   */
  expect(id: string, handler: IConnectionHandler): () => void {
    this._expected.set(id, handler);
    return () => this._expected.delete(id);
  }

  /** Close the socket and all connections, and remove its folder. */
  async close(): Promise<void> {
    const opening = this._opening;
    this._opening = null;
    if (!opening || !(await opening.catch(() => null))) {
      return;
    }
    this._sockets.forEach(socket => socket.destroy());
    await new Promise<void>(resolve => this._server?.close(() => resolve()));
    await rm(this._folder, { recursive: true, force: true });
  }

  private async _open(): Promise<string> {
    this._folder = await makeTemporaryFolder('fork');
    const address = path.join(this._folder, 'socket');
    const server = createServer({ allowHalfOpen: true }, socket => this._accept(socket));
    this._server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, resolve);
    });
    return address;
  }

  private _accept(socket: Socket): void {
    let handler: IConnectionHandler | null = null;
    this._sockets.add(socket);
    const lines = new LineReader(line => {
      if (handler) {
        handler.onLine(line);
        return;
      }
      const id = parseObject(line)?.id;
      handler = (typeof id === 'string' && this._expected.get(id)) || null;
      if (!handler) {
        socket.destroy();
        return;
      }
      this._expected.delete(String(id));
      handler.onOpen(socket);
    });
    socket.setEncoding('utf8').on('data', (text: string) => lines.add(text));
    // The other end closes last, when it said everything.
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this._sockets.delete(socket);
      handler?.onClose();
    });
  }

  private readonly _expected = new Map<string, IConnectionHandler>();
  private readonly _sockets = new Set<Socket>();
  private _opening: Promise<string> | null = null;
  private _server: Server | null = null;
  private _folder = '';
}
