import type { FastifyPluginAsync } from 'fastify';
import type { PrintJob } from '../print/printJob';
import { sendPrinted } from './prints';
import { PageAnswers, type ISitePagesOptions } from './sitePages';
import { SITE_PREFIX } from './siteUrl';

/**
 * `/a/A/b/B/pdf` and `/a/A/pdf`: links of pages to the documents of one batch, or of all that are done. Nothing is
 * run for a reader; what goes on is waited for.
 */
export const printPages: FastifyPluginAsync<ISitePagesOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';
  const pages = new PageAnswers(options);
  const schema = { hide: true };

  app.get(`${base}/a/:automation/b/:batch/pdf`, { schema }, async (request, reply) => {
    const { loaded, batch } = await pages.locate(request);
    const job = await services.prints.start(loaded, [batch.slug], null);
    stopWithReader(reply.raw, services, job);
    return sendPrinted(reply, job);
  });

  app.get(`${base}/a/:automation/pdf`, { schema }, async (request, reply) => {
    const loaded = await pages.open(request);
    const job = await services.prints.start(
      loaded,
      loaded.batches.map(({ slug }) => slug),
      null
    );
    stopWithReader(reply.raw, services, job);
    return sendPrinted(reply, job);
  });
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
