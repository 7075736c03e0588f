import * as path from 'node:path';
import multipart from '@fastify/multipart';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { IInputRefusal, PostedInputs } from '../../core/api';
import { findVariable, type IAutomation } from '../../core/automation/automation';
import { isJsonObject } from '../../core/json';
import { errorCode } from '../files';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import type { IIncomingFile, Uploads } from '../site/uploads';
import { filteredByHandler, forAnyRunner } from './access';
import { isActiveType } from './contentPolicy';
import { checkFormToken } from './formToken';

const Id = Type.String({ pattern: '^[A-Za-z0-9]{32}$' });

/** Of what was uploaded nothing runs when it is opened by itself. */
const FILE_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** `POST files.json`: upload files for inputs; `GET f/<id>` and `f/<id>/<n>` give them back to who sent them. */
export const files: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services: { uploads, digester } }
) => {
  const tags = ['files'];
  const { maxFileBytes, maxFiles } = uploads.limits;
  // Here alone: nothing else takes such bodies.
  await app.register(multipart, {
    limits: {
      fileSize: maxFileBytes,
      files: maxFiles + 1,
      fields: 20,
      fieldSize: 1024,
      parts: maxFiles + 30
    }
  });
  const own = { access: filteredByHandler('who uploaded it') };

  app.post(
    '/files.json',
    {
      config: { access: forAnyRunner },
      schema: { summary: 'Upload files; the answer is their address', tags }
    },
    async request => {
      if (!request.isMultipart()) {
        throw new HttpError(415, 'type-unsupported', 'send files as multipart/form-data');
      }
      checkFormToken(request, digester);
      try {
        return { uri: await uploads.save(filesOf(request), request.visitor.owner) };
      } catch (error) {
        throw isOfBody(error) ? notWhole() : error;
      }
    }
  );

  app.get(
    '/f/:id',
    {
      config: own,
      schema: { summary: 'Names of uploaded files', tags, params: Type.Object({ id: Id }) }
    },
    async (request, reply) => {
      const uri = `/f/${request.params.id.toLowerCase()}`;
      const found = await uploads.files(uri, request.visitor.owner);
      reply.header('Cache-Control', 'no-store');
      return {
        files: found.map(({ name, type, size }, index) => ({
          name,
          type,
          size,
          uri: `${uri}/${index}`
        }))
      };
    }
  );

  app.get(
    '/f/:id/:index',
    {
      config: own,
      schema: {
        summary: 'One of the uploaded files',
        tags,
        params: Type.Object({ id: Id, index: Type.Integer({ minimum: 0, maximum: 1000 }) })
      }
    },
    async (request, reply) => {
      const { id, index } = request.params;
      const found = await uploads.files(`/f/${id.toLowerCase()}`, request.visitor.owner);
      if (index >= found.length) {
        throw new HttpError(404, 'upload-unknown', 'there are not so many files');
      }
      const { name, type, path: file } = found[index];
      const isSafe = type !== '' && !isActiveType(type);
      reply
        .type(isSafe ? type : 'application/octet-stream')
        .header('Cache-Control', 'no-store')
        .header('Content-Security-Policy', FILE_POLICY)
        .header('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
      return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
    }
  );
};

/**
 * Make sure that posted uploads are those of who posts them.
 *
 * @throws {HttpError} 400 `input-refused`
 */
export async function requireOwnUploads(
  uploads: Uploads,
  automation: IAutomation,
  { inputs, owner }: { inputs: PostedInputs; owner: string }
): Promise<void> {
  const refusals: IInputRefusal[] = [];
  for (const [id, item] of Object.entries(inputs)) {
    const uri = uriOf(item);
    const variable = findVariable(automation, 'input', id);
    if (uri !== null && variable) {
      try {
        await uploads.files(uri, owner);
      } catch (error) {
        if (!(error instanceof HttpError)) {
          throw error;
        }
        refusals.push({ variable: variable.id, message: error.message });
      }
    }
  }
  if (refusals.length) {
    const message = refusals.map(({ variable, message }) => `${variable}: ${message}`).join('; ');
    throw new HttpError(400, 'input-refused', message, { refusals });
  }
}

/** The address in a posted item: `{"uri": …}`, or the same as a value, or the address alone. */
function uriOf(item: unknown): string | null {
  if (!isJsonObject(item)) {
    return null;
  }
  const raw = item.uri ?? item.value;
  const uri = isJsonObject(raw) ? raw.uri : raw;
  return typeof uri === 'string' && uri.startsWith('/f/') ? uri : null;
}

async function* filesOf(request: FastifyRequest): AsyncGenerator<IIncomingFile> {
  for await (const { filename, mimetype, file } of request.files()) {
    yield { filename, mimetype, file };
  }
}

/** Tell whether an error says that a body is no multipart, or ended too soon; what fails on our side has codes of its own. */
function isOfBody(error: unknown): boolean {
  const isKnown = error instanceof HttpError || (error instanceof Error && 'statusCode' in error);
  return !isKnown && ['', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(errorCode(error));
}

function notWhole(): HttpError {
  return new HttpError(400, 'upload-broken', 'the upload is not whole; send it again');
}
