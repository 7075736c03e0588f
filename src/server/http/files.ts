import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { HttpError } from '../httpError';
import type { Services } from '../services';

/** `POST files.json`: upload files for inputs; `GET f/<id>` lists them to who sent them. */
export const files: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services: { uploads } }
) => {
  const tags = ['files'];
  app.post(
    '/files.json',
    { schema: { summary: 'Upload files; the answer is their address', tags } },
    async request => {
      if (!request.isMultipart()) {
        throw new HttpError(415, 'type-unsupported', 'send files as multipart/form-data');
      }
      return { uri: await uploads.save(filesOf(request), request.user) };
    }
  );

  app.get(
    '/f/:id',
    {
      schema: {
        summary: 'Names of uploaded files',
        tags,
        params: Type.Object({ id: Type.String({ pattern: '^[a-z0-9]{32}$' }) })
      }
    },
    async request => {
      const found = await uploads.files(`/f/${request.params.id}`, request.user);
      return { files: found.map(({ name }) => ({ name })) };
    }
  );
};

async function* filesOf(
  request: FastifyRequest
): AsyncGenerator<{ filename: string; file: Readable & { truncated?: boolean } }> {
  for await (const part of request.files()) {
    yield { filename: part.filename, file: part.file };
  }
}
