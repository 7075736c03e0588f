import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { HttpError } from '../httpError';
import { EventStream } from './eventStream';
import { parseTopics, type TopicResolver } from './topics';

/** `GET api/events`: the one event stream, see `layers/run-queue.md` §3. */
export const events: FastifyPluginAsyncTypebox<{ resolve: TopicResolver }> = async (
  app,
  { resolve }
) => {
  const open = new Set<EventStream>();
  app.get(
    '/api/events',
    {
      schema: {
        summary: 'Server-sent events of several topics on one connection',
        description:
          'Topics: run:<id> (its journal), queue, config:<automation>, data:<automation>/<batch>, ' +
          'watch:<automation>/<batch> (keeps results up to date while somebody listens). ' +
          'Each may carry @<last number>; Last-Event-ID rejoins all of them.',
        tags: ['events'],
        querystring: Type.Object({ topics: Type.String({ maxLength: 10_000 }) })
      }
    },
    (request, reply) => {
      const last = request.headers['last-event-id'];
      const topics = parseTopics(request.query.topics, typeof last === 'string' ? last : '');
      if (!topics) {
        throw new HttpError(400, 'topics-missing', 'name 1 to 100 topics, such as topics=queue');
      }
      reply.hijack();
      const stream = new EventStream(reply.raw, topics, resolve);
      open.add(stream);
      reply.raw.on('close', () => open.delete(stream));
      stream.open();
    }
  );
  // A server that closes waits for its connections: these would never end by themselves.
  app.addHook('preClose', async () => open.forEach(stream => stream.close()));
};
