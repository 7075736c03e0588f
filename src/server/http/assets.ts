import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { HttpError } from '../httpError';

/** Files of ours that pages load; everything else in `assets/` is unknown. */
const ASSETS = ['page.js', 'page.css', 'logo.svg'] as const;

/** `assets/…`: our script, style sheet and icon. Their addresses carry a stamp, so they are kept for ever. */
export const assets: FastifyPluginAsyncTypebox<{ folder: string }> = async (app, { folder }) => {
  app.get(
    '/assets/:name',
    { schema: { hide: true, params: Type.Object({ name: Type.String() }) } },
    async (request, reply) => {
      const name = ASSETS.find(asset => asset === request.params.name);
      if (!name) {
        throw new HttpError(404, 'not-found', 'there is no such asset');
      }
      // The address carries a stamp of the content (`?v=…`): it may be kept for ever.
      return reply.sendFile(name, folder, { maxAge: '365d', immutable: true });
    }
  );

  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('image/svg+xml').send(await fs.readFile(path.join(folder, 'logo.svg')))
  );
};
