import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from '@fastify/type-provider-typebox';
import type { Services } from '../services';
import type { IDocumentRequest, IRenderedDocument } from '../site/documentRequest';
import { contentPolicy } from './contentPolicy';
import { formTokenOf } from './formToken';
import { readerOf } from './readers';
import { rememberBrowser } from './visitors';

/** Names that every page takes in its address. */
export const PAGE_QUERY = {
  _embed: Type.Optional(Type.String()),
  _print: Type.Optional(Type.String())
};

/** How pages are sent. */
export class PageAnswers {
  constructor(private readonly _options: { services: Services; origins: readonly string[] }) {}

  /** Send a page with the policy that keeps everything foreign out of it. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    render: (view: IDocumentRequest) => Promise<IRenderedDocument>
  ): Promise<FastifyReply> {
    reply.type('text/html; charset=utf-8').header('Cache-Control', 'no-store');
    if (request.method === 'HEAD') {
      return reply.send();
    }
    const query = request.query as Record<string, string | undefined>;
    const { services, origins } = this._options;
    rememberBrowser(request, reply, { origins });
    const nonce = randomBytes(16).toString('base64');
    const { html, styleUris, connectUris } = await render({
      rootUri: request.rootUri,
      nonce,
      isEmbedded: query._embed !== undefined,
      isPrint: query._print !== undefined,
      prefill: prefillOf(query),
      formToken: formTokenOf(request, services.digester),
      reader: readerOf(request, services)
    });
    return reply
      .header('Content-Security-Policy', contentPolicy({ nonce, styleUris, connectUris, origins }))
      .send(html);
  }
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
