import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { renderApiPage, type IApiRoute } from '../../core/template/apiPage';
import type { IPageFrame } from '../../core/template/document';
import { forRoot } from './access';
import { contentPolicy } from './contentPolicy';

/** Options of `apiPages`. */
export interface IApiPagesOptions {
  /** The server whose routes are described. */
  described: FastifyInstance;
  version: string;
  origins: readonly string[];
  frame(rootUri: string): IPageFrame;
}

/** `api/`: the description of the API for people, and for programs as OpenAPI; the original's addresses lead there. */
export const apiPages: FastifyPluginAsync<IApiPagesOptions> = async (app, options) => {
  const { described, version, origins } = options;
  const route = { config: { access: forRoot('see_root') }, schema: { hide: true } };

  app.get('/api/openapi.json', route, () => described.swagger());

  app.get('/api/', route, (request, reply) => {
    const html = renderApiPage(options.frame(request.rootUri), {
      version,
      routes: routesOf(described)
    });
    return reply
      .type('text/html; charset=utf-8')
      .header(
        'Content-Security-Policy',
        contentPolicy({ nonce: '', styleUris: [], connectUris: [], origins })
      )
      .send(html);
  });

  app.get('/api', route, (request, reply) => reply.redirect(`${request.rootUri}/api/`, 301));
  app.get('/docs', route, (request, reply) => reply.redirect(`${request.rootUri}/api/`, 301));
  app.get('/openapi.json', route, (request, reply) =>
    reply.redirect(`${request.rootUri}/api/openapi.json`, 301)
  );
};

interface IOperation {
  summary?: string;
  description?: string;
  tags?: readonly string[];
}

function routesOf(described: FastifyInstance): IApiRoute[] {
  const { paths = {} } = described.swagger() as {
    paths?: Record<string, Record<string, IOperation>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary = '', description = '', tags = [] }]) => ({
      method: method.toUpperCase(),
      path,
      summary,
      description,
      group: tags[0] ?? 'other'
    }))
  );
}
