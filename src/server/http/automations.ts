import type { FastifyRequest } from 'fastify';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { STEP_NAMES } from '../../core/automation/automation';
import type { IAutomationSummary, IFindResponse, IPageFragment } from '../../core/api';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { locateAllowed, summaryFor } from '../access/allowed';
import { filteredByHandler, forAutomation } from './access';
import { accessOf, loadedOf } from './subjects';
import { AutomationParams, Batch } from './schemas';

const FindBody = Type.Object(
  {
    path: Type.String({
      maxLength: 4096,
      description:
        'Relative to the root folder: a notebook, a configuration, a batch folder or any folder'
    })
  },
  { additionalProperties: false }
);

const PageQuery = Type.Object({
  step: Type.Union(STEP_NAMES.map(step => Type.Literal(step))),
  batch: Type.Optional(Batch)
});

/** `api/automations`: find, open and show automations. */
export const automations: FastifyPluginAsyncTypebox<{
  services: Services;
  /** True when several sites live below `at/`: files are opened by their paths there alone. */
  hasSites: boolean;
}> = async (app, { services, hasSites }) => {
  const tags = ['automations'];
  const { finder } = services;

  if (hasSites) {
    app.post(
      '/api/automations/find',
      {
        config: { access: filteredByHandler('see_automation of each candidate') },
        schema: {
          summary: 'Find the automations that belong to a file or folder',
          tags,
          body: FindBody
        }
      },
      async (request): Promise<IFindResponse> => {
        const found = await finder.find(request.body.path);
        const summaries = await listSummaries(
          services,
          request,
          found.candidates.map(({ id }) => services.automations.get(id))
        );
        const [first] = found.candidates;
        if (first && !summaries.length) {
          const closed = services.automations.get(first.id);
          throw (await services.access.of(request.visitor, closed)).refusal('see_automation');
        }
        const isChosen = summaries.some(({ id }) => id === found.chosen);
        return { ...found, candidates: summaries, chosen: isChosen ? found.chosen : null };
      }
    );
  }

  if (hasSites) {
    app.post(
      '/api/automations/:automation/trust',
      {
        config: { access: forAutomation('run_automation') },
        schema: {
          summary: 'Let the code of its custom views run, as it is now',
          tags,
          params: AutomationParams
        }
      },
      async (request): Promise<IAutomationSummary> => {
        const loaded = loadedOf(request);
        const automation = loaded.get();
        services.viewModules
          .digests(automation)
          .forEach((digest, module) => services.trustedModules.add(digest, module));
        await services.automations.readAgain(loaded);
        return summaryFor(accessOf(request));
      }
    );
  }

  app.get(
    '/api/automations',
    {
      config: { access: filteredByHandler('see_automation of each') },
      schema: { summary: 'Automations that are open', tags }
    },
    (request): Promise<IAutomationSummary[]> =>
      listSummaries(services, request, services.automations.list())
  );

  app.get(
    '/api/automations/:automation',
    {
      config: { access: forAutomation('see_automation') },
      schema: { summary: 'One automation with its problems', tags, params: AutomationParams }
    },
    (request): IAutomationSummary => summaryFor(accessOf(request))
  );

  app.get(
    '/api/automations/:automation/page',
    {
      config: { access: forAutomation('see_batch') },
      schema: {
        summary: 'The page of a step as a fragment of HTML',
        tags,
        params: AutomationParams,
        querystring: PageQuery
      }
    },
    async (request): Promise<IPageFragment> => {
      const loaded = loadedOf(request);
      const { step, batch = loaded.batches[0]?.slug ?? '' } = request.query;
      const access = accessOf(request);
      const located = await locateAllowed(services, access, batch);
      return services.pages.fragment(loaded, located, step, {
        rootUri: request.rootUri,
        isReadOnly: !(await access.allowsBatch(located, 'run_automation')),
        isVisible: variable => access.allowsVariable(variable)
      });
    }
  );
};

/** What a visitor may know of those automations that it may see. */
async function listSummaries(
  { access }: Services,
  request: FastifyRequest,
  automations: readonly LoadedAutomation[]
): Promise<IAutomationSummary[]> {
  const found = await Promise.all(automations.map(loaded => access.of(request.visitor, loaded)));
  return found.filter(item => item.allows('see_automation')).map(summaryFor);
}
