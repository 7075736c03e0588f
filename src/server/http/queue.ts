import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IQueueState } from '../../core/api';
import type { Services } from '../services';
import { filteredByHandler, forRunnerOfAll } from './access';
import { queueStateFor } from './queueState';

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
      schema: { summary: 'Hold back new starts; executing runs go on', tags }
    },
    (request): IQueueState => {
      services.queue.pause();
      return queueStateFor(services, request.visitor);
    }
  );
  app.post(
    '/api/queue/resume',
    {
      config: { access: forRunnerOfAll },
      schema: { summary: 'Start queued runs again', tags }
    },
    (request): IQueueState => {
      services.queue.resume();
      return queueStateFor(services, request.visitor);
    }
  );
};
