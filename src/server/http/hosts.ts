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
