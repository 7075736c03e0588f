import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IQueueState } from '../../core/api';
import type { Services } from '../services';
import { filteredByHandler, forRunnerOfAll } from './access';
import { queueStateFor } from './queueState';

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
      schema: { summary: 'Running and queued runs, with positions', tags }
    },
    (request): IQueueState => queueStateFor(services, request.visitor)
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
