import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Permission } from '../../core/automation/automation';
import { notAuthorized } from '../access/refusal';
import { HttpError } from '../httpError';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { findPageAutomation, type ISubjectsOptions } from './subjects';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; each one needs it. */
    access?: IRouteAccess;
  }

  interface FastifyInstance {
    /** Every route with who may use it, in words. */
    accessRules: readonly IRouteRule[];
  }
}

/** A route with who may use it. */
export interface IRouteRule {
  /** Such as `GET /a/:automation`. */
  route: string;
  /** In words, such as `see_automation`. */
  rule: string;
  /** Names that it declares in the query. */
  query: readonly string[];
  /** Names that it declares in a JSON body. */
  body: readonly string[];
}

/** Who may use a route. */
export interface IRouteAccess {
  /** In words, such as `see_batch`. */
  rule: string;
  /** @throws {HttpError} 403 `not-authorized`, 404 when what the route is about does not exist */
  check(request: FastifyRequest, options: ISubjectsOptions): Promise<void>;
}

/**
 * Authorises every request by what its route declares, after its parameters were checked and before its handler.
 * A route that declares nothing is a mistake that is told when the server is built.
 */
export const access = fastifyPlugin(
  async (app: FastifyInstance, options: ISubjectsOptions) => {
    app.decorateRequest('subject');
    const rules: IRouteRule[] = [];
    app.decorate('accessRules', rules);
    app.addHook('onRoute', ({ method, url, config, schema }) => {
      if (!config?.access) {
        throw new Error(`route ${String(method)} ${url} declares no config.access`);
      }
      rules.push({
        route: `${String(method)} ${url}`,
        rule: config.access.rule,
        query: namesIn(schema?.querystring),
        body: namesIn(schema?.body)
      });
    });
    app.addHook('onRequest', async request => {
      request.subject = {};
    });
    app.addHook('preHandler', async request => {
      await request.routeOptions.config.access?.check(request, options);
      request.asker = request.subject.access?.asker ?? request.asker;
    });
  },
  { name: 'access', dependencies: ['visitors'] }
);

function namesIn(schema: unknown): string[] {
  return Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
}

/** For what tells nothing about automations: our style sheet and script, that the server lives. */
export const forEveryone: IRouteAccess = { rule: 'everyone', check: async () => undefined };

/**
 * For routes that answer with what the visitor may see, and nothing else.
 *
 * @param rule - what its handler leaves out, in words
 */
export function filteredByHandler(rule: string): IRouteAccess {
  return { rule, check: async () => undefined };
}

/** For the root page of a site and what describes the site as a whole. Jupyter's user may see the root of all sites. */
export function forRoot(permission: Permission): IRouteAccess {
  return {
    rule: `${permission} of the site`,
    check: async (request, { services, hasSites }) => {
      const { site } = request.params as { site?: string };
      const found =
        site === undefined
          ? await services.access.ofRoot(request.visitor)
          : await services.access.of(request.visitor, (await services.finder.openSite(site)).root);
      if (found) {
        request.subject.access = found;
        found.require(permission);
      } else if (!hasSites) {
        throw new HttpError(404, 'not-found', 'there is nothing here yet');
      }
    }
  };
}

/** For an automation that a parameter `automation` names by its id. */
export function forAutomation(permission: Permission): IRouteAccess {
  return forAutomationId(
    permission,
    request => (request.params as { automation: string }).automation
  );
}

/** For an automation whose id stands elsewhere in the request. */
export function forAutomationId(
  permission: Permission,
  idOf: (request: FastifyRequest) => string
): IRouteAccess {
  return {
    rule: permission,
    check: async (request, options) => {
      const loaded = await options.services.automations.getFresh(idOf(request));
      await requireOn(request, options, loaded, permission);
    }
  };
}

/** For what changes the machine: the owner of the server, if rules of the automation let them run it. */
export const forOwner: IRouteAccess = {
  rule: 'run_automation, and owner of the server',
  check: async (request, options) => {
    await forAutomation('run_automation').check(request, options);
    const { access: found } = request.subject;
    if (!found?.mayInstall) {
      throw notAuthorized(
        'only the owner of this server may do this: in JupyterLab, or in a browser on the machine itself'
      );
    }
  }
};

/** For a page of an automation, at the original's addresses. */
export function forPage(permission: Permission): IRouteAccess {
  return {
    rule: permission,
    check: async (request, options) => {
      const loaded = await findPageAutomation(request, options);
      await requireOn(request, options, loaded, permission);
      loaded.get();
    }
  };
}

/** For a page of a batch, or data of it. */
export const forPageBatch: IRouteAccess = {
  rule: 'see_batch',
  check: async (request, options) => {
    await forPage('see_batch').check(request, options);
    const { access: found } = request.subject;
    const { batch: slug } = request.params as { batch: string };
    if (found) {
      const batch = options.services.runService.locate(found.loaded, slug);
      if (!(await found.allowsBatch(batch))) {
        throw found.refusal('see_batch');
      }
      request.subject.batch = batch;
    }
  }
};

/** For a run that a parameter `run` names. */
export function forRun(permission: 'see_batch' | 'run_automation'): IRouteAccess {
  return {
    rule: permission,
    check: async (request, { services, hasSites }) => {
      const { run: id } = request.params as { run: string };
      const run = services.queue.get(id);
      if (!run) {
        throw new HttpError(404, 'run-unknown', 'this run does not exist');
      }
      const found = services.access.ofRun(request.visitor, run);
      if (found) {
        request.subject.access = await services.access.of(request.visitor, found.loaded);
      }
      const isAllowed = request.subject.access
        ? request.subject.access.allowsRun(run, permission)
        : hasSites;
      if (!isAllowed) {
        throw request.subject.access?.refusal(permission) ?? notAuthorized();
      }
      request.subject.run = run;
    }
  };
}

/** For what belongs to no automation yet, such as uploads: who may run at least one. */
export const forAnyRunner: IRouteAccess = {
  rule: 'run_automation of any',
  check: async (request, { services, hasSites }) => {
    const known = services.automations.list();
    const found = await Promise.all(
      known.map(loaded => services.access.of(request.visitor, loaded))
    );
    const runner = found.find(item => item.allows('run_automation'));
    if (runner) {
      request.subject.access = runner;
    } else if (!hasSites || known.length) {
      throw notAuthorized();
    }
  }
};

/** For what changes the runs of everyone, such as pausing the queue: who may run everything. */
export const forRunnerOfAll: IRouteAccess = {
  rule: 'run_automation of all',
  check: async (request, { services }) => {
    for (const loaded of services.automations.list()) {
      const found = await services.access.of(request.visitor, loaded);
      if (found.extentOf('run_automation') !== 'accept') {
        throw found.refusal('run_automation');
      }
    }
  }
};

async function requireOn(
  request: FastifyRequest,
  { services }: ISubjectsOptions,
  loaded: LoadedAutomation,
  permission: Permission
): Promise<void> {
  const found = await services.access.of(request.visitor, loaded);
  request.subject.access = found;
  found.require(permission);
}
