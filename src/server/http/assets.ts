import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { isAbsent } from '../files';
import { HttpError } from '../httpError';
import { forEveryone } from './access';

/** Names of files that pages load; everything else in `assets/` is unknown. */
const ASSET_NAME = /^[A-Za-z0-9][\w-]*(\.[\w-]+)*\.(js|mjs|css|svg|json)$/;

/**
 * `assets/…`: our script with its chunks, style sheets, icon, and files of libraries. Their addresses carry a
 * stamp of the content or a version, so they are kept for ever.
 */
export const assets: FastifyPluginAsyncTypebox<{ folder: string }> = async (app, { folder }) => {
  app.get(
    '/assets/:name',
    {
      config: { access: forEveryone },
      schema: { hide: true, params: Type.Object({ name: Type.String() }) }
    },
    async (request, reply) => {
      const { name } = request.params;
      if (!ASSET_NAME.test(name) || !(await isFile(path.join(folder, name)))) {
        throw new HttpError(404, 'not-found', 'there is no such asset');
      }
      return reply.sendFile(name, folder, { maxAge: '365d', immutable: true });
    }
  );

  // The original put a worker there that kept failed requests for good: whoever still has it gets rid of it.
  app.get(
    '/assets/service-worker.js',
    { config: { access: forEveryone }, schema: { hide: true } },
    (_request, reply) =>
      reply
        .type('text/javascript; charset=utf-8')
        .header('Cache-Control', 'no-cache')
        .send(
          "self.addEventListener('install', () => self.skipWaiting());\nself.addEventListener('activate', () => self.registration.unregister());\n"
        )
  );

  app.get(
    '/favicon.ico',
    { config: { access: forEveryone }, schema: { hide: true } },
    async (_request, reply) =>
      reply.type('image/svg+xml').send(await fs.readFile(path.join(folder, 'logo.svg')))
  );
};

async function isFile(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).isFile();
  } catch (error) {
    if (isAbsent(error)) {
      return false;
    }
    throw error;
  }
}
