import * as path from 'node:path';
import { Readable } from 'node:stream';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { isText, type JournalEvent } from '../../core/run/journal';
import type { IRunRecord } from '../../core/run/run';
import { nodeFiles } from '../files';
import { eventFor } from '../access/allowed';
import { showsRun } from '../queue/debugFolder';
import type { Services } from '../services';
import { forRun } from './access';
import { RunParams } from './schemas';
import { runOf } from './subjects';

const JournalQuery = Type.Object({
  from: Type.Optional(Type.Integer({ minimum: 1, description: 'number of the first event' })),
  to: Type.Optional(Type.Integer({ minimum: 1, description: 'number of the last event' })),
  bytes: Type.Optional(
    Type.Integer({ minimum: 512 * 1024, description: 'only about so many bytes of the end of it' })
  )
});

const LogQuery = Type.Object({
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')], { default: 'stdout' })
});

/** `api/runs/<id>/journal` and `log`: what a run said, as a whole or in parts; memory does not grow with it. */
export const runTexts: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const { queue } = services;
  const tags = ['runs'];

  app.get(
    '/api/runs/:run/journal',
    {
      config: { access: forRun('see_batch') },
      schema: { summary: 'Events of a run', tags, params: RunParams, querystring: JournalQuery }
    },
    async (request, reply) => {
      const events = queue.journal(runOf(request).id, request.query);
      const lines = jsonArray(events, event => eventFor(request.subject.access ?? null, event));
      return reply.type('application/json; charset=utf-8').send(Readable.from(lines));
    }
  );

  app.get(
    '/api/runs/:run/log',
    {
      config: { access: forRun('run_automation') },
      schema: {
        summary: 'Text that a run wrote on a stream',
        description: 'The newest run of a batch answers with ranges of bytes, too.',
        tags,
        params: RunParams,
        querystring: LogQuery
      }
    },
    async (request, reply) => {
      const record = runOf(request);
      const { stream } = request.query;
      const folder = debugFolder(services, record);
      reply.type('text/plain; charset=utf-8');
      if (
        (await showsRun(folder, record.id)) &&
        (await nodeFiles.status(path.join(folder, `${stream}.txt`)))
      ) {
        return reply.sendFile(`${stream}.txt`, folder, { cacheControl: false, dotfiles: 'allow' });
      }
      return reply.send(Readable.from(textOf(queue.journal(record.id), stream)));
    }
  );
};

/** Write values, as far as they are to be seen, as a JSON array, one after the other. */
async function* jsonArray<T>(
  values: AsyncIterable<T>,
  see: (value: T) => T | null
): AsyncGenerator<string> {
  let separator = '[';
  for await (const value of values) {
    const seen = see(value);
    if (seen !== null) {
      yield separator + JSON.stringify(seen);
      separator = ',\n';
    }
  }
  yield separator === '[' ? '[]' : ']';
}

/** What a run wrote on a stream, from its journal: the files in `debug/` are those of the newest run. */
async function* textOf(
  events: AsyncIterable<JournalEvent>,
  stream: 'stdout' | 'stderr'
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.kind === 'output' && isText(event) && event.stream === stream) {
      yield event.text;
    }
  }
}

function debugFolder(services: Services, record: IRunRecord): string {
  return path.join(services.runSource.automationFolder(record), record.batch.folder, 'debug');
}
