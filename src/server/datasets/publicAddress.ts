import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that lead back to this machine or into its network, RFC 6890 and RFC 4193. */
const NOT_PUBLIC = createBlockList();

function createBlockList(): BlockList {
  const list = new BlockList();
  for (const [network, bits] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3]
  ] as const) {
    list.addSubnet(network, bits, 'ipv4');
  }
  for (const [network, bits] of [
    // Loopback, and addresses of IPv4 written inside of IPv6, by several ways to translate and tunnel them.
    ['::', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['2001::', 32],
    ['2002::', 16],
    ['100::', 64],
    ['2001:db8::', 32],
    ['fec0::', 10],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8]
  ] as const) {
    list.addSubnet(network, bits, 'ipv6');
  }
  return list;
}

/** Tell whether an IP address is one of the public internet. An IPv4 address inside of IPv6 counts as itself. */
export function isPublicAddress(address: string): boolean {
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = inside ?? address;
  const family = isIP(plain);
  return family !== 0 && !NOT_PUBLIC.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** Tell whether an address may be public: one in digits must be, a name is judged when it is looked up. */
export function isPublicUrl({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || isPublicAddress(host);
}

/** Says that a name leads to an address that it may not lead to. */
export class AddressRefusal extends Error {
  constructor(
    hostname: string,
    /** Where it leads. */
    readonly address: string
  ) {
    super(`${hostname} is not an address of the public internet`);
    this.name = 'AddressRefusal';
  }
}

/**
 * Make a look-up of names for connections that refuses some addresses: the very address that is connected to is judged,
 * so that a name which changes its mind in between gains nothing. Its error is an {@link AddressRefusal} then.
 */
export function createLookup(
  isAllowed: (address: string) => boolean,
  resolve: typeof lookup = lookup
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isAllowed(address));
      if (error || refused || !addresses.length) {
        const reason = error ?? new AddressRefusal(hostname, refused?.address ?? '');
        callback(reason as NodeJS.ErrnoException, '', 0);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, addresses[0].address, addresses[0].family);
      }
    });
  };
}

/** Look a name up for a connection, and refuse what is not public. */
export const lookupPublic = createLookup(isPublicAddress);
