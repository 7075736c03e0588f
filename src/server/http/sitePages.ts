import { randomBytes } from 'node:crypto';
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
import type { IDocumentRequest, IRenderedDocument } from '../site/documents';
import { findFileBeside } from '../site/filesBeside';
import type { ILocatedBatch, LoadedAutomation } from '../site/loadedAutomation';
import type { LoadedSite } from '../site/loadedSite';
import { contentPolicy, isActiveType } from './contentPolicy';
import { sendTable } from './tableRoute';
import { sandboxPage, sandboxPolicy } from './sandboxPage';
import { Inputs } from './schemas';
import { SITE_PREFIX } from './siteUrl';

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
  step: Type.String({ pattern: '^[ioldp]$' })
});
const PAGE_QUERY = {
  _embed: Type.Optional(Type.String()),
  _print: Type.Optional(Type.String())
};
/** Further names are those of variables, so that a page with controls has as few of its own as can be. */
const StepQuery = Type.Object(PAGE_QUERY);
const AutomationQuery = Type.Object({
  ...PAGE_QUERY,
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  filter: Type.Optional(Type.String({ maxLength: 500 }))
});

/** The pages of automations, and the data of their variables, at the original framework's addresses. */
export const sitePages: FastifyPluginAsyncTypebox<ISitePagesOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';
  const hide = { hide: true };
  const pages = new PageAnswers(options);

  app.get('/', { schema: hide }, async (request, reply) => {
    if (!hasSites) {
      await pages.site(request);
    }
    return pages.send(request, reply, view => services.documents.root(view));
  });
  if (hasSites) {
    app.get(`${base}/`, { schema: hide }, async (request, reply) => {
      const { listed } = await pages.site(request);
      // One tool alone needs no list; several stand in the list of all that are open.
      const uri = listed.length === 1 ? listed[0].uri : '';
      return reply.redirect(`${request.rootUri}/${uri}`);
    });
  }

  app.get(
    `${base}/a/:automation`,
    { schema: { ...hide, querystring: AutomationQuery } },
    async (request, reply) => {
      const loaded = await pages.open(request);
      const { offset = 0, filter = '' } = request.query;
      return pages.send(request, reply, view =>
        services.documents.automation(loaded, { ...view, offset, filter })
      );
    }
  );

  app.post(
    `${base}/a/:automation`,
    { schema: { ...hide, body: Inputs } },
    async (request, reply) => {
      const { automation = '' } = request.params as { automation?: string };
      if (!automation.endsWith('.json')) {
        throw new HttpError(404, 'not-found', `post to "${automation}.json"`);
      }
      const loaded = await pages.open(request, automation.slice(0, -'.json'.length));
      const { batch } = request.query as { batch?: string };
      const response = await services.runService.request(
        { automation: loaded.id, inputs: request.body as PostedInputs, batch },
        request.user,
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

  app.get(`${base}/a/:automation/b/:batch`, { schema: hide }, async (request, reply) => {
    const { loaded, batch } = await pages.locate(request);
    const hasRun = services.queue.newestByBatch(loaded.id).has(batch.slug);
    const uri = services.pages.stepUri(loaded, batch.slug, hasRun ? 'output' : 'input');
    // Values for controls go along.
    const [, query] = request.url.split(/(?=\?)/);
    return reply.redirect(`${request.rootUri}/${uri}${query ?? ''}`);
  });

  app.get(
    `${base}/a/:automation/b/:batch/:step`,
    { schema: { ...hide, params: StepParams, querystring: StepQuery } },
    async (request, reply) => {
      const { loaded, batch } = await pages.locate(request);
      const step = stepOf(request.params.step);
      return pages.send(request, reply, view => services.documents.step(loaded, batch, step, view));
    }
  );

  app.get(
    `${base}/a/:automation/b/:batch/:step/:variable`,
    { schema: hide },
    async (request, reply) => sendVariable(services, pages, request, reply)
  );

  app.get(
    `${base}/a/:automation/b/:batch/:step/:variable/*`,
    { schema: hide },
    async (request, reply) => {
      const { loaded, batch } = await pages.locate(request);
      const { step, variable, '*': name } = request.params as Record<string, string>;
      const known = findVariable(loaded.get(), stepOf(step), variable);
      if (!known) {
        throw new HttpError(404, 'variable-unknown', `there is no variable "${variable}" here`);
      }
      const file = await findFileBeside(batch, known, name);
      reply.header('Cache-Control', 'no-cache').type(services.variables.typeOf(file));
      return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
    }
  );

  app.get(`${base}/a/:automation/assets/:style`, { schema: hide }, async (request, reply) => {
    const loaded = await pages.open(request);
    const { style } = request.params as { style: string };
    const text = await services.pages.authorStyle(loaded, style.replace(/\.css$/, ''));
    return reply
      .type('text/css; charset=utf-8')
      .header('Cache-Control', 'private, max-age=31536000, immutable')
      .send(text);
  });
};

/** What the page routes have in common: which automation and batch, and how a page is sent. */
export class PageAnswers {
  constructor(private readonly _options: ISitePagesOptions) {}

  /** Origins that may embed pages. */
  get origins(): readonly string[] {
    return this._options.origins;
  }

  /** The site of an address as its files are now. @throws {HttpError} 404 `automation-unknown` */
  async site(request: FastifyRequest): Promise<LoadedSite> {
    const { automations, finder } = this._options.services;
    const { site } = request.params as { site?: string };
    if (this._options.hasSites && site !== undefined) {
      return finder.openSite(site);
    }
    const [only] = automations.sites;
    if (!only) {
      throw unknownAutomation();
    }
    return automations.openSite(only.configuration);
  }

  /** The automation of an address. @throws {HttpError} 404 `automation-unknown` */
  async open(request: FastifyRequest, slug?: string): Promise<LoadedAutomation> {
    const site = await this.site(request);
    const { automation = '' } = request.params as { automation?: string };
    const loaded = site.find(slug ?? automation);
    if (!loaded) {
      const unusable = site.members.find(item => !item.find());
      // Its address is known by its configuration alone: say what is wrong there.
      unusable?.get();
      throw unknownAutomation();
    }
    return loaded;
  }

  /** The batch of an address. @throws {HttpError} 404 `automation-unknown`, `batch-unknown` */
  async locate(
    request: FastifyRequest
  ): Promise<{ loaded: LoadedAutomation; batch: ILocatedBatch }> {
    const loaded = await this.open(request);
    const { batch } = request.params as { batch: string };
    return { loaded, batch: this._options.services.runService.locate(loaded, batch) };
  }

  /** Send a page with the policy that keeps everything foreign out of it. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    render: (view: IDocumentRequest) => Promise<IRenderedDocument>
  ): Promise<FastifyReply> {
    const query = request.query as Record<string, string | undefined>;
    const nonce = randomBytes(16).toString('base64');
    const { html, styleUris, connectUris } = await render({
      rootUri: request.rootUri,
      nonce,
      isEmbedded: query._embed !== undefined,
      isPrint: query._print !== undefined,
      prefill: prefillOf(query)
    });
    return reply
      .type('text/html; charset=utf-8')
      .header('Cache-Control', 'no-store')
      .header(
        'Content-Security-Policy',
        contentPolicy({ nonce, styleUris, connectUris, origins: this._options.origins })
      )
      .send(html);
  }
}

function unknownAutomation(): HttpError {
  return new HttpError(404, 'automation-unknown', 'there is no automation at this address');
}

/** Names in an address that are never those of variables. */
const RESERVED_NAMES: readonly string[] = ['_embed', '_print', '_token'];

/** Texts of an address that may be initial values of controls; what is given several times is one line each. */
function prefillOf(query: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(query).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join('\n') : value;
    const isFree = !RESERVED_NAMES.includes(name);
    return isFree && typeof text === 'string' ? [[name, text] as const] : [];
  });
  return Object.fromEntries(texts);
}

function stepOf(code: string): StepName {
  return STEP_NAMES.find(name => STEP_CODES[name] === code) ?? 'output';
}

/** The data of a variable: its file, or its value as text or JSON; with `.json` value and configuration. */
async function sendVariable(
  services: Services,
  pages: PageAnswers,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const { loaded, batch } = await pages.locate(request);
  const { step, variable: asked } = request.params as { step: string; variable: string };
  const name = stepOf(step);
  const exact = findVariable(loaded.get(), name, asked);
  const variable = exact ?? findVariable(loaded.get(), name, asked.replace(/\.json$/, ''));
  if (!variable) {
    throw new HttpError(404, 'variable-unknown', `there is no variable "${asked}" in this step`);
  }
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
      .header('Content-Security-Policy', sandboxPolicy(pages.origins))
      .send(sandboxPage(page.text));
  }
  const table = exact && (await sendTable(services, batch, variable, request, reply));
  if (table) {
    return table;
  }
  if (!exact) {
    const uri = `${request.rootUri}/${services.pages.variableUri(loaded, batch.slug, variable)}`;
    return reply.send({
      ...(data.kind === 'value' ? { value: data.value } : { uri }),
      configuration
    });
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
      cacheControl: false,
      dotfiles: 'allow'
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
