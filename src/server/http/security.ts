import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { HttpError } from '../httpError';
import type { PrinterRequests } from './printerRequests';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of who asks: Jupyter's user name behind Jupyter, else `visitor`. */
    user: string;
    /** Prefix of all addresses for this request, without a trailing slash; '' at the root. */
    rootUri: string;
  }
}

/** How requests are trusted. */
export interface ISecurityOptions {
  /**
   * Secret that Jupyter's proxy sends with each request; null when people connect directly.
   * With it the headers of the proxy are believed, without it none is.
   */
  proxySecret: string | null;
  /** Prefix under which a direct server is reached, '' or `/x`. */
  rootUri: string;
  /** Host names that a direct server answers to; null for any (when it listens on all addresses). */
  hosts: readonly string[] | null;
  /** Origins of other sites that may post, such as `https://example.com`. */
  origins: readonly string[];
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Decides who a request comes from, and refuses forged ones: a wrong proxy secret, a host name that
 * is not ours (DNS rebinding), and changes that another site asks for (CSRF).
 */
export const security = fastifyPlugin(
  async (app: FastifyInstance, options: ISecurityOptions & { printer?: PrinterRequests }) => {
    app.decorateRequest('user', '');
    app.decorateRequest('rootUri', '');
    app.addHook('onRequest', async request => {
      if (options.printer?.includes(request)) {
        request.user = 'printer';
        request.rootUri = '';
        return;
      }
      if (options.proxySecret !== null) {
        checkProxySecret(request, options.proxySecret);
        request.user = decodeUser(header(request, 'x-crosscompute-user')) || 'jupyter';
        request.rootUri = prefixOf(header(request, 'x-forwarded-prefix'));
      } else {
        checkHost(request, options.hosts);
        request.user = 'visitor';
        request.rootUri = options.rootUri;
      }
      if (!SAFE_METHODS.has(request.method)) {
        checkSite(request, options.origins);
      }
    });
    app.addHook('onSend', async (_request, reply) => {
      reply.header('X-Content-Type-Options', 'nosniff');
      reply.header('Referrer-Policy', 'same-origin');
    });
  },
  { name: 'security' }
);

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Names may hold any letter; in a header they are percent-encoded. */
function decodeUser(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function prefixOf(text: string): string {
  // It becomes part of addresses in pages: only characters of a path may come in.
  return /^(\/[\w.~%@!$&'()*+,;=:-]+)*\/?$/.test(text) ? text.replace(/\/$/, '') : '';
}

function checkProxySecret(request: FastifyRequest, secret: string): void {
  const given = Buffer.from(header(request, 'x-crosscompute-secret'));
  const expected = Buffer.from(secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new HttpError(403, 'not-authorized', 'open this page through Jupyter');
  }
}

function checkHost(request: FastifyRequest, hosts: readonly string[] | null): void {
  const name = header(request, 'host').replace(/:\d+$/, '').toLowerCase();
  if (hosts !== null && !hosts.includes(name)) {
    throw new HttpError(
      403,
      'host-unknown',
      'this server does not answer to that host name; start it with --host to allow it'
    );
  }
}

function checkSite(request: FastifyRequest, origins: readonly string[]): void {
  const origin = header(request, 'origin');
  if (origin && origins.includes(origin)) {
    return;
  }
  const site = header(request, 'sec-fetch-site');
  if (site) {
    if (site === 'same-origin') {
      return;
    }
  } else if (origin) {
    // Behind Jupyter the host name of the browser's request is in the forwarded header.
    const host = header(request, 'x-forwarded-host') || header(request, 'host');
    if (hostOf(origin) === host.toLowerCase()) {
      return;
    }
  } else if (!header(request, 'cookie')) {
    return;
  }
  throw new HttpError(403, 'cross-site', 'this request comes from another site and is refused');
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}
