import type { IConnection } from '../../core/access/identity';
import type { TokenDigest } from './tokenDigest';

/** Who asks, as far as a request itself says. What it may do depends on the automation, see `AccessControl`. */
export interface IVisitor {
  connection: IConnection;
  /** Digest of the token that came with the request; null for none. */
  digest: TokenDigest | null;
  /** Stands for who asks where things belong to somebody, such as uploads. Tells no secret. */
  owner: string;
  /** True when it is at this machine itself, not behind a proxy. */
  isLocal: boolean;
  /** True for the printer of this process. Default false. */
  isPrinter?: boolean;
}

/** Tell whether somebody is the owner of the server: Jupyter's user, or who sits at the machine. */
export function isOwner({ connection, isLocal }: IVisitor): boolean {
  return connection.username !== null || isLocal;
}
