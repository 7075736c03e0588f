import { createServer } from 'node:net';
import type { AddressInfo, ListenOptions, Server, Socket } from 'node:net';

/** Connections of one side that wait for the other; more are refused. */
const MAXIMUM_WAITING = 64;

/**
 * A Unix socket to which a container connects ahead of time: each connection leads to a port of it, and is joined with
 * the next one that comes to a port of this host's loopback address. So a container without network is reached, and
 * nothing that it can change names where we connect to.
 */
export class WaitingConnections {
  constructor() {
    const listen = (queue: Socket[]) =>
      createServer({ allowHalfOpen: true }, socket => this._add(socket, queue));
    this._inside = listen(this._waiting);
    this._outside = listen(this._comers);
  }

  /** The port of this host; known when it listens. */
  get hostPort(): number {
    return (this._outside.address() as AddressInfo).port;
  }

  /** Listen, for the container at a path. */
  async listen(socketPath: string): Promise<void> {
    const open = (server: Server, place: ListenOptions) =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(place, resolve);
      });
    await open(this._inside, { path: socketPath });
    await open(this._outside, { host: '127.0.0.1', port: 0 });
  }

  /** End it with all its connections. */
  async close(): Promise<void> {
    const closed = [this._inside, this._outside].map(
      server => new Promise<void>(resolve => server.close(() => resolve()))
    );
    this._open.forEach(socket => socket.destroy());
    await Promise.all(closed);
  }

  private _add(socket: Socket, queue: Socket[]): void {
    if (queue.length === MAXIMUM_WAITING) {
      socket.destroy();
      return;
    }
    this._open.add(socket);
    queue.push(socket);
    socket.once('close', () => {
      this._open.delete(socket);
      const at = queue.indexOf(socket);
      if (at >= 0) {
        queue.splice(at, 1);
      }
    });
    // Said by `close`, too.
    socket.on('error', () => undefined);
    this._join();
  }

  /** Bring together who waits on both sides. */
  private _join(): void {
    while (this._waiting.length && this._comers.length) {
      const inside = this._waiting.shift() as Socket;
      const outside = this._comers.shift() as Socket;
      inside.pipe(outside).pipe(inside);
      const end = () => {
        inside.destroy();
        outside.destroy();
      };
      for (const socket of [inside, outside]) {
        socket.once('error', end);
        // What was said before its end still arrives.
        socket.once('close', () => socket.readableEnded || end());
      }
    }
  }

  private readonly _inside: Server;
  private readonly _outside: Server;
  private readonly _open = new Set<Socket>();
  /** Connections of the container that wait for somebody. */
  private readonly _waiting: Socket[] = [];
  /** Connections of this host that wait for the container. */
  private readonly _comers: Socket[] = [];
}
