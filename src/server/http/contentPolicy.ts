import type { FastifyReply } from 'fastify';

/** What a page may load. */
export interface IContentPolicyOptions {
  /** Of this answer alone; scripts of the author carry it. '' for a page without any script. */
  nonce: string;
  /** Addresses of the author's style sheets elsewhere. */
  styleUris: readonly string[];
  /** Addresses from which maps of the author read; default none. */
  connectUris?: readonly string[];
  /** Origins that may embed the page. */
  origins: readonly string[];
}

/**
 * The `Content-Security-Policy` of a page: scripts of ours and of the author, data of this server,
 * pictures from anywhere; nothing that came with data runs.
 */
export function contentPolicy(options: IContentPolicyOptions): string {
  const { nonce, styleUris, connectUris = [], origins } = options;
  const hosts = [...new Set(styleUris.flatMap(originOf))];
  const sources = [...new Set(connectUris.flatMap(originOf))];
  return [
    "default-src 'self'",
    nonce ? `script-src 'self' 'nonce-${nonce}'` : "script-src 'none'",
    ["style-src 'self' 'unsafe-inline'", ...hosts].join(' '),
    ["font-src 'self' data:", ...hosts].join(' '),
    "img-src 'self' data: blob: https: http:",
    // What a person recorded or chose, before it is sent.
    "media-src 'self' blob:",
    ["connect-src 'self'", ...sources].join(' '),
    'frame-src https: http:',
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    ["frame-ancestors 'self'", ...origins].join(' ')
  ].join('; ');
}

/** Send a page of ours on which no script runs, and that no cache keeps. */
export function sendPlainPage(
  reply: FastifyReply,
  markup: string,
  origins: readonly string[]
): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .header('Content-Security-Policy', contentPolicy({ nonce: '', styleUris: [], origins }))
    .send(markup);
}

/** Tell whether a browser would run what is in a file of a type. */
export function isActiveType(type: string): boolean {
  return /html|svg|xml|javascript|ecmascript/.test(type);
}

function originOf(uri: string): string[] {
  try {
    return [new URL(uri, 'https://relative.invalid').origin].filter(
      origin => origin !== 'https://relative.invalid'
    );
  } catch {
    return [];
  }
}
