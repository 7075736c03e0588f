import type { IncomingHttpHeaders } from 'node:http';

/** Headers that are about one connection, RFC 9110 7.6.1, and none of the other end's business. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
]);

/**
 * The headers of a message that is passed on: without those of its connection, and those that `Connection` names. How
 * a body without a length is framed is said anew, as no method but a few would have one otherwise.
 */
export function messageHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map(name => name.trim().toLowerCase());
  const kept = Object.entries(headers).filter(
    ([name]) => !OF_CONNECTION.has(name) && !named.includes(name)
  );
  return {
    ...Object.fromEntries(kept),
    ...(headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' })
  };
}
