import { BlockList, isIP } from 'node:net';

const LOOPBACK = ['127.0.0.0/8', '::1'];

/** Proxies before us whose `X-Forwarded-*` headers are believed, by their addresses. */
export class TrustedProxies {
  /**
   * @param addresses - such as `10.0.0.7`, `10.0.0.0/8`, `::1`, or `loopback` for this machine
   * @throws {RangeError} for anything else
   */
  constructor(addresses: readonly string[]) {
    for (const text of addresses.flatMap(item => (item === 'loopback' ? LOOPBACK : [item]))) {
      const [address, bits, ...more] = text.split('/');
      const family = familyOf(address);
      const width = family === 'ipv6' ? 128 : 32;
      if (!family || more.length || (bits !== undefined && !isWidth(bits, width))) {
        throw new RangeError(
          `"${text}" is no address of a proxy; write one like 10.0.0.7 or 10.0.0.0/8`
        );
      }
      this._addresses.addSubnet(address, bits === undefined ? width : Number(bits), family);
    }
  }

  /** Tell whether an address is that of a trusted proxy. */
  isTrusted(address: string | undefined): boolean {
    const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
    const family = familyOf(plain);
    return family !== null && this._addresses.check(plain, family);
  }

  private readonly _addresses = new BlockList();
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
}

function isWidth(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= most;
}
