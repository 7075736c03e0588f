import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { HttpError } from '../httpError';

/** What a request may cost before anything looks at it. */
export interface IRequestLimits {
  /** Milliseconds that a body may take that is no upload; default 60,000. */
  bodyMs?: number;
  /** Milliseconds without a byte after which the connection of an upload is cut. */
  uploadIdleMs: number;
}

/** Lists and objects in each other; what walks through values must not run out of stack. */
const MAX_DEPTH = 100;

/**
 * Takes JSON alone, and no values that nobody means: nested without end, numbers that are none, keys that change
 * prototypes. A body that comes too slowly is not waited for.
 */
export const requestLimits = fastifyPlugin(
  async (app: FastifyInstance, { bodyMs = 60_000, uploadIdleMs }: IRequestLimits) => {
    const parseJson = app.getDefaultJsonParser('error', 'error');
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      // JupyterLab names the type of bodies that it does not send, as with Stop.
      if (body === '') {
        done(null, undefined);
        return;
      }
      void parseJson(request, body.toString(), (error, value) => {
        const problem = error ?? problemOf(value);
        if (problem) {
          done(problem);
        } else {
          done(null, value);
        }
      });
    });
    // Forms of other sites can send text; nothing here takes it.
    app.removeContentTypeParser('text/plain');
    app.addHook('preParsing', async request => {
      limitTime(request, bodyMs, uploadIdleMs);
    });
    app.addHook('preHandler', async ({ params, query }) => {
      // `1e999` passes for a whole number.
      const problem = problemOf(params) ?? problemOf(query);
      if (problem) {
        throw problem;
      }
    });
  },
  { name: 'request-limits' }
);

function limitTime({ raw }: FastifyRequest, bodyMs: number, uploadIdleMs: number): void {
  const { socket, headers } = raw;
  // What this process asks itself has no connection.
  if (!(socket instanceof Socket)) {
    return;
  }
  const giveUp = () => socket.destroy();
  if (/^multipart\//i.test(headers['content-type'] ?? '')) {
    // A file that stops coming is told first, by whoever writes it.
    socket.setTimeout(2 * uploadIdleMs, giveUp);
    raw.once('close', () => {
      socket.setTimeout(0);
      socket.off('timeout', giveUp);
    });
  } else if (headers['content-length'] !== undefined || headers['transfer-encoding']) {
    const timer = setTimeout(giveUp, bodyMs);
    const stop = () => clearTimeout(timer);
    raw.once('end', stop).once('close', stop);
  }
}

/** What is wrong with a value from outside; null when nothing is. */
function problemOf(value: unknown): HttpError | null {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value: item, depth } = next;
    if (typeof item === 'number' && !Number.isFinite(item)) {
      return new HttpError(400, 'bad-request', 'a number is too large; use one below 1e308');
    }
    if (typeof item === 'object' && item !== null) {
      if (depth === MAX_DEPTH) {
        const message = `values may be nested ${MAX_DEPTH} levels deep, not more`;
        return new HttpError(400, 'bad-request', message);
      }
      for (const inner of Object.values(item)) {
        waiting.push({ value: inner, depth: depth + 1 });
      }
    }
  }
  return null;
}
