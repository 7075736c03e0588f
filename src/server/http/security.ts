import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { isSameText } from '../access/tokenDigest';
import { HttpError } from '../httpError';
import type { PrinterRequests } from './printerRequests';
import { isHostOfOurs } from './hosts';
import type { TrustedProxies } from './trustedProxies';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request comes from, believed only as far as it can be. */
    peer: IPeer;
    /** Prefix of all addresses for this request, without a trailing slash; '' at the root. */
    rootUri: string;
  }
}

/** Where a request comes from. */
export interface IPeer {
  ipAddress: string;
  /** Name of Jupyter's user; null without Jupyter. */
  username: string | null;
  /** True when it comes from this machine itself, and not through a proxy. */
  isLocal: boolean;
  /** True when the browser speaks https, to us or to the trusted proxy. */
  isSecure: boolean;
  /** True for the printer of this process, which may see what it prints. Default false. */
  isPrinter?: boolean;
}

const PRINTER: IPeer = {
  ipAddress: '127.0.0.1',
  username: null,
  isLocal: true,
  isSecure: false,
  isPrinter: true
};

/** How requests are trusted. */
export interface ISecurityOptions {
  /**
   * Secret that Jupyter's proxy sends with each request; null when people connect directly.
   * With it the headers of the proxy are believed, without it none is.
   */
  proxySecret: string | null;
  /** Prefix under which a direct server is reached, '' or `/x`. */
  rootUri: string;
  /**
   * Host names that a direct server answers to, besides addresses in digits; null for any, where something
   * before us looks at them.
   */
  hosts: readonly string[] | null;
  /** Origins of other sites that may read, post and embed, such as `https://example.com`. */
  origins: readonly string[];
  /** Proxies whose `X-Forwarded-*` are believed; null for none. */
  trustedProxies?: TrustedProxies | null;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Decides where a request comes from, and refuses forged ones: a wrong proxy secret, a host name that
 * is not ours (DNS rebinding), and changes that another site asks for (CSRF).
 */
export const security = fastifyPlugin(
  async (app: FastifyInstance, options: ISecurityOptions & { printer?: PrinterRequests }) => {
    app.decorateRequest('peer');
    app.decorateRequest('rootUri', '');
    app.addHook('onRequest', async (request, reply) => {
      if (options.printer?.includes(request)) {
        request.peer = PRINTER;
        request.rootUri = '';
        return;
      }
      if (options.proxySecret !== null) {
        checkProxySecret(request, options.proxySecret);
        request.peer = jupyterPeer(request);
        request.rootUri = prefixOf(headerOf(request, 'x-forwarded-prefix'));
      } else {
        const isProxied = options.trustedProxies?.isTrusted(request.socket.remoteAddress) ?? false;
        checkHost(request, options);
        request.peer = directPeer(request);
        const prefix = isProxied ? headerOf(request, 'x-forwarded-prefix') : '';
        request.rootUri = prefix ? prefixOf(prefix) : options.rootUri;
      }
      allowOrigin(request, reply, options.origins);
      if (!SAFE_METHODS.has(request.method)) {
        checkSite(request, options.origins);
      } else if (isPreflight(request)) {
        return reply.code(204).send();
      }
    });
    app.addHook('onSend', async (_request, reply) => {
      reply.header('X-Content-Type-Options', 'nosniff');
      reply.header('Referrer-Policy', 'same-origin');
    });
  },
  { name: 'security' }
);

/** A header as one text; '' when it is not there. */
export function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Tell whether a request comes from a browser: all of them say so when they change something. */
export function isFromBrowser(request: FastifyRequest): boolean {
  return ['sec-fetch-site', 'origin', 'cookie'].some(name => headerOf(request, name) !== '');
}

function jupyterPeer(request: FastifyRequest): IPeer {
  return {
    ipAddress: headerOf(request, 'x-forwarded-for') || '127.0.0.1',
    username: decodeUser(headerOf(request, 'x-crosscompute-user')) || 'jupyter',
    isLocal: false,
    isSecure: headerOf(request, 'x-forwarded-proto') === 'https'
  };
}

/** Fastify believes forwarded headers of the trusted proxies alone. */
function directPeer(request: FastifyRequest): IPeer {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some(
    name => headerOf(request, name) !== ''
  );
  const { ip } = request;
  return {
    ipAddress: ip.replace(/^::ffff:(?=\d+\.)/, ''),
    username: null,
    isLocal: !isForwarded && /^(::1|127\.\d+\.\d+\.\d+|::ffff:127\.\d+\.\d+\.\d+)$/.test(ip),
    isSecure: request.protocol === 'https'
  };
}

/** Names may hold any letter; in a header they are percent-encoded. */
function decodeUser(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The prefix that a proxy says it has, without a slash at its end; '' for what cannot be one. */
export function prefixOf(text: string): string {
  // It becomes part of addresses in pages: only characters of a path may come in.
  return /^(\/[\w.~%@!$&'()*+,;=:-]+)*\/?$/.test(text) ? text.replace(/\/$/, '') : '';
}

function checkProxySecret(request: FastifyRequest, secret: string): void {
  if (!isSameText(headerOf(request, 'x-crosscompute-secret'), secret)) {
    throw new HttpError(403, 'not-authorized', 'open this page through Jupyter');
  }
}

function checkHost(request: FastifyRequest, { hosts, origins }: ISecurityOptions): void {
  if (hosts !== null && !isHostOfOurs(request.host, hosts, origins)) {
    throw new HttpError(
      403,
      'host-unknown',
      'this server does not answer to that host name; start it with --host NAME, or with ' +
        '--origins and its address, to allow it'
    );
  }
}

/** Let scripts of the sites that are named read what we answer. */
function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: readonly string[]
): void {
  if (!origins.length) {
    return;
  }
  reply.header('Vary', 'Origin');
  const origin = headerOf(request, 'origin');
  if (origins.includes(origin)) {
    reply.header('Access-Control-Allow-Origin', origin);
    reply.header('Access-Control-Allow-Credentials', 'true');
    if (isPreflight(request)) {
      reply.header('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
      reply.header(
        'Access-Control-Allow-Headers',
        'Authorization, Content-Type, Last-Event-ID, X-CrossCompute-Form'
      );
    }
  }
}

/** The headers that let other sites read an answer, for what is not sent by fastify. */
export function crossOriginHeaders(reply: FastifyReply): Record<string, string> {
  const names = ['vary', 'access-control-allow-origin', 'access-control-allow-credentials'];
  return Object.fromEntries(
    names.flatMap(name => {
      const value = reply.getHeader(name);
      return typeof value === 'string' ? [[name, value]] : [];
    })
  );
}

function isPreflight(request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && headerOf(request, 'access-control-request-method') !== '';
}

/**
 * Refuse changes that a browser makes for another site. A bearer token is sent by who has it alone; every
 * browser says where a change comes from, and who says nothing and has no cookie is none.
 */
function checkSite(request: FastifyRequest, origins: readonly string[]): void {
  if (/^Bearer\s+\S/i.test(headerOf(request, 'authorization'))) {
    return;
  }
  const origin = headerOf(request, 'origin');
  if (origin && origins.includes(origin)) {
    return;
  }
  const site = headerOf(request, 'sec-fetch-site');
  if (site) {
    if (site === 'same-origin') {
      return;
    }
  } else if (origin) {
    // Behind Jupyter the host name of the browser's request is in the forwarded header.
    const host = request.peer.username === null ? request.host : forwardedHost(request);
    if (hostOf(origin) === host.toLowerCase()) {
      return;
    }
  } else if (!headerOf(request, 'cookie')) {
    return;
  }
  throw new HttpError(403, 'cross-site', 'this request comes from another site and is refused');
}

function forwardedHost(request: FastifyRequest): string {
  return headerOf(request, 'x-forwarded-host') || headerOf(request, 'host');
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}
