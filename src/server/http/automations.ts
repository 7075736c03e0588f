import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { STEP_NAMES } from '../../core/automation/automation';
import type { IAutomationSummary, IFindResponse, IPageFragment } from '../../core/api';
import type { Services } from '../services';
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
export const automations: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services }
) => {
  const tags = ['automations'];

  app.post(
    '/api/automations/find',
    {
      schema: {
        summary: 'Find the automations that belong to a file or folder',
        tags,
        body: FindBody
      }
    },
    (request): Promise<IFindResponse> => services.finder.find(request.body.path)
  );

  app.get(
    '/api/automations',
    { schema: { summary: 'Automations that are open', tags } },
    (): IAutomationSummary[] => services.automations.list().map(loaded => loaded.summary())
  );

  app.get(
    '/api/automations/:automation',
    { schema: { summary: 'One automation with its problems', tags, params: AutomationParams } },
    async (request): Promise<IAutomationSummary> =>
      (await services.automations.getFresh(request.params.automation)).summary()
  );

  app.get(
    '/api/automations/:automation/page',
    {
      schema: {
        summary: 'The page of a step as a fragment of HTML',
        tags,
        params: AutomationParams,
        querystring: PageQuery
      }
    },
    async (request): Promise<IPageFragment> => {
      const loaded = await services.automations.getFresh(request.params.automation);
      const { step, batch = loaded.batches[0]?.slug ?? '' } = request.query;
      const located = services.runService.locate(loaded, batch);
      return services.pages.fragment(loaded, located, step, request.rootUri);
    }
  );
};
