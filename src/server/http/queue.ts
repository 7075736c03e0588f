import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IQueueState } from '../../core/api';
import type { Services } from '../services';

/** `api/queue`: what runs, what waits, and pausing. */
export const queue: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const tags = ['queue'];
  app.get(
    '/api/queue',
    { schema: { summary: 'Running and queued runs, with positions', tags } },
    (): IQueueState => services.queue.state()
  );
  app.post(
    '/api/queue/pause',
    { schema: { summary: 'Hold back new starts; executing runs go on', tags } },
    (): IQueueState => {
      services.queue.pause();
      return services.queue.state();
    }
  );
  app.post(
    '/api/queue/resume',
    { schema: { summary: 'Start queued runs again', tags } },
    (): IQueueState => {
      services.queue.resume();
      return services.queue.state();
    }
  );
};
