import type { FastifyPluginAsync } from 'fastify';
import type { PrintJob } from '../print/printJob';
import { printableBatches } from '../access/allowed';
import { forPage, forPageBatch } from './access';
import { sendPrinted } from './prints';
import type { ISitePagesOptions } from './sitePages';
import { accessOf, batchOf, loadedOf } from './subjects';
import { SITE_PREFIX } from './siteUrl';

/**
 * `/a/A/b/B/pdf` and `/a/A/pdf`: links of pages to the documents of one batch, or of all that are done. Nothing is
 * run for a reader; what goes on is waited for.
 */
export const printPages: FastifyPluginAsync<ISitePagesOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';
  const schema = { hide: true };

  app.get(
    `${base}/a/:automation/b/:batch/pdf`,
    { config: { access: forPageBatch }, schema },
    async (request, reply) => {
      const job = await services.prints.start(loadedOf(request), [batchOf(request).slug], null);
      stopWithReader(reply.raw, services, job);
      return sendPrinted(reply, job);
    }
  );

  app.get(
    `${base}/a/:automation/pdf`,
    { config: { access: forPage('see_batch') }, schema },
    async (request, reply) => {
      const slugs = await printableBatches(services, accessOf(request), null);
      const job = await services.prints.start(loadedOf(request), slugs, null);
      stopWithReader(reply.raw, services, job);
      return sendPrinted(reply, job);
    }
  );
};

/** Whoever goes away waits for nothing: what is not printed yet never will be. */
function stopWithReader(
  response: { on(event: 'close', listener: () => void): unknown },
  { prints, log }: ISitePagesOptions['services'],
  job: PrintJob
): void {
  response.on('close', () => {
    prints.remove(job.id).catch(error => log.error('a print could not be removed', error));
  });
}
