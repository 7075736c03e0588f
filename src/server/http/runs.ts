import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { FastifyRequest } from 'fastify';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IRunRequest, IRunResource, IRunResponse, IRunSummary } from '../../core/api';
import type { InputValues } from '../../core/batch/batch';
import { RUN_STATES, isFinal, type IRunRecord } from '../../core/run/run';
import { HttpError } from '../httpError';
import type { AutomationAccess } from '../access/automationAccess';
import { isOwner } from '../access/visitor';
import type { Services } from '../services';
import { filteredByHandler, forAutomationId, forRun } from './access';
import { locateAllowed, recordFor, runSummaryFor } from '../access/allowed';
import { requireOwnUploads } from './files';
import { Batch, Inputs, RunParams, Step } from './schemas';
import { accessOf, runOf } from './subjects';

const RunBody = Type.Object(
  {
    automation: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    batch: Type.Optional(Batch),
    inputs: Type.Optional(Inputs),
    step: Type.Optional(Step),
    fresh: Type.Optional(Type.Boolean()),
    priority: Type.Optional(
      Type.Union([Type.Literal('interactive'), Type.Literal('sweep'), Type.Literal('background')])
    )
  },
  { additionalProperties: false }
);

const ListQuery = Type.Object({
  automation: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  batch: Type.Optional(Batch),
  state: Type.Optional(Type.Union(RUN_STATES.map(state => Type.Literal(state)))),
  before: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'a time, or the id of the last run of the list before'
    })
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  records: Type.Optional(Type.Boolean({ description: 'with the record of each run' }))
});

const RUN_ID = /^[a-z0-9]{32}$/;

/** `api/runs`: ask for runs, look at them, stop, repeat and delete them. */
export const runs: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const { queue } = services;
  const tags = ['runs'];

  app.post(
    '/api/runs',
    {
      config: {
        access: forAutomationId('run_automation', ({ body }) => (body as IRunRequest).automation)
      },
      schema: { summary: 'Run a batch or inputs; joins equal work in flight', tags, body: RunBody }
    },
    async (request, reply) => {
      const response = await requestRun(services, request, request.body as IRunRequest);
      return reply.code(response.joined || response.cached ? 200 : 201).send(response);
    }
  );

  app.get(
    '/api/runs',
    {
      config: { access: filteredByHandler('see_batch of each, and made by the visitor') },
      schema: { summary: 'Runs, newest first', tags, querystring: ListQuery }
    },
    (request): (IRunSummary | IRunResource)[] => {
      const { state, before, records = false, ...filter } = request.query;
      const describe = records ? resourceOf : summaryOf;
      return queue
        .list({
          ...filter,
          ...(before && RUN_ID.test(before) ? { beforeRun: before } : { before }),
          ...(state ? { states: [state] } : {})
        })
        .filter(run => services.access.listsRun(request.visitor, run))
        .map(run => describe(services, request, run));
    }
  );

  app.get(
    '/api/runs/:run',
    {
      config: { access: forRun('see_batch') },
      schema: { summary: 'One run with its record', tags, params: RunParams }
    },
    (request): IRunResource => resourceOf(services, request, runOf(request))
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
      config: { access: forRun('run_automation') },
      schema: {
        summary: 'Stop a queued or running run',
        description:
          'Answers when it is final. Who is not the owner of the server only leaves a run that others want, too.',
        tags,
        params: RunParams
      }
    },
    async (request): Promise<IRunResource> => {
      const { id } = runOf(request);
      if (isOwner(request.visitor)) {
        await queue.stop(id);
      } else {
        await queue.leave(id, request.asker.name);
      }
      return resourceOf(services, request, queue.get(id) ?? runOf(request));
    }
  );

  app.post(
    '/api/runs/:run/retry',
    {
      config: { access: forRun('run_automation') },
      schema: {
        summary: 'Run again on the same inputs with the code as it is now',
        tags,
        params: RunParams
      }
    },
    async (request, reply) => {
      const { id, batch } = runOf(request);
      const { access } = request.subject;
      if (access && batch.kind !== 'form') {
        // A predefined batch runs on its values of now, which may differ from those of the run.
        await locateAllowed(services, access, batch.slug, 'run_automation');
      }
      const response = await runService.retry(id, request.asker);
      return reply.code(response.joined ? 200 : 201).send(response);
    }
  );

  app.post(
    '/api/runs/:run/first',
    {
      config: { access: forRun('run_automation') },
      schema: { summary: 'Put a queued run before all others', tags, params: RunParams }
    },
    (request): IRunSummary => {
      const { id } = runOf(request);
      queue.first(id);
      return summaryOf(services, request, queue.get(id) ?? runOf(request));
    }
  );

  for (const method of ['POST', 'DELETE'] as const) {
    const isPinned = method === 'POST';
    app.route({
      method,
      url: '/api/runs/:run/pin',
      config: { access: forRun('run_automation') },
      schema: {
        summary: isPinned
          ? 'Keep a final run however old it is'
          : 'Let a run go again when it is old',
        tags,
        params: RunParams
      },
      handler: async (request): Promise<IRunResource> => {
        const { id } = runOf(request);
        await queue.pin(id, isPinned);
        return resourceOf(services, request, queue.get(id) ?? runOf(request));
      }
    });
  }

  app.delete(
    '/api/runs/:run',
    {
      config: { access: forRun('run_automation') },
      schema: {
        summary: 'Delete a final run made from the form, with its files',
        tags,
        params: RunParams
      }
    },
    async (request, reply) => {
      const record = runOf(request);
      if (!isFinal(record.state)) {
        throw new HttpError(409, 'not-final', 'this run is not over yet; stop it first');
      }
      await queue.remove(record.id);
      if (record.batch.kind === 'form') {
        const folder = path.join(services.runSource.automationFolder(record), record.batch.folder);
        await fs.rm(folder, { recursive: true, force: true });
      }
      return reply.code(204).send();
    }
  );
};

/**
 * Ask for a run as far as the visitor may: the values must be allowed, and the batch that fills what is not given must
 * be one that it may see.
 */
export async function requestRun(
  services: Services,
  request: FastifyRequest,
  body: IRunRequest,
  isStrict = body.batch === undefined
): Promise<IRunResponse> {
  const access = accessOf(request);
  const { inputs, batch } = body;
  if (inputs) {
    await requireOwnUploads(services.uploads, access.loaded.get(), {
      inputs,
      owner: request.visitor.owner
    });
    if (batch !== undefined) {
      await locateAllowed(services, access, batch);
    }
  }
  const from = batch ?? (inputs ? await firstVisible(services, access) : undefined);
  const requireAllowed = (values: InputValues) => {
    if (!access.allowsValues(values)) {
      throw access.refusal('run_automation');
    }
  };
  const asked = { ...body, batch: from };
  return services.runService.request(asked, request.asker, isStrict, requireAllowed);
}

/** The batch that fills a form which names none. */
async function firstVisible(
  { runService }: Services,
  access: AutomationAccess
): Promise<string | undefined> {
  if (access.extentOf('see_batch') === 'match') {
    for (const { slug } of access.loaded.batches) {
      if (await access.allowsBatch(runService.locate(access.loaded, slug))) {
        return slug;
      }
    }
  }
  return undefined;
}

function summaryOf(services: Services, request: FastifyRequest, run: IRunRecord): IRunSummary {
  const access = services.access.ofRun(request.visitor, run);
  return runSummaryFor(access, services.summaries.run(run));
}

function resourceOf(services: Services, request: FastifyRequest, run: IRunRecord): IRunResource {
  const access = services.access.ofRun(request.visitor, run);
  return { ...summaryOf(services, request, run), record: recordFor(access, run) };
}
