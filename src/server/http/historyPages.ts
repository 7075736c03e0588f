import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { renderBatchHistory } from '../site/batchHistory';
import { forPageBatch } from './access';
import { PAGE_QUERY, PageAnswers } from './pageAnswers';
import type { ISitePagesOptions } from './sitePages';
import { SITE_PREFIX } from './siteUrl';
import { accessOf, batchOf } from './subjects';

const HistoryQuery = Type.Object({
  ...PAGE_QUERY,
  before: Type.Optional(Type.String({ pattern: '^[a-z0-9]{32}$' }))
});

/** `/a/A/b/B/history`: the runs of a batch, for who may see it. */
export const historyPages: FastifyPluginAsyncTypebox<ISitePagesOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';
  const pages = new PageAnswers(options);

  app.get(
    `${base}/a/:automation/b/:batch/history`,
    { config: { access: forPageBatch }, schema: { hide: true, querystring: HistoryQuery } },
    (request, reply) => {
      const { before = null } = request.query;
      return pages.send(request, reply, view =>
        renderBatchHistory(services, accessOf(request), batchOf(request), { ...view, before })
      );
    }
  );
};
