import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { PostedInputs } from '../../core/api';
import { findVariable, type IAutomation } from '../../core/automation/automation';
import { isUpload } from '../../core/batch/inputFiles';
import { isJsonObject, type JsonValue } from '../../core/json';
import { statusElement } from '../../core/run/statusElement';
import { HttpError } from '../httpError';
import type { IRunQueue } from '../queue/queue';
import type { Services } from '../services';
import { systemClock, type IClock } from '../store/clock';
import { forPage, forRun } from './access';
import { ElementStream, type IElementSource } from './elementStream';
import { EventStream } from './eventStream';
import { requestRun } from './runs';
import { RunParams } from './schemas';
import { crossOriginHeaders, headerOf } from './security';
import { SITE_PREFIX } from './siteUrl';
import type { StreamEnds } from './streamEnds';
import { loadedOf, runOf } from './subjects';
import type { ITopicSources } from './topicSources';

/** Id of the input that a token in the header sets. */
const TOKEN_INPUT = 'api_token';

/** Passwords of `Authorization: Basic` that say that the name is a token. */
const TOKEN_WORDS: readonly string[] = ['x-auth-token', 'x-api-token'];

/** What streams of elements need. */
export interface IGenerateOptions {
  services: Services;
  topics: ITopicSources;
  ends: StreamEnds;
  hasSites: boolean;
  /** Default: the time of this machine. */
  clock?: IClock;
}

/**
 * `POST a/{automation}/generate` runs values and answers with a JSON array that grows with the run, for clients that
 * were written for it; `GET api/runs/{id}/progress` is the same array of a run that is known.
 */
export const generate: FastifyPluginAsyncTypebox<IGenerateOptions> = async (app, options) => {
  const { services, hasSites } = options;
  const base = hasSites ? `${SITE_PREFIX}/:site` : '';
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, valuesOfForm(body.toString()))
  );
  app.post(
    `${base}/a/:automation/generate`,
    { config: { access: forPage('run_automation') }, schema: { hide: true } },
    async (request, reply) => {
      const loaded = loadedOf(request);
      const inputs = postedValues(request, loaded.get());
      const body = { automation: loaded.id, inputs };
      const { id, cached } = await requestRun(services, request, body, true);
      await sendElements(options, request, reply, cached ? null : id);
    }
  );
  app.get(
    '/api/runs/:run/progress',
    {
      config: { access: forRun('see_batch') },
      exposeHeadRoute: false,
      schema: {
        summary: 'Where a run stands, as a JSON array that grows, or its journal as events',
        description:
          'Elements have n_ahead_in_queue, fraction, message, returncode and error; the last one has a returncode.',
        tags: ['runs'],
        params: RunParams
      }
    },
    async (request, reply) => {
      const { id } = runOf(request);
      if (headerOf(request, 'accept').includes('text/event-stream')) {
        const name = `run:${id}`;
        const { resolve, expiresMs } = await options.topics.open(request.visitor, [name]);
        const after = Number(headerOf(request, 'last-event-id')) || 0;
        reply.hijack();
        const headers = crossOriginHeaders(reply);
        const stream = new EventStream(reply.raw, [{ name, after }], resolve, headers);
        options.ends.add(stream, reply.raw, expiresMs);
        stream.open();
        return;
      }
      await sendElements(options, request, reply, id);
    }
  );
};

/**
 * Answer with the elements of a run.
 *
 * @param id - null for an array without elements
 */
async function sendElements(
  { services, topics, ends, clock = systemClock }: IGenerateOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string | null
): Promise<void> {
  const opened = id === null ? null : await topics.open(request.visitor, [`run:${id}`]);
  reply.hijack();
  const source = id === null ? null : elementsOf(services.queue, id);
  const stream = new ElementStream(reply.raw, source, clock);
  ends.add(stream, reply.raw, opened?.expiresMs ?? null);
  stream.open(crossOriginHeaders(reply));
}

function elementsOf(queue: IRunQueue, id: string): IElementSource {
  return {
    current: () => {
      const run = queue.get(id);
      return run
        ? statusElement(run, { ahead: queue.ahead(id), ...queue.progress(id) })
        : statusElement({ state: 'lost', return_code: -40, error: null }, NOTHING);
    },
    subscribe: onChange => {
      let timer: NodeJS.Immediate | undefined;
      const changes = queue.onChange(onChange);
      const events = queue.follow(
        id,
        0,
        () => {
          // Once for what is replayed, and after the queue has heard of it.
          timer ??= setImmediate(() => {
            timer = undefined;
            onChange();
          });
        },
        onChange
      );
      return {
        dispose: () => {
          clearImmediate(timer);
          changes.dispose();
          events.dispose();
        }
      };
    }
  };
}

const NOTHING = { ahead: 0, fraction: null, message: null };

/** @throws {HttpError} 400 `bad-request` when the body holds no values by their ids */
function postedValues(request: FastifyRequest, automation: IAutomation): PostedInputs {
  const body = (request.body ?? {}) as JsonValue;
  if (!isJsonObject(body)) {
    throw new HttpError(400, 'bad-request', 'post the values of inputs by their ids');
  }
  const posted: PostedInputs = Object.fromEntries(
    Object.entries(body).map(([id, value]) => [id, isUpload(value) ? value : { value }])
  );
  const token = tokenOf(headerOf(request, 'authorization'));
  if (token !== null && findVariable(automation, 'input', TOKEN_INPUT)) {
    posted[TOKEN_INPUT] = { value: token };
  }
  return posted;
}

function tokenOf(header: string): string | null {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.lastIndexOf(':');
  return at > 0 && TOKEN_WORDS.includes(text.slice(at + 1)) ? text.slice(0, at) : null;
}

/** What is given several times is one line each. */
function valuesOfForm(text: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [id, value] of new URLSearchParams(text)) {
    const earlier = values.get(id);
    values.set(id, earlier === undefined ? value : `${earlier}\n${value}`);
  }
  return Object.fromEntries(values);
}
