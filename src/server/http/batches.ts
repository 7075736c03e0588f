import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IBatchPage, IBatchSummary, IRunAllResponse, ISaveBatchRequest } from '../../core/api';
import type { Services } from '../services';
import { forAutomation } from './access';
import { locateAllowed } from '../access/allowed';
import { AutomationParams, Batch, Inputs } from './schemas';
import { accessOf, loadedOf } from './subjects';
import { requireOwnUploads } from './files';

const ListQuery = Type.Object({
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  filter: Type.Optional(Type.String({ maxLength: 500, description: 'text in name or slug' })),
  sort: Type.Optional(
    Type.Union(['order', 'name', 'state', 'duration'].map(key => Type.Literal(key)))
  ),
  order: Type.Optional(Type.Union([Type.Literal('ascending'), Type.Literal('descending')])),
  runs: Type.Optional(Type.Boolean({ description: 'runs made from the form, too' }))
});

const SaveBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    inputs: Inputs,
    from: Type.Optional(Batch)
  },
  { additionalProperties: false }
);

const RunAllBody = Type.Object(
  { batches: Type.Optional(Type.Array(Batch, { maxItems: 100_000 })) },
  { additionalProperties: false }
);

/** `api/automations/<id>/batches`: list, save and run batches. */
export const batches: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const tags = ['batches'];

  app.get(
    '/api/automations/:automation/batches',
    {
      config: { access: forAutomation('see_batch') },
      schema: {
        summary: 'Batches with status, values and newest run',
        tags,
        params: AutomationParams,
        querystring: ListQuery
      }
    },
    async (request): Promise<IBatchPage> => {
      return services.batchList.page(loadedOf(request), {
        ...request.query,
        access: accessOf(request)
      });
    }
  );

  app.post(
    '/api/automations/:automation/batches',
    {
      config: { access: forAutomation('run_automation') },
      schema: { summary: 'Save inputs as a batch', tags, params: AutomationParams, body: SaveBody }
    },
    async (request, reply): Promise<IBatchSummary> => {
      const body = request.body as ISaveBatchRequest;
      const access = accessOf(request);
      if (access.extentOf('run_automation') !== 'accept') {
        // It changes the configuration, which is for everyone.
        throw access.refusal('run_automation');
      }
      if (body.from !== undefined) {
        await locateAllowed(services, access, body.from);
      }
      await requireOwnUploads(services.uploads, access.loaded.get(), {
        inputs: body.inputs,
        owner: request.visitor.owner
      });
      const saved = await services.batchSaver.save(request.params.automation, body);
      reply.code(201);
      return saved;
    }
  );

  app.post(
    '/api/automations/:automation/run-all',
    {
      config: { access: forAutomation('run_automation') },
      schema: {
        summary: 'Run all batches, or those that are named',
        description: 'Answers when the first runs are queued; the others are queued after that.',
        tags,
        params: AutomationParams,
        body: RunAllBody
      }
    },
    async (request, reply): Promise<IRunAllResponse> => {
      const loaded = loadedOf(request);
      const { batches: named = null } = request.body;
      const access = accessOf(request);
      const isAll = access.extentOf('run_automation') === 'accept';
      const slugs: string[] = [];
      for (const slug of isAll ? [] : (named ?? loaded.batches.map(batch => batch.slug))) {
        const batch = services.runService.locate(loaded, slug);
        if (await access.allowsBatch(batch, 'run_automation')) {
          slugs.push(slug);
        } else if (named) {
          throw access.refusal('run_automation');
        }
      }
      const accepted = await services.sweeps.start(
        request.params.automation,
        isAll ? named : slugs,
        request.asker
      );
      reply.code(accepted.count > accepted.runs.length ? 202 : 201);
      return accepted;
    }
  );
};
