import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import staticFiles from '@fastify/static';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { FailureLimit } from '../access/failureLimit';
import type { Services } from '../services';
import type { IClock } from '../store/clock';
import { access as authorization } from './access';
import { apiPages } from './apiPages';
import { assets } from './assets';
import { automations } from './automations';
import { batches } from './batches';
import { addErrorHandlers, sendProblem, toHttpError } from './errors';
import { events } from './events';
import { files } from './files';
import { generate } from './generate';
import { health } from './health';
import { mutations } from './mutations';
import { PortGate } from './portGate';
import { PrinterRequests } from './printerRequests';
import { historyPages } from './historyPages';
import { printPages } from './printPages';
import { packages } from './packages';
import { prints } from './prints';
import { runAddresses } from './runAddresses';
import { sitePages } from './sitePages';
import { signedInReaderOf, signInFor, waysFrom } from './readers';
import { rewriteSite, withoutPrefix } from './siteUrl';
import { queue } from './queue';
import { requestLimits } from './requestLimits';
import { runs } from './runs';
import { runTexts } from './runTexts';
import { security, type ISecurityOptions } from './security';
import { StreamEnds } from './streamEnds';
import { tokens } from './tokens';
import { createTopics } from './topicSources';
import { visitors, type IVisitorsOptions } from './visitors';

/** How the server is reached. */
export type IServerOptions = ISecurityOptions & {
  /** True when several sites live below `at/`, as inside Jupyter; false for one site at the root. */
  hasSites: boolean;
  version: string;
  /** Milliseconds that a body may take that is no upload; default 60,000. */
  bodyMs?: number;
  /** Default: the time of this machine. */
  clock?: IClock;
};

/**
 * Build the HTTP server; the caller listens and closes.
 */
export async function createServer(
  services: Services,
  options: IServerOptions
): Promise<FastifyInstance> {
  const gate = new PortGate({ ports: services.ports, rootUri: options.rootUri });
  const serverOptions: FastifyServerOptions = {
    logger: false,
    serverFactory: (handler, { keepAliveTimeout, requestTimeout }) =>
      Object.assign(gate.createServer(handler), { keepAliveTimeout, requestTimeout }),
    // The values of a form together; uploads have limits of their own.
    bodyLimit: 1024 * 1024,
    // Of the whole request, also of one whose bytes come one by one.
    requestTimeout: services.uploads.limits.maxMs,
    trustProxy: options.trustedProxies
      ? address => options.trustedProxies?.isTrusted(address) ?? false
      : false,
    forceCloseConnections: true,
    // What is no address at all is refused before our own handlers.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toHttpError(error)),
    routerOptions: { maxParamLength: 4096, caseSensitive: true, ignoreTrailingSlash: false },
    rewriteUrl: ({ url = '/' }) =>
      options.hasSites ? rewriteSite(url) : withoutPrefix(url, options.rootUri)
  };
  const app = fastify(serverOptions).withTypeProvider<TypeBoxTypeProvider>();

  const { hasSites, origins, version } = options;
  const { access, digester, documents } = services;
  addErrorHandlers(app, {
    log: services.log,
    origins,
    renderPage: (request, error) =>
      documents.error(
        { rootUri: request.rootUri ?? '', reader: signedInReaderOf(request, services) },
        error,
        { signIn: signInFor(request, error, services), ways: waysFrom(request, services) }
      )
  });
  await app.register(requestLimits, {
    bodyMs: options.bodyMs,
    uploadIdleMs: services.uploads.limits.maxIdleMs
  });
  const printer = new PrinterRequests();
  services.prints.printer.source = printer.sourceOf(app);
  const known: IVisitorsOptions = { access, digester, failures: new FailureLimit(), origins };
  await app.register(security, { ...options, printer });
  await app.register(visitors, known);
  await app.register(authorization, { services, hasSites });
  await app.register(staticFiles, { serve: false, root: '/' });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CrossCompute',
        description: 'Automations, batches, runs and their events.',
        version
      }
    }
  });

  const topics = createTopics(services);
  const ends = new StreamEnds();
  // A server that closes waits for its connections: these would never end by themselves.
  app.addHook('preClose', async () => {
    ends.endAll();
    gate.close();
  });
  endStreamsOfOthers(app, services, ends);
  app.addHook('onClose', async () => topics.close());
  await app.register(events, { topics, ends });
  await app.register(mutations, { services, topics, ends, hasSites });
  await app.register(automations, { services, hasSites });
  await app.register(batches, { services });
  await app.register(runs, { services });
  await app.register(runTexts, { services });
  await app.register(generate, { services, topics, ends, hasSites, clock: options.clock });
  await app.register(queue, { services });
  await app.register(packages, { services });
  await app.register(prints, { services });
  await app.register(files, { services });
  await app.register(tokens, {
    services,
    hasSites,
    visitors: known
  });
  await app.register(health, {
    version,
    isReady: () => services.queue.list({ limit: 1 }).length >= 0
  });
  await app.register(apiPages, {
    described: app,
    version,
    origins,
    frame: rootUri => documents.frame({ rootUri, nonce: '', isEmbedded: false, isPrint: false })
  });
  await app.register(assets, { folder: services.assetsFolder });
  await app.register(sitePages, { services, hasSites, origins });
  await app.register(runAddresses, { services, hasSites, origins });
  await app.register(historyPages, { services, hasSites, origins });
  await app.register(printPages, { services, hasSites, origins });
  return app;
}

/** Readers whose rules changed, or may have, connect again and are authorised anew. */
function endStreamsOfOthers(app: FastifyInstance, services: Services, ends: StreamEnds): void {
  const changes = services.automations.onChange((loaded, change) => {
    if (change === 'configuration' && loaded.accessRules.length) {
      // After the change itself was told.
      setImmediate(() => ends.endAll());
    }
  });
  const tokenChanges = services.access.onTokensChange(() => ends.endAll());
  app.addHook('onClose', async () => {
    changes.dispose();
    tokenChanges.dispose();
  });
}
