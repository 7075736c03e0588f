import { createReadStream, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IRunRequest, IRunResource, IRunSummary } from '../../core/api';
import { RUN_STATES, isFinal, type IRunRecord } from '../../core/run/run';
import { isAbsent } from '../files';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import { Batch, Inputs, RunParams, Step } from './schemas';

const RunBody = Type.Object(
  {
    automation: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    batch: Type.Optional(Batch),
    inputs: Type.Optional(Inputs),
    step: Type.Optional(Step),
    fresh: Type.Optional(Type.Boolean()),
    priority: Type.Optional(Type.Union([Type.Literal('interactive'), Type.Literal('sweep')]))
  },
  { additionalProperties: false }
);

const ListQuery = Type.Object({
  automation: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  batch: Type.Optional(Batch),
  state: Type.Optional(Type.Union(RUN_STATES.map(state => Type.Literal(state)))),
  before: Type.Optional(Type.String({ maxLength: 40 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }))
});

const JournalQuery = Type.Object({
  from: Type.Optional(Type.Integer({ minimum: 1 })),
  to: Type.Optional(Type.Integer({ minimum: 1 }))
});

const LogQuery = Type.Object({
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')], { default: 'stdout' }),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'first byte' }))
});

/** `api/runs`: ask for runs, look at them, stop, repeat and delete them. */
export const runs: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const { queue, runService } = services;
  const tags = ['runs'];

  app.post(
    '/api/runs',
    {
      schema: { summary: 'Run a batch or inputs; joins equal work in flight', tags, body: RunBody }
    },
    async (request, reply) => {
      const response = await runService.request(request.body as IRunRequest, request.user);
      return reply.code(response.joined || response.cached ? 200 : 201).send(response);
    }
  );

  app.get(
    '/api/runs',
    { schema: { summary: 'Runs, newest first', tags, querystring: ListQuery } },
    (request): IRunSummary[] => {
      const { state, ...filter } = request.query;
      return queue
        .list({ ...filter, ...(state ? { states: [state] } : {}) })
        .map(run => services.summaries.run(run));
    }
  );

  app.get(
    '/api/runs/:run',
    { schema: { summary: 'One run with its record', tags, params: RunParams } },
    (request): IRunResource => {
      const record = required(services, request.params.run);
      return { ...services.summaries.run(record), record };
    }
  );

  app.get(
    '/api/runs/:run/journal',
    { schema: { summary: 'Events of a run', tags, params: RunParams, querystring: JournalQuery } },
    async request => {
      const { id } = required(services, request.params.run);
      const { from = 1, to = Number.MAX_SAFE_INTEGER } = request.query;
      return (await queue.journal(id)).filter(({ seq }) => seq >= from && seq <= to);
    }
  );

  app.get(
    '/api/runs/:run/log',
    {
      schema: { summary: 'Text that a run wrote', tags, params: RunParams, querystring: LogQuery }
    },
    async (request, reply) => {
      const record = required(services, request.params.run);
      const file = path.join(debugFolder(services, record), `${request.query.stream}.txt`);
      reply.type('text/plain; charset=utf-8');
      try {
        const { size } = await fs.stat(file);
        const start = Math.min(request.query.from ?? 0, size);
        reply.header('X-Log-Size', size);
        return reply.send(start < size ? createReadStream(file, { start, end: size - 1 }) : '');
      } catch (error) {
        if (isAbsent(error)) {
          return reply.send('');
        }
        throw error;
      }
    }
  );

  addActions(app, services);
};

const addActions: (...parameters: [Parameters<typeof runs>[0], Services]) => void = (
  app,
  services
) => {
  const { queue, runService } = services;
  const tags = ['runs'];
  app.post(
    '/api/runs/:run/stop',
    {
      schema: {
        summary: 'Stop a queued or running run; answers when it is final',
        tags,
        params: RunParams
      }
    },
    async (request): Promise<IRunResource> => {
      await queue.stop(required(services, request.params.run).id);
      const record = required(services, request.params.run);
      return { ...services.summaries.run(record), record };
    }
  );

  app.post(
    '/api/runs/:run/retry',
    {
      schema: {
        summary: 'Run again on the same inputs with the code as it is now',
        tags,
        params: RunParams
      }
    },
    async (request, reply) => {
      const response = await runService.retry(
        required(services, request.params.run).id,
        request.user
      );
      return reply.code(response.joined ? 200 : 201).send(response);
    }
  );

  app.post(
    '/api/runs/:run/first',
    { schema: { summary: 'Put a queued run before all others', tags, params: RunParams } },
    (request): IRunSummary => {
      queue.first(request.params.run);
      return services.summaries.run(required(services, request.params.run));
    }
  );

  app.delete(
    '/api/runs/:run',
    {
      schema: {
        summary: 'Delete a final run made from the form, with its files',
        tags,
        params: RunParams
      }
    },
    async (request, reply) => {
      const record = required(services, request.params.run);
      if (!isFinal(record.state)) {
        throw new HttpError(409, 'not-final', 'this run is not over yet; stop it first');
      }
      await queue.remove(record.id);
      if (record.batch.kind === 'form') {
        const folder = path.join(services.runService.automationFolder(record), record.batch.folder);
        await fs.rm(folder, { recursive: true, force: true });
      }
      return reply.code(204).send();
    }
  );
};

function required(services: Services, id: string): IRunRecord {
  const record = services.queue.get(id);
  if (!record) {
    throw new HttpError(404, 'run-unknown', 'this run does not exist');
  }
  return record;
}

function debugFolder(services: Services, record: IRunRecord): string {
  return path.join(services.runService.automationFolder(record), record.batch.folder, 'debug');
}
