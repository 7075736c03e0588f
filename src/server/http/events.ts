import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { HttpError } from '../httpError';
import { filteredByHandler } from './access';
import { crossOriginHeaders } from './security';
import { EventStream } from './eventStream';
import type { StreamEnds } from './streamEnds';
import type { ITopicSources } from './topicSources';
import { parseTopics } from './topics';

/** `GET api/events`: the one event stream, see `layers/run-queue.md` §3. */
export const events: FastifyPluginAsyncTypebox<{
  topics: ITopicSources;
  ends: StreamEnds;
}> = async (app, { topics: sources, ends }) => {
  app.get(
    '/api/events',
    {
      config: { access: filteredByHandler('each topic by itself') },
      // A HEAD would never end.
      exposeHeadRoute: false,
      schema: {
        summary: 'Server-sent events of several topics on one connection',
        description:
          'Topics: run:<id> (its journal), tail:<id> (without the begin of long text; what comes after such a ' +
          'gap has isAfterGap), queue, config:<automation>, data:<automation>/<batch>, ' +
          'watch:<automation>/<batch> (keeps results up to date while somebody listens). ' +
          'Each may carry @<last number>; Last-Event-ID rejoins all of them.',
        tags: ['events'],
        querystring: Type.Object({ topics: Type.String({ maxLength: 10_000 }) })
      }
    },
    async (request, reply) => {
      const last = request.headers['last-event-id'];
      const topics = parseTopics(request.query.topics, typeof last === 'string' ? last : '');
      if (!topics) {
        throw new HttpError(400, 'topics-missing', 'name 1 to 100 topics, such as topics=queue');
      }
      const { resolve, expiresMs } = await sources.open(
        request.visitor,
        topics.map(({ name }) => name)
      );
      reply.hijack();
      const stream = new EventStream(reply.raw, topics, resolve, crossOriginHeaders(reply));
      ends.add(stream, reply.raw, expiresMs);
      stream.open();
    }
  );
};
