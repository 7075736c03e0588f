import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import multipart from '@fastify/multipart';
import staticFiles from '@fastify/static';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { UPLOAD_LIMITS } from '../site/uploads';
import type { Services } from '../services';
import { assets } from './assets';
import { automations } from './automations';
import { batches } from './batches';
import { addErrorHandlers } from './errors';
import { events } from './events';
import { files } from './files';
import { health } from './health';
import { PrinterRequests } from './printerRequests';
import { printPages } from './printPages';
import { prints } from './prints';
import { sitePages } from './sitePages';
import { rewriteSite, withoutPrefix } from './siteUrl';
import { queue } from './queue';
import { runs } from './runs';
import { security, type ISecurityOptions } from './security';
import { createTopics } from './topicSources';

/** How the server is reached. */
export type IServerOptions = ISecurityOptions & {
  /** True when several sites live below `at/`, as inside Jupyter; false for one site at the root. */
  hasSites: boolean;
  version: string;
};

/**
 * Build the HTTP server; the caller listens and closes.
 */
export async function createServer(
  services: Services,
  options: IServerOptions
): Promise<FastifyInstance> {
  const serverOptions: FastifyServerOptions = {
    logger: false,
    bodyLimit: 4 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096, caseSensitive: true, ignoreTrailingSlash: false },
    rewriteUrl: ({ url = '/' }) =>
      options.hasSites ? rewriteSite(url) : withoutPrefix(url, options.rootUri)
  };
  const app = fastify(serverOptions).withTypeProvider<TypeBoxTypeProvider>();

  addErrorHandlers(app, services.log, (request, error) =>
    services.documents.error(request.rootUri, error)
  );
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // JupyterLab names the type of bodies that it does not send, as with Stop.
    if (body === '') {
      done(null, undefined);
    } else {
      void parseJson(request, body.toString(), done);
    }
  });
  // Forms of other sites can send text; nothing here takes it.
  app.removeContentTypeParser('text/plain');
  const printer = new PrinterRequests();
  services.prints.printer.source = printer.sourceOf(app);
  await app.register(security, { ...options, printer });
  await app.register(multipart, {
    limits: { fileSize: UPLOAD_LIMITS.maxFileBytes, files: UPLOAD_LIMITS.maxFiles + 1 }
  });
  await app.register(staticFiles, { serve: false, root: '/' });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CrossCompute',
        description: 'Automations, batches, runs and their events.',
        version: options.version
      }
    }
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());

  const topics = createTopics(services);
  app.addHook('onClose', async () => topics.close());
  await app.register(events, { resolve: topics.resolve });
  await app.register(automations, { services });
  await app.register(batches, { services });
  await app.register(runs, { services });
  await app.register(queue, { services });
  await app.register(prints, { services });
  await app.register(files, { services });
  await app.register(health, { version: options.version });
  await app.register(assets, { folder: services.assetsFolder });
  const { hasSites, origins } = options;
  await app.register(sitePages, { services, hasSites, origins });
  await app.register(printPages, { services, hasSites, origins });
  return app;
}
