import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** A port of a container that runs, and where it is on this host. */
export interface IContainerPort {
  /** Name of the variable that tells its address. */
  id: string;
  /** Port in the container. */
  number: number;
  /** Port of this host's loopback address that leads to it. */
  hostPort: number;
}

/** A port as long as its container runs. */
export interface IReachablePort extends IContainerPort {
  /** Take a connection along when the container ends. */
  keep(connection: Duplex): void;
}

/** The ports of one container. */
export interface IOpenPorts {
  /** Address of a port below the root of our addresses, such as `/ports/…/site/`. */
  addressOf(id: string): string;
  /** Forget them, and end all connections. */
  close(): void;
}

/** Bytes of randomness by which the ports of a container are named: who does not know them cannot find them. */
const TOKEN_BYTES = 16;

/** The ports of containers that run, by the addresses at which browsers find them. */
export class ContainerPorts {
  /** Give addresses to the ports of a container. */
  open(ports: readonly IContainerPort[]): IOpenPorts {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const connections = new Set<Duplex>();
    const keep = (connection: Duplex) => {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
    };
    this._open.set(token, new Map(ports.map(port => [port.id, { ...port, keep }])));
    return {
      addressOf: id => `/ports/${token}/${encodeURIComponent(id)}/`,
      close: () => {
        this._open.delete(token);
        connections.forEach(connection => connection.destroy());
      }
    };
  }

  /** @returns null when there is none, or its container has ended */
  find(token: string, id: string): IReachablePort | null {
    return this._open.get(token)?.get(id) ?? null;
  }

  private readonly _open = new Map<string, ReadonlyMap<string, IReachablePort>>();
}
