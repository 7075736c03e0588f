import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IPageSource } from '../print/pageSource';

/** Header by which requests of the printer are known. */
const HEADER = 'x-crosscompute-printer';

/**
 * Tells requests of the printer of this process from all others. Its secret is made here and never leaves the
 * process: the browser that prints does not have it, its requests are passed on by hand.
 */
export class PrinterRequests {
  /** True for a request that this process makes for its own printer: it may see the page that is printed. */
  includes(request: FastifyRequest): boolean {
    const given = request.headers[HEADER];
    const bytes = Buffer.from(typeof given === 'string' ? given : '');
    return bytes.length === this._secret.length && timingSafeEqual(bytes, this._secret);
  }

  /** Pages of a server, for its printer. */
  sourceOf(app: FastifyInstance): IPageSource {
    return {
      get: async uri => {
        const response = await app.inject({
          url: uri,
          headers: {
            [HEADER]: this._secret.toString(),
            host: 'localhost',
            accept: 'text/html, */*'
          }
        });
        const headers = Object.entries(response.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)] as const]
        );
        return {
          status: response.statusCode,
          headers: Object.fromEntries(headers),
          body: response.rawPayload
        };
      }
    };
  }

  private readonly _secret = Buffer.from(randomBytes(32).toString('hex'));
}
