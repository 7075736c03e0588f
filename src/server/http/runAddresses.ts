import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { AutomationAccess } from '../access/automationAccess';
import { HttpError } from '../httpError';
import type { ILocatedBatch } from '../site/loadedAutomation';
import { forPageBatch, type IRouteAccess } from './access';
import type { ISitePagesOptions } from './sitePages';
import { SITE_PREFIX } from './siteUrl';
import { batchOf, loadedOf, openPageSite, type ISubjectsOptions } from './subjects';

/**
 * Addresses of runs in the original's earlier versions, `/a/A/r/<id>` and `/r/<id>` at the root: they lead to where the
 * batch or run is now.
 */
export const runAddresses: FastifyPluginAsync<ISitePagesOptions> = async (app, options) => {
  const base = options.hasSites ? `${SITE_PREFIX}/:site` : '';
  const redirect = (request: FastifyRequest) =>
    `${request.rootUri}/${loadedOf(request).uri}/b/${encodeURIComponent(batchOf(request).slug)}`;
  for (const [url, access] of [
    [`${base}/a/:automation/r/:batch`, forPageBatch],
    [`${base}/r/:batch`, forBatchOfSite]
  ] as const) {
    app.get(url, { config: { access }, schema: { hide: true } }, async (request, reply) =>
      reply.redirect(redirect(request), 301)
    );
  }
};

/** For a batch or run that its slug alone names, in whatever automation of the site has it. */
const forBatchOfSite: IRouteAccess = {
  rule: 'see_batch',
  check: async (request, options) => {
    const { batch: slug } = request.params as { batch: string };
    const found = await findBatches(request, options, slug);
    const allowed: IFoundBatch[] = [];
    for (const each of found) {
      if (await each.access.allowsBatch(each.batch)) {
        allowed.push(each);
      }
    }
    if (allowed.length > 1) {
      const uris = allowed.map(({ access }) => `${access.loaded.uri}/b/${slug}`).join(', ');
      throw new HttpError(404, 'batch-unknown', `several tools have a batch "${slug}": ${uris}`);
    }
    if (!allowed.length) {
      throw (
        found[0]?.access.refusal('see_batch') ??
        new HttpError(404, 'batch-unknown', `there is no batch or run "${slug}" here`)
      );
    }
    request.subject.access = allowed[0].access;
    request.subject.batch = allowed[0].batch;
  }
};

interface IFoundBatch {
  access: AutomationAccess;
  batch: ILocatedBatch;
}

async function findBatches(
  request: FastifyRequest,
  options: ISubjectsOptions,
  slug: string
): Promise<IFoundBatch[]> {
  const { services } = options;
  const { site } = request.params as { site?: string };
  const members = (await openPageSite(site, options))?.members ?? [];
  const found: IFoundBatch[] = [];
  for (const loaded of members.filter(member => !member.isContainer && member.find())) {
    const batch = services.runService.find(loaded, slug);
    if (batch) {
      found.push({ access: await services.access.of(request.visitor, loaded), batch });
    }
  }
  return found;
}
