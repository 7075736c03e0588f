import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { messageHeaders } from '../engine/container/messageHeaders';

/*
 * Both ways only what is listed passes. From browsers come cookies and tokens of ours, and what proxies before us add
 * about people; from containers could come what browsers and proxies heed for our whole site, such as `Set-Cookie`,
 * `Clear-Site-Data`, `Alt-Svc`, `Strict-Transport-Security` or `X-Accel-Redirect`.
 */
const TO_CONTAINER = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'cache-control', 'pragma', 'user-agent'],
  ...['content-type', 'content-length', 'content-encoding', 'content-language'],
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range'],
  ...['last-event-id', 'x-requested-with', 'transfer-encoding'],
  ...['sec-websocket-key', 'sec-websocket-version'],
  ...['sec-websocket-protocol', 'sec-websocket-extensions']
]);

const TO_BROWSER = new Set([
  ...['content-type', 'content-length', 'content-encoding', 'content-language', 'content-range'],
  ...['content-disposition', 'accept-ranges', 'cache-control', 'etag', 'last-modified', 'expires'],
  ...['date', 'vary', 'retry-after', 'location', 'allow', 'content-security-policy']
]);

/** Pages of containers get an origin of their own, which is nobody's: they can neither act as our pages nor read them. */
const SANDBOX = 'sandbox allow-scripts allow-forms allow-popups';

/** What a container gets of the headers of a browser, and where its pages are. */
export function headersToContainer(
  headers: IncomingHttpHeaders,
  { number, prefix }: { number: number; prefix: string }
): OutgoingHttpHeaders {
  return {
    ...listed(messageHeaders(headers), TO_CONTAINER),
    host: `localhost:${number}`,
    'x-forwarded-prefix': prefix
  };
}

/** What a browser gets of the headers of a container. */
export function headersToBrowser(
  headers: IncomingHttpHeaders,
  request: IncomingHttpHeaders
): OutgoingHttpHeaders {
  const {
    'content-security-policy': policy,
    vary,
    ...kept
  } = listed(messageHeaders(headers), TO_BROWSER);
  return {
    ...kept,
    ...ourHeaders(request),
    ...(vary ? { vary: `${String(vary)}, Origin` } : {}),
    ...(policy ? { 'content-security-policy': `${String(policy)}, ${SANDBOX}` } : {})
  };
}

/** What every answer has. Scripts of a page without origin may read what is beside it, without cookies. */
export function ourHeaders({ origin }: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    'content-security-policy': SANDBOX,
    'x-content-type-options': 'nosniff',
    // Addresses are secrets.
    'referrer-policy': 'no-referrer',
    vary: 'Origin',
    ...(origin === 'null' ? { 'access-control-allow-origin': 'null' } : {})
  };
}

/** The answer to a browser that asks first what a script of such a page may send. */
export function preflightHeaders(request: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    ...ourHeaders(request),
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': '*',
    'access-control-max-age': '600'
  };
}

/**
 * Where a container sends a browser, in our addresses.
 *
 * @param location - as the container says it
 * @param path - of the request in the container
 * @returns null for another site
 */
export function locationBelow(
  location: string,
  { number, path, prefix }: { number: number; path: string; prefix: string }
): string | null {
  const base = `http://localhost:${number}`;
  if (!URL.canParse(location, `${base}${path}`)) {
    return null;
  }
  const { origin, pathname, search, hash } = new URL(location, `${base}${path}`);
  if (origin !== base && origin !== `http://127.0.0.1:${number}`) {
    return null;
  }
  // Those who heed the forwarded prefix have it in there.
  const inside = pathname.startsWith(`${prefix}/`) ? pathname : `${prefix}${pathname}`;
  return `${inside}${search}${hash}`;
}

function listed(headers: IncomingHttpHeaders, names: ReadonlySet<string>): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.has(name)));
}
