import { isIP } from 'node:net';

/**
 * Tell whether a `Host` header names this server. Another name may be that of a foreign site, whose owner
 * lets it point to us (DNS rebinding); addresses in digits cannot be that.
 *
 * @param host - with or without a port
 * @param names - host names of ours, lower case
 * @param origins - addresses of ours and of allowed sites, such as `https://example.com`
 */
export function isHostOfOurs(
  host: string,
  names: readonly string[],
  origins: readonly string[]
): boolean {
  const name = hostNameOf(host);
  return (
    name !== '' &&
    (isIP(name.replace(/^\[|\]$/g, '')) > 0 ||
      names.includes(name) ||
      origins.some(origin => originHost(origin) === name))
  );
}

/** Addresses that stand for every network of the machine. */
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/** Tell whether a server that listens on an address is reached from every network. */
export function isEverywhere(host: string): boolean {
  return EVERYWHERE.includes(host);
}

/**
 * Names that a server of our own answers to: those of this machine, and the one that it listens on.
 *
 * @param host - as it was given
 * @param machine - host name of this machine; the local network may know it with `.local`
 */
export function hostsOf(host: string, machine: string): string[] {
  const names = isEverywhere(host) ? [machine, `${machine}.local`] : [host];
  return ['localhost', '127.0.0.1', '[::1]', ...names.map(name => name.toLowerCase())];
}

function hostNameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
}

function originHost(origin: string): string {
  try {
    return new URL(origin).hostname;
  } catch {
    return '';
  }
}
