import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IPrintResource } from '../../core/api';
import type { PrintJob } from '../print/printJob';
import { zipStream } from '../print/zipStream';
import { notAuthorized } from '../access/refusal';
import { printableBatches } from '../access/allowed';
import type { Services } from '../services';
import { filteredByHandler, forAutomationId } from './access';
import { accessOf } from './subjects';
import { Batch } from './schemas';

const PrintBody = Type.Object(
  {
    automation: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    batches: Type.Optional(Type.Array(Batch, { minItems: 1, maxItems: 100_000 })),
    run: Type.Optional(Type.Boolean({ description: 'run new and stale batches first' }))
  },
  { additionalProperties: false }
);

const PrintParams = Type.Object({
  print: Type.String({ pattern: '^[a-z0-9]{32}$', description: 'Print id' })
});

/** `api/prints`: print batches, see how far it is, download one PDF or an archive of all. */
export const prints: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const tags = ['prints'];
  const own = { access: filteredByHandler('who asked for it') };

  /** @throws {HttpError} 403 `not-authorized` for the job of somebody else */
  const ownJob = (request: FastifyRequest): PrintJob => {
    const job = services.prints.get((request.params as { print: string }).print);
    if (!services.access.isOwner(job, request.visitor)) {
      throw notAuthorized();
    }
    return job;
  };

  app.post(
    '/api/prints',
    {
      config: {
        access: forAutomationId(
          'see_batch',
          ({ body }) => (body as { automation: string }).automation
        )
      },
      schema: { summary: 'Print batches, or all', tags, body: PrintBody }
    },
    async (request, reply): Promise<IPrintResource> => {
      const { batches = null, run } = request.body;
      const access = accessOf(request);
      const mayRun = access.extentOf('run_automation') === 'accept';
      if (run && !mayRun) {
        throw access.refusal('run_automation');
      }
      const slugs = await printableBatches(services, access, batches);
      const isRun = run ?? mayRun;
      const job = await services.prints.start(access.loaded, slugs, isRun ? request.asker : null);
      services.access.own(job, request.visitor);
      reply.code(201);
      return job.resource();
    }
  );

  app.get(
    '/api/prints/:print',
    { config: own, schema: { summary: 'How far printing is', tags, params: PrintParams } },
    (request): IPrintResource => ownJob(request).resource()
  );

  app.get(
    '/api/prints/:print/file',
    {
      config: own,
      schema: { summary: 'The PDF, or an archive as it grows', tags, params: PrintParams }
    },
    (request, reply) => sendPrinted(reply, ownJob(request))
  );

  app.delete(
    '/api/prints/:print',
    {
      config: own,
      schema: { summary: 'Stop printing and forget the documents', tags, params: PrintParams }
    },
    async (request, reply) => {
      await services.prints.remove(ownJob(request).id);
      return reply.code(204).send();
    }
  );
};

/**
 * Send what a job prints: the document when it is there, or an archive while it grows.
 *
 * @throws {HttpError} why nothing was printed
 */
export async function sendPrinted(reply: FastifyReply, job: PrintJob): Promise<FastifyReply> {
  reply.header('Cache-Control', 'no-store');
  if (job.isSingle) {
    const pdf = await job.single();
    return nameFile(reply, 'inline', job).type('application/pdf').send(pdf);
  }
  await job.first();
  return nameFile(reply, 'attachment', job).type('application/zip').send(zipStream(job.entries()));
}

/** RFC 6266: a name with any letters, and one for readers that know only the simplest. */
function nameFile(reply: FastifyReply, kind: 'inline' | 'attachment', job: PrintJob): FastifyReply {
  const { fileName } = job.resource();
  const plain = fileName.replace(/[^\w .-]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
  );
  return reply.header(
    'Content-Disposition',
    `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
  );
}
