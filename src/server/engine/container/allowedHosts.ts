import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { parseApiHost } from '../../../core/automation/apiHost';
import type { IApiHost } from '../../../core/automation/apiHost';
import { createLookup, isPublicAddress } from '../../datasets/publicAddress';

/** Ports of http and https, where a host is given without one. */
const USUAL_PORTS = [80, 443];

/** The hosts that a container may reach, as `apis` lists them. */
export class AllowedHosts {
  /**
   * @param domains - such as `example.com`, `*.example.com`, `example.com:8443`
   * @param resolve - asks for the addresses of a name; default the system's
   */
  constructor(
    domains: readonly string[],
    private readonly _resolve: typeof lookup = lookup
  ) {
    this._hosts = domains.flatMap(domain => parseApiHost(domain) ?? []);
  }

  /**
   * Tell whether there may be a connection.
   *
   * @param host - canonical; an address of IPv6 in brackets
   */
  allows(host: string, port: number): boolean {
    return this._hosts.some(
      allowed =>
        (allowed.isSuffix ? host.endsWith(`.${allowed.host}`) : host === allowed.host) &&
        (allowed.port === null ? USUAL_PORTS.includes(port) : port === allowed.port)
    );
  }

  /**
   * Look up where to connect for an allowed name. Addresses of this machine and its network are refused, unless the
   * list has the address itself: whoever owns a name decides where it leads. `localhost` leads nowhere else.
   */
  lookupFor(host: string): LookupFunction {
    const isLocal = host === 'localhost';
    return createLookup(
      address => isLocal || isPublicAddress(address) || this._isListed(address),
      this._resolve
    );
  }

  private _isListed(address: string): boolean {
    return this._hosts.some(
      ({ host }) => host === (address.includes(':') ? `[${address}]` : address)
    );
  }

  private readonly _hosts: readonly IApiHost[];
}
