import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IBatchPage, IBatchSummary, IRunResponse, ISaveBatchRequest } from '../../core/api';
import type { Services } from '../services';
import { AutomationParams, Batch, Inputs } from './schemas';

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
      schema: {
        summary: 'Batches with status, values and newest run',
        tags,
        params: AutomationParams,
        querystring: ListQuery
      }
    },
    async (request): Promise<IBatchPage> => {
      const loaded = await services.automations.getFresh(request.params.automation);
      return services.batchList.page(loaded, request.query);
    }
  );

  app.post(
    '/api/automations/:automation/batches',
    {
      schema: { summary: 'Save inputs as a batch', tags, params: AutomationParams, body: SaveBody }
    },
    async (request, reply): Promise<IBatchSummary> => {
      const body = request.body as ISaveBatchRequest;
      const saved = await services.batchSaver.save(request.params.automation, body);
      reply.code(201);
      return saved;
    }
  );

  app.post(
    '/api/automations/:automation/run-all',
    {
      schema: {
        summary: 'Run all batches, or those that are named',
        tags,
        params: AutomationParams,
        body: RunAllBody
      }
    },
    async (request, reply): Promise<{ runs: IRunResponse[] }> => {
      const { batches: slugs = null } = request.body;
      const responses = await services.runService.requestAll(
        request.params.automation,
        slugs,
        request.user
      );
      reply.code(201);
      return { runs: responses };
    }
  );
};
