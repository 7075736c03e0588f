import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../core/json';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import { forEveryone, forRoot } from './access';
import { sendPlainPage } from './contentPolicy';
import { signedInReaderOf } from './readers';
import { SITE_PREFIX } from './siteUrl';
import { accessOf } from './subjects';
import { isTokenKnown, setCookie, TOKEN_COOKIE, type IVisitorsOptions } from './visitors';

/** Options of `tokens`. */
export interface ITokensOptions {
  services: Services;
  /** True when several sites live below `at/`, as inside Jupyter. */
  hasSites: boolean;
  visitors: IVisitorsOptions;
}

const Property = Type.Union([
  Type.String({ maxLength: 1000 }),
  Type.Number(),
  Type.Boolean(),
  Type.Null()
]);

/** Identity that a token gives: properties with a value, or a list of values. */
const IdentityBody = Type.Record(
  Type.String({ minLength: 1, maxLength: 200 }),
  Type.Union([Property, Type.Array(Property, { maxItems: 1000 })]),
  { maxProperties: 100 }
);

const AddQuery = Type.Object({
  time_in_seconds: Type.Integer({
    minimum: 0,
    maximum: 10 ** 10,
    description: 'until it expires; 0 for never'
  })
});

const SIGN_IN_POLICY_LIMIT = 8 * 1024;

const SignInQuery = Type.Object({
  next: Type.Optional(Type.String({ maxLength: 4000 })),
  'signed-out': Type.Optional(Type.String())
});

/** `POST tokens.json`: add a token for an identity; `sign-in`: put a token into the cookie of the browser. */
export const tokens: FastifyPluginAsyncTypebox<ITokensOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';

  app.post(
    `${base}/tokens.json`,
    {
      config: { access: forRoot('add_token') },
      schema: {
        summary: 'Add a token that gives an identity',
        tags: ['tokens'],
        hide: hasSites,
        querystring: AddQuery,
        body: IdentityBody
      }
    },
    async (request, reply) => {
      const { loaded } = accessOf(request);
      const token = services.addedTokens.add(
        loaded.siteId,
        request.body as JsonObject,
        request.query.time_in_seconds
      );
      reply.header('Cache-Control', 'no-store');
      return { access_token: token, token_type: 'bearer' };
    }
  );

  const sendForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    page: { next: string; isWrong: boolean; hasSignedOut: boolean }
  ) => {
    const { next, isWrong, hasSignedOut } = page;
    const { rootUri } = request;
    const frame = { rootUri, reader: hasSignedOut ? null : signedInReaderOf(request, services) };
    const signIn = { uri: `${rootUri}/sign-in`, next, isWrong };
    const markup = services.documents.signIn(frame, { signIn, hasSignedOut });
    return sendPlainPage(reply, markup, options.visitors.origins);
  };

  app.get(
    '/sign-in',
    { config: { access: forEveryone }, schema: { hide: true, querystring: SignInQuery } },
    (request, reply) =>
      sendForm(request, reply, {
        next: localAddress(request, request.query.next ?? ''),
        isWrong: false,
        hasSignedOut: request.query['signed-out'] !== undefined
      })
  );

  await app.register(async forms => {
    // Here alone: no other route takes what a plain form can send.
    forms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: SIGN_IN_POLICY_LIMIT },
      (_request, body, done) => done(null, new URLSearchParams(body.toString()))
    );

    forms.post(
      '/sign-in',
      { config: { access: forEveryone }, schema: { hide: true } },
      async (request, reply) => {
        const { body } = request;
        if (!(body instanceof URLSearchParams)) {
          throw new HttpError(415, 'type-unsupported', 'send the form of the page');
        }
        const token = (body.get('token') ?? '').trim();
        const next = localAddress(request, body.get('next') ?? '');
        reply.header('Cache-Control', 'no-store');
        if (!token || !(await isTokenKnown(request, token, options.visitors))) {
          reply.code(403);
          return sendForm(request, reply, { next, isWrong: true, hasSignedOut: false });
        }
        setCookie(request, reply, TOKEN_COOKIE, token, options.visitors);
        return reply.redirect(next, 303);
      }
    );

    forms.post(
      '/sign-out',
      { config: { access: forEveryone }, schema: { hide: true } },
      async (request, reply) => {
        setCookie(request, reply, TOKEN_COOKIE, '', options.visitors);
        return reply.redirect(`${request.rootUri}/sign-in?signed-out`, 303);
      }
    );
  });
};

/** An address of ours to go on to; the start page for anything that may lead elsewhere. */
function localAddress(request: FastifyRequest, address: string): string {
  const isLocal = /^\/(?![/\\])[^\s\\\u0000-\u001f]*$/.test(address) && address.length < 2000;
  return isLocal && address.startsWith(`${request.rootUri}/`) ? address : `${request.rootUri}/`;
}
