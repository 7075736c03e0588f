import * as path from 'node:path';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IProblemDocument } from '../../core/api';
import { ConfigError } from '../../core/problem';
import { HttpError } from '../httpError';
import type { ILog } from '../log';
import { explainSystemError } from '../systemError';
import { sendPlainPage } from './contentPolicy';

/** How errors are answered. */
export interface IErrorsOptions {
  log: ILog;
  /** Origins that may embed pages. */
  origins: readonly string[];
  /** Renders an error page for a person. */
  renderPage(request: FastifyRequest, error: HttpError): string;
}

/**
 * Turn every error into an answer: a problem document for programs, a page for people. What went
 * wrong inside stays in the log, and what is wrong in files is told to who may run alone.
 */
export function addErrorHandlers(app: FastifyInstance, options: IErrorsOptions): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const known = toHttpError(error);
    if (known.status >= 500) {
      options.log.error(`${request.method} ${pathOf(request)}: ${error.message}`, error);
    }
    return sendError(request, reply, withoutDetails(request, known), options);
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new HttpError(404, 'not-found', 'there is nothing at this address');
    return sendError(request, reply, error, options);
  });
}

/** What ends an address of a page, and a slash more; its last name is the group. */
const PAGE_AND_SLASH = /\/a\/(?:[^/?]+\/b\/(?:[^/?]+\/)?)?([^/\\?]+)\/(\?.*)?$/;

/**
 * Where the address of a page leads without the slash at its end, since the original takes such links to the page as
 * well: relative to the address, so that it is right behind every proxy.
 *
 * @returns null where there is none to take off
 */
function withoutLastSlash({ method, url }: FastifyRequest): string | null {
  const [, name, query = ''] = PAGE_AND_SLASH.exec(url) ?? [];
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && name !== undefined && !/^\.+$/.test(name) ? `../${name}${query}` : null;
}

/** An error as the visitor may read it. */
function withoutDetails(request: FastifyRequest, error: HttpError): HttpError {
  const mayRead = request.subject?.access?.mayReadDetails ?? request.visitor?.connection.username;
  if (mayRead || error.code !== 'configuration-invalid') {
    return error;
  }
  return new HttpError(
    error.status,
    error.code,
    'this automation has problems and is closed; whoever runs it sees which'
  );
}

/** The path of a request, without its query: tokens may be in there. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0];
}

/** An error as it is told: what is no refusal says nothing of what went wrong. */
export function toHttpError(error: FastifyError | Error): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  if (error instanceof ConfigError) {
    const [first] = error.problems;
    return new HttpError(
      409,
      'configuration-invalid',
      `the configuration has problems, first: ${first?.message ?? 'unknown'}`,
      { problems: [...error.problems] }
    );
  }
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status >= 400 && status < 500) {
    // Refusals of fastify itself: bodies that are no JSON, too large, of another type.
    return new HttpError(status, CODES[status] ?? 'bad-request', WORDS[status] ?? error.message);
  }
  const reason = explainSystemError(error, path.basename);
  if (reason !== null) {
    return new HttpError(503, 'files-unusable', reason);
  }
  return new HttpError(
    500,
    'internal',
    'something went wrong on the server; its log says more (crosscompute serve --debug)'
  );
}

const CODES: Readonly<Record<number, string>> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'too-large',
  415: 'type-unsupported'
};

/** What a body should be. */
const WORDS: Readonly<Record<number, string>> = {
  415: 'send values as application/json, a form as application/x-www-form-urlencoded, or files as multipart/form-data'
};

function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: HttpError,
  { renderPage, origins }: IErrorsOptions
): FastifyReply {
  const shorter = error.status === 404 ? withoutLastSlash(request) : null;
  if (shorter !== null) {
    return reply.redirect(shorter, 307);
  }
  reply.code(error.status);
  if (error.more.retryAfterSeconds !== undefined) {
    reply.header('Retry-After', error.more.retryAfterSeconds);
  }
  if (error.status === 408) {
    // What is still to come is not waited for.
    reply.header('Connection', 'close');
  }
  if (error.status === 401 || error.status === 403) {
    reply.header('Cache-Control', 'no-store');
  }
  const address = pathOf(request);
  const wantsPage =
    !address.startsWith('/api/') &&
    !address.endsWith('.json') &&
    !address.endsWith('/generate') &&
    (request.headers.accept ?? '').includes('text/html');
  if (wantsPage) {
    return sendPlainPage(reply, renderPage(request, error), origins);
  }
  return sendProblem(reply, error);
}

/** Answer a program with a problem document. */
export function sendProblem(reply: FastifyReply, error: HttpError): FastifyReply {
  const { refusals, problems } = error.more;
  const document: IProblemDocument = {
    type: 'about:blank',
    title: error.message,
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(refusals ? { refusals } : {}),
    ...(problems ? { problems } : {})
  };
  return reply
    .code(error.status)
    .header('X-Content-Type-Options', 'nosniff')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(document));
}
