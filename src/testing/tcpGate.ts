import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A way to a server of this machine that a test can cut. */
export class TcpGate {
  private constructor(private readonly _farPort: number) {}

  /** Open a way to a port of this machine. */
  static async open(farPort: number): Promise<TcpGate> {
    const gate = new TcpGate(farPort);
    await new Promise<void>(resolve => gate._server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  /** False cuts each new connection at once. */
  isOpen = true;

  /** Bytes of the server that were swallowed. */
  swallowedBytes = 0;

  /** The same address through the gate. */
  through(address: string): string {
    const url = new URL(address);
    url.port = String((this._server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cut all connections now. */
  cut(): void {
    this._sockets.forEach(socket => socket.destroy());
    this._isSwallowing = false;
  }

  /** Cut each connection once so many more bytes of the server went through it, wherever that is; later ones are whole. */
  cutAfter(bytes: number): void {
    this._leftBytes = bytes;
  }

  /** Let nothing of what the server says through, until all connections are cut. */
  swallow(): void {
    this._isSwallowing = true;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise(resolve => this._server.close(resolve));
  }

  private _accept(near: Socket): void {
    if (!this.isOpen) {
      near.destroy();
      return;
    }
    const far = connect(this._farPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near]
    ]) {
      this._sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this._sockets.delete(from);
        to.destroySoon();
      });
    }
    near.pipe(far);
    far.on('data', chunk => this._pass(chunk, near, far));
  }

  private _pass(chunk: Buffer, near: Socket, far: Socket): void {
    if (this._isSwallowing) {
      this.swallowedBytes += chunk.length;
    } else if (chunk.length > this._leftBytes) {
      near.write(chunk.subarray(0, this._leftBytes));
      this._leftBytes = Infinity;
      far.destroy();
    } else {
      this._leftBytes -= chunk.length;
      near.write(chunk);
    }
  }

  private readonly _server: Server = createServer(near => this._accept(near));
  private readonly _sockets = new Set<Socket>();
  private _leftBytes = Infinity;
  private _isSwallowing = false;
}
