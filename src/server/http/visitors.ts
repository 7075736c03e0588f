import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { identityOf, type IAsker } from '../../core/access/identity';
import type { AccessControl } from '../access/accessControl';
import type { FailureLimit } from '../access/failureLimit';
import { MAX_TOKEN_LENGTH, type TokenDigester } from '../access/tokenDigest';
import type { IVisitor } from '../access/visitor';
import { HttpError } from '../httpError';
import { headerOf } from './security';
import { SITE_PREFIX } from './siteUrl';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. */
    visitor: IVisitor;
    /** Who asks, for runs: known better once the automation is. */
    asker: IAsker;
  }
}

/** Cookie with the token of a person who signed in. */
export const TOKEN_COOKIE = 'crosscompute-token';

/** Cookie that tells browsers apart: uploads and runs belong to one of them. It opens nothing. */
export const VISITOR_COOKIE = 'crosscompute-visitor';

const VISITOR_PATTERN = /^[0-9a-f]{32}$/;

/** What is needed to know who asks. */
export interface IVisitorsOptions {
  access: AccessControl;
  digester: TokenDigester;
  failures: FailureLimit;
  /** Sites that may embed pages: with them, cookies go with frames over https. */
  origins: readonly string[];
}

/**
 * Finds who asks: the token of the address, of the header or of the cookie, the first of them. A token in the
 * address of a page becomes a cookie, and the address is opened anew without it, so that it stays in no history.
 */
export const visitors = fastifyPlugin(
  async (app: FastifyInstance, options: IVisitorsOptions) => {
    app.decorateRequest('visitor');
    app.decorateRequest('asker');
    app.addHook('onRequest', async (request, reply) => {
      const { token, isInAddress } = tokenOf(request);
      const visitor = (request.visitor = visitorOf(request, token, options));
      request.asker = { name: visitor.owner, identity: identityOf(visitor.connection, {}) };
      const isKnown = await checkToken(request, visitor, options);
      if (isInAddress && isPage(request)) {
        if (isKnown && token !== null) {
          setCookie(request, reply, TOKEN_COOKIE, token, options);
        }
        return reply
          .header('Cache-Control', 'no-store')
          .redirect(addressWithoutToken(request), 303);
      }
    });
  },
  { name: 'visitors', dependencies: ['security'] }
);

/**
 * Make sure that a browser carries a cookie by which its uploads and runs are known again. Done with pages, so
 * that it is there when the first file is sent. Who has signed in needs none.
 */
export function rememberBrowser(
  request: FastifyRequest,
  reply: FastifyReply,
  options: Pick<IVisitorsOptions, 'origins'>
): void {
  const { connection, digest } = request.visitor;
  if (connection.username === null && !digest && !visitorCookie(request)) {
    setCookie(request, reply, VISITOR_COOKIE, randomBytes(16).toString('hex'), options);
  }
}

/**
 * Set a cookie for everything below the root address. It goes along with links from other sites and not with
 * what they post; with frames of the allowed sites over https, where the browser keeps it apart for each site.
 */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  value: string,
  { origins }: Pick<IVisitorsOptions, 'origins'>
): void {
  const { isSecure } = request.peer;
  const site = isSecure && origins.length ? 'SameSite=None; Partitioned' : 'SameSite=Lax';
  reply.header(
    'Set-Cookie',
    [
      `${name}=${encodeURIComponent(value)}`,
      `Path=${request.rootUri || '/'}`,
      'HttpOnly',
      ...(isSecure ? ['Secure'] : []),
      ...(value === '' ? ['Max-Age=0'] : []),
      site
    ].join('; ')
  );
}

/** Look at a token that somebody types. @throws {HttpError} 429 `too-many-attempts` after many wrong ones */
export async function isTokenKnown(
  request: FastifyRequest,
  token: string,
  options: IVisitorsOptions
): Promise<boolean> {
  return checkToken(request, visitorOf(request, token, options), options);
}

async function checkToken(
  request: FastifyRequest,
  visitor: IVisitor,
  { access, failures }: IVisitorsOptions
): Promise<boolean> {
  const { digest } = visitor;
  if (!digest) {
    return false;
  }
  const { ipAddress } = request.peer;
  const seconds = failures.secondsToWait(ipAddress, digest);
  if (seconds) {
    throw new HttpError(
      429,
      'too-many-attempts',
      `too many wrong tokens were tried from here; try again in ${Math.ceil(seconds / 60)} min`,
      { retryAfterSeconds: seconds }
    );
  }
  const isKnown = await access.isKnown(visitor);
  if (isKnown) {
    failures.addRight(ipAddress, digest);
  } else {
    failures.addWrong(ipAddress, digest);
  }
  return isKnown;
}

function visitorOf(
  request: FastifyRequest,
  token: string | null,
  { digester }: Pick<IVisitorsOptions, 'digester'>
): IVisitor {
  const { ipAddress, username, isLocal, isPrinter = false } = request.peer;
  const cookie = visitorCookie(request);
  const owner =
    username ??
    (token !== null
      ? `token-${digester.pseudonym('token', token)}`
      : cookie
        ? `visitor-${digester.pseudonym('visitor', cookie)}`
        : `visitor-${digester.pseudonym('address', ipAddress)}`);
  return {
    connection: { ipAddress, username },
    digest: token === null ? null : digester.digest(token),
    owner,
    isLocal,
    isPrinter
  };
}

function tokenOf(request: FastifyRequest): { token: string | null; isInAddress: boolean } {
  const asked = new URLSearchParams(queryOf(request.originalUrl)).get('_token');
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headerOf(request, 'authorization'))?.[1];
  const token = asked ?? bearer ?? cookieOf(request, TOKEN_COOKIE);
  return {
    token: token && token.length <= MAX_TOKEN_LENGTH ? token : null,
    isInAddress: asked !== null
  };
}

/** Programs that read data keep their token in the address, as with the original. */
function isPage(request: FastifyRequest): boolean {
  const path = request.originalUrl.split('?')[0];
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && !/(^|\/)(api|streams)\/|\.json$/.test(path);
}

/** Address of what is asked for, from the root of the host as the browser knows it, without a token in it. */
export function addressWithoutToken(request: FastifyRequest): string {
  const { url, originalUrl, rootUri = '' } = request;
  // Inside, the prefix of all addresses is off already; those of sites inside Jupyter never had it.
  return `${rootUri}${withoutToken(url.startsWith(`${SITE_PREFIX}/`) ? originalUrl : url)}`;
}

/** A path with its query, without a token in it. */
function withoutToken(url: string): string {
  const kept = queryOf(url)
    .split('&')
    .filter(part => part && decodeName(part.split('=')[0]) !== '_token');
  // One slash: with two, or a backslash, what follows would be the name of a host.
  const path = url.split('?')[0].replace(/^[/\\]+/, '/');
  return `${path}${kept.length ? `?${kept.join('&')}` : ''}`;
}

function decodeName(text: string): string {
  const [[name] = ['']] = [...new URLSearchParams(`${text}=`)];
  return name;
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

function visitorCookie(request: FastifyRequest): string | null {
  const value = cookieOf(request, VISITOR_COOKIE);
  return VISITOR_PATTERN.test(value) ? value : null;
}

/** The value of a cookie; '' when there is none. The first of a name counts: its path is the longest. */
function cookieOf(request: FastifyRequest, name: string): string {
  for (const part of headerOf(request, 'cookie').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) {
      return decodeValue(part.slice(at + 1).trim());
    }
  }
  return '';
}

function decodeValue(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
