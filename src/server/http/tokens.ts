import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../core/json';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import { forEveryone, forRoot } from './access';
import { SITE_PREFIX } from './siteUrl';
import { accessOf } from './subjects';
import { isTokenKnown, setCookie, TOKEN_COOKIE, type IVisitorsOptions } from './visitors';

/** Options of `tokens`. */
export interface ITokensOptions {
  services: Services;
  /** True when several sites live below `at/`, as inside Jupyter. */
  hasSites: boolean;
  visitors: IVisitorsOptions;
  /** Shows the form again, to who sent a wrong token. */
  renderSignIn(request: FastifyRequest, next: string): string;
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

/** `POST tokens.json`: add a token for an identity; `POST sign-in`: put a token into the cookie of the browser. */
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
          return reply
            .code(403)
            .type('text/html; charset=utf-8')
            .send(options.renderSignIn(request, next));
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
        return reply.redirect(`${request.rootUri}/`, 303);
      }
    );
  });
};

/** An address of ours to go on to; the start page for anything that may lead elsewhere. */
function localAddress(request: FastifyRequest, address: string): string {
  const isLocal = /^\/(?![/\\])[^\s\\\u0000-\u001f]*$/.test(address) && address.length < 2000;
  return isLocal && address.startsWith(`${request.rootUri}/`) ? address : `${request.rootUri}/`;
}
