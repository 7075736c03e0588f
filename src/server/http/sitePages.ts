import * as path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  findVariable,
  STEP_CODES,
  STEP_NAMES,
  type IVariable,
  type StepName
} from '../../core/automation/automation';
import type { PostedInputs } from '../../core/api';
import type { JsonObject } from '../../core/json';
import { SANDBOX_QUERY } from '../../core/view/views/html';
import type { VariableData } from '../../core/view/view';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import { findFileBeside } from '../site/filesBeside';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { ROOT_STYLES } from '../site/pageStyles';
import { sendTable } from './tableRoute';
import { sandboxPage, sandboxPolicy } from './sandboxPage';
import { forPage, forPageBatch, forRoot } from './access';
import { isActiveType } from './contentPolicy';
import { PAGE_QUERY, PageAnswers } from './pageAnswers';
import { requestRun } from './runs';
import { Inputs } from './schemas';
import { SITE_PREFIX } from './siteUrl';
import { accessOf, batchOf, loadedOf } from './subjects';

/** Options of `sitePages`. */
export interface ISitePagesOptions {
  services: Services;
  /** True when several sites live below `at/`, as inside Jupyter. */
  hasSites: boolean;
  /** Origins that may embed pages. */
  origins: readonly string[];
}

const Automation = Type.String({ maxLength: 1000 });
const StepParams = Type.Object({
  site: Type.Optional(Type.String()),
  automation: Automation,
  batch: Type.String({ maxLength: 1000 }),
  step: Type.String({ maxLength: 100 })
});
/** Further names are those of variables, so that a page with controls has as few of its own as can be. */
const StepQuery = Type.Object(PAGE_QUERY);
const AutomationQuery = Type.Object({
  ...PAGE_QUERY,
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  filter: Type.Optional(Type.String({ maxLength: 500 }))
});

const RunQuery = Type.Object({ batch: Type.Optional(Type.String({ maxLength: 1000 })) });

/** The pages of automations, and the data of their variables, at the original framework's addresses. */
export const sitePages: FastifyPluginAsyncTypebox<ISitePagesOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';
  const hide = { hide: true };
  const pages = new PageAnswers(options);
  const see = { access: forPage('see_automation') };
  const seeBatch = { access: forPageBatch };
  const data = { config: seeBatch, schema: hide };

  app.get('/', { config: { access: forRoot('see_root') }, schema: hide }, (request, reply) =>
    pages.send(request, reply, view => services.documents.root(view, request.visitor))
  );
  app.get(
    `/${ROOT_STYLES}/:style`,
    { config: { access: forRoot('see_root') }, schema: hide },
    (request, reply) => {
      const root = hasSites ? null : services.automations.sites[0]?.root;
      if (!root?.find()) {
        throw new HttpError(404, 'not-found', 'there is no such style sheet');
      }
      return sendAuthorStyle(services, root, request, reply);
    }
  );
  if (hasSites) {
    const root = { access: forRoot('see_automation') };
    app.get(`${base}/`, { config: root, schema: hide }, async (request, reply) => {
      const listed = services.automations.siteOf(loadedOf(request))?.listed ?? [];
      // One tool alone needs no list; several stand in the list of all that are open.
      const uri = listed.length === 1 ? listed[0].uri : '';
      return reply.redirect(`${request.rootUri}/${uri}`);
    });
  }

  app.get(
    `${base}/a/:automation`,
    { config: see, schema: { ...hide, querystring: AutomationQuery } },
    async (request, reply) => {
      const { offset = 0, filter = '' } = request.query;
      return pages.send(request, reply, view =>
        services.documents.automation(accessOf(request), { ...view, offset, filter })
      );
    }
  );

  app.post(
    `${base}/a/:automation`,
    {
      config: { access: forPage('run_automation') },
      schema: { ...hide, body: Inputs, querystring: RunQuery }
    },
    async (request, reply) => {
      const { automation = '' } = request.params as { automation?: string };
      if (!automation.endsWith('.json')) {
        throw new HttpError(404, 'not-found', `post to "${automation}.json"`);
      }
      const loaded = loadedOf(request);
      const { batch } = request.query;
      const response = await requestRun(
        services,
        request,
        {
          automation: loaded.id,
          inputs: request.body as PostedInputs,
          batch
        },
        true
      );
      const hasLog = loaded.get().steps.log.variables.length > 0;
      return reply.send({
        batch_slug: response.batch,
        step_code: hasLog ? STEP_CODES.log : STEP_CODES.output,
        run: response.id,
        problems: response.problems
      });
    }
  );

  app.get(
    `${base}/a/:automation/b/:batch`,
    { config: seeBatch, schema: hide },
    async (request, reply) => {
      if (request.method === 'HEAD') {
        return reply.send();
      }
      const [loaded, batch] = [loadedOf(request), batchOf(request)];
      const hasRun = services.queue.newest(loaded.id, batch.slug) !== null;
      const uri = services.pages.stepUri(loaded, batch.slug, hasRun ? 'output' : 'input');
      return reply.redirect(`${request.rootUri}/${uri}${queryOf(request.url)}`);
    }
  );

  app.get(
    `${base}/a/:automation/b/:batch/:step`,
    { config: seeBatch, schema: { ...hide, params: StepParams, querystring: StepQuery } },
    async (request, reply) => {
      const step = stepOf(request.params.step);
      const loaded = loadedOf(request);
      if (step === 'input' && !hasSites && loaded.isRunnable) {
        services.preparations.expect(loaded.get());
      }
      return pages.send(request, reply, view =>
        services.documents.step(accessOf(request), batchOf(request), step, view)
      );
    }
  );

  app.get(`${base}/a/:automation/b/:batch/:step/:variable`, data, (request, reply) =>
    sendVariable(options, request, reply)
  );

  app.get(`${base}/a/:automation/b/:batch/:step/:variable/*`, data, async (request, reply) => {
    const { step, variable, '*': name } = request.params as Record<string, string>;
    const known = findVariable(loadedOf(request).get(), stepOf(step), variable);
    if (!known) {
      throw new HttpError(404, 'variable-unknown', `there is no variable "${variable}" here`);
    }
    requireVariable(request, known);
    if (known.step === 'debug' && !accessOf(request).allows('run_automation')) {
      // Beside it lie records of ours.
      throw accessOf(request).refusal('run_automation');
    }
    const file = await findFileBeside(batchOf(request), known, name);
    reply.header('Cache-Control', 'no-cache').type(services.variables.typeOf(file));
    return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
  });

  app.get(`${base}/a/:automation/assets/:style`, { config: see, schema: hide }, (request, reply) =>
    sendAuthorStyle(services, loadedOf(request), request, reply)
  );

  app.get(
    `${base}/a/:automation/views/:module`,
    { config: see, schema: hide },
    async (request, reply) => {
      const { module } = request.params as { module: string };
      const text = services.viewModules.text(loadedOf(request).get(), module);
      return reply
        .type('text/javascript; charset=utf-8')
        .header('Cache-Control', 'private, max-age=31536000, immutable')
        .send(text);
    }
  );
};

async function sendAuthorStyle(
  { pages }: ISitePagesOptions['services'],
  loaded: LoadedAutomation,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const { style } = request.params as { style: string };
  const text = await pages.authorStyle(loaded, style.replace(/\.css$/, ''));
  return reply
    .type('text/css; charset=utf-8')
    .header('Cache-Control', 'private, max-age=31536000, immutable')
    .send(text);
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}

function requireVariable(request: FastifyRequest, variable: IVariable): void {
  if (!accessOf(request).allowsVariable(variable)) {
    throw accessOf(request).refusal('run_automation');
  }
}

/** @throws {HttpError} 404 `step-unknown` */
function stepOf(code: string): StepName {
  const step = STEP_NAMES.find(name => STEP_CODES[name] === code);
  if (!step) {
    throw new HttpError(
      404,
      'step-unknown',
      `there is no step "${code}"; steps are i, o, l, d and p`
    );
  }
  return step;
}

/** The data of a variable: its file, or its value as text or JSON; with `.json` value and configuration. */
async function sendVariable(
  { services, origins }: ISitePagesOptions,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const [loaded, batch] = [loadedOf(request), batchOf(request)];
  const { step, variable: asked } = request.params as { step: string; variable: string };
  const name = stepOf(step);
  const exact = findVariable(loaded.get(), name, asked);
  const variable = exact ?? findVariable(loaded.get(), name, asked.replace(/\.json$/, ''));
  if (!variable) {
    throw new HttpError(404, 'variable-unknown', `there is no variable "${asked}" in this step`);
  }
  requireVariable(request, variable);
  const { data, configuration, stamp } = await services.variables.read(batch, variable);
  if (data.kind === 'none') {
    throw new HttpError(404, 'no-data', `"${variable.id}" has no data yet`);
  }
  reply.header('Cache-Control', 'no-cache');
  if (exact && isSandboxed(request, variable, configuration)) {
    const page = await services.variables.value(batch, variable);
    if (!page) {
      throw new HttpError(
        413,
        'too-large',
        `"${variable.id}" is too large to be shown; download it`
      );
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('Content-Security-Policy', sandboxPolicy(origins))
      .send(sandboxPage(page.text));
  }
  const table = exact && (await sendTable(services, batch, variable, request, reply));
  if (table) {
    return table;
  }
  if (!exact) {
    const uri = `${request.rootUri}/${services.pages.variableUri(loaded, batch.slug, variable)}`;
    // Texts that pages fetch by their address are a value here all the same, as with the original.
    const value =
      data.kind === 'value' ? data.value : await services.variables.value(batch, variable);
    return reply.send({ ...(value === null ? { uri } : { value }), configuration });
  }
  const located = variable.path.endsWith('.dictionary')
    ? null
    : await services.variables.locate(batch, variable);
  if (located) {
    const type = services.variables.typeOf(located.file);
    reply.type(type);
    if (isActiveType(type)) {
      // What a script wrote is shown as data; opened by itself it must not act on our origin.
      reply.header(
        'Content-Security-Policy',
        "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
      );
      reply.header('Content-Disposition', 'attachment');
    }
    return reply.sendFile(path.basename(located.file), path.dirname(located.file), {
      cacheControl: false
    });
  }
  const value = await services.variables.value(batch, variable);
  reply.header('ETag', `"${stamp}"`);
  if (request.headers['if-none-match'] === `"${stamp}"`) {
    return reply.code(304).send();
  }
  const isText = typeof value?.value === 'string';
  return reply
    .type(isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8')
    .send(isText ? value.text : jsonOf(value));
}

/** Tell whether the author wants HTML from data to run, in a frame without origin. */
function isSandboxed(
  request: FastifyRequest,
  variable: IVariable,
  configuration: JsonObject
): boolean {
  const isAsked = Object.prototype.hasOwnProperty.call(request.query, SANDBOX_QUERY);
  return isAsked && variable.view === 'html' && configuration.sandbox === true;
}

/** As it is written in the file, unless that is what only scientific libraries take for JSON. */
function jsonOf(data: Extract<VariableData, { kind: 'value' }> | null): string {
  const isStrict = data !== null && data.text !== '' && !/NaN|Infinity/.test(data.text);
  return isStrict ? data.text : JSON.stringify(data?.value ?? null);
}
