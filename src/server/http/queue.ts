import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IQueueState } from '../../core/api';
import type { Services } from '../services';
import { notAuthorized } from '../access/refusal';
import { isOwner } from '../access/visitor';
import { filteredByHandler, forAutomationId, forRunnerOfAll } from './access';
import { queueStateFor } from './queueState';

const AutomationId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Automation id' });

const QueueQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 }))
});

const PauseBody = Type.Optional(
  Type.Union([
    Type.Object(
      {
        automation: Type.Optional(
          Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Automation id; default all' })
        )
      },
      { additionalProperties: false }
    ),
    Type.Null()
  ])
);

/** `api/queue`: what runs, what waits, and pausing. */
export const queue: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const tags = ['queue'];
  app.get(
    '/api/queue',
    {
      config: { access: filteredByHandler('see_batch of each run, and made by the visitor') },
      schema: {
        summary: 'Running and queued runs, with positions',
        description:
          'Lists the first hundred that run and the first hundred that wait, and counts all. `after` leaves out so many of those that wait.',
        tags,
        querystring: QueueQuery
      }
    },
    (request): IQueueState => queueStateFor(services, request.visitor, request.query)
  );
  app.post(
    '/api/queue/stop',
    {
      config: {
        access: forAutomationId(
          'run_automation',
          ({ body }) => (body as { automation: string }).automation
        )
      },
      schema: {
        summary: 'Stop all runs of an automation',
        description: 'None that waits begins any more; they end in the background. For the owner.',
        tags,
        body: Type.Object({ automation: AutomationId }, { additionalProperties: false })
      }
    },
    async (request, reply) => {
      if (!isOwner(request.visitor)) {
        throw notAuthorized();
      }
      const { automation } = request.body;
      const count = services.sweeps.stop(automation) + services.queue.stopAll(automation);
      return reply.code(202).send({ count });
    }
  );
  app.post(
    '/api/queue/pause',
    {
      config: { access: forRunnerOfAll },
      schema: { summary: 'Hold back new starts; executing runs go on', tags, body: PauseBody }
    },
    (request): IQueueState => {
      services.queue.pause(request.body?.automation);
      return queueStateFor(services, request.visitor);
    }
  );
  app.post(
    '/api/queue/resume',
    {
      config: { access: forRunnerOfAll },
      schema: { summary: 'Start queued runs again', tags, body: PauseBody }
    },
    (request): IQueueState => {
      services.queue.resume(request.body?.automation);
      return queueStateFor(services, request.visitor);
    }
  );
};
