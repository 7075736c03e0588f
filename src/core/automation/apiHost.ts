/** A host that a container may reach, as `apis[].domain` names it. */
export interface IApiHost {
  /** Name in lower case, in its ASCII form, or an address; one of IPv6 is in brackets. */
  host: string;
  /** True for every name that ends with it instead, written with `*.`. */
  isSuffix: boolean;
  /** The only port; null for those of http and https. */
  port: number | null;
}

/** `*.` if any, name or address, port if any. */
const API_HOST = /^(\*\.)?(\[[\da-f:.]+\]|[^\s/@?#\\:[\]*%]+)(?::(\d{1,5}))?$/i;

/**
 * Read `example.com`, `*.example.com` or `example.com:8443`.
 *
 * @returns null for anything else, such as an address with a scheme or a path
 */
export function parseApiHost(text: string): IApiHost | null {
  const [, star, name = '', digits] = API_HOST.exec(text.trim()) ?? [];
  const host = canonicalHost(name);
  const port = digits === undefined ? null : Number(digits);
  const isAddress = /^\[|^[\d.]+$/.test(host ?? '');
  if (host === null || port === 0 || (port ?? 0) > 65535 || (star && isAddress)) {
    return null;
  }
  return { host, isSuffix: star !== undefined, port };
}

/**
 * Write a host the one way that is compared: lower case, ASCII, without a last dot, addresses in their usual form.
 *
 * @returns null when it cannot be one
 */
export function canonicalHost(name: string): string | null {
  try {
    const { hostname } = new URL(`http://${name}/`);
    return hostname.replace(/\.$/, '') || null;
  } catch {
    return null;
  }
}
