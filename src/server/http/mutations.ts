import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  STEP_CODES,
  STEP_NAMES,
  type IVariable,
  type StepName
} from '../../core/automation/automation';
import type { IConfigEvent, IDataEvent } from '../../core/api';
import type { JsonObject, JsonValue } from '../../core/json';
import { isFinal } from '../../core/run/run';
import type { AutomationAccess } from '../access/automationAccess';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import type { ILocatedBatch } from '../site/loadedAutomation';
import { forPageBatch } from './access';
import { crossOriginHeaders } from './security';
import { SITE_PREFIX } from './siteUrl';
import type { StreamEnds } from './streamEnds';
import { accessOf, batchOf } from './subjects';
import type { ITopicSources } from './topicSources';

/** What `mutations` works with. */
export interface IMutationsOptions {
  services: Services;
  topics: ITopicSources;
  ends: StreamEnds;
  hasSites: boolean;
}

/** A variable that changed: its id, and its value and configuration where they are small. */
interface IVariableMutation {
  i: string;
  v?: JsonValue;
  c?: JsonObject;
}

/** A change as the original framework says it. Times are seconds since the epoch. */
interface IMutation {
  mutation_time: number;
  server_time: number;
  variables?: IVariableMutation[];
  configurations?: object[];
  templates?: object[];
  styles?: object[];
}

/** Milliseconds between comments that keep proxies from closing a silent connection. */
const KEEP_ALIVE_MS = 15_000;

/**
 * `GET /streams/mutations{address of a step page}.json`: the event stream of the original framework, for clients that
 * were written for it. Our own pages follow `api/events`.
 */
export const mutations: FastifyPluginAsyncTypebox<IMutationsOptions> = async (app, options) => {
  const { services, topics, ends, hasSites } = options;
  const base = hasSites ? `/streams/mutations${SITE_PREFIX}/:site` : '/streams/mutations';
  const serverTime = Date.now() / 1000;

  app.get(
    `${base}/a/:automation/b/:batch/:step`,
    // A HEAD would never end.
    { config: { access: forPageBatch }, exposeHeadRoute: false, schema: { hide: true } },
    async (request, reply) => {
      const [access, batch] = [accessOf(request), batchOf(request)];
      const { loaded } = access;
      const step = stepOf((request.params as { step: string }).step);
      if (services.isFixed && isOver(services, loaded.id, batch.slug)) {
        // Nothing is to come, and nobody connects again after this status.
        return reply.code(204).send();
      }
      const opened = await topics.open(request.visitor, [`config:${loaded.id}`]);
      const response = reply.raw;
      reply.hijack();
      response.writeHead(200, {
        ...crossOriginHeaders(reply),
        'X-Content-Type-Options': 'nosniff',
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no'
      });
      response.write('retry: 1000\n\n');
      const send = (mutation: Omit<IMutation, 'mutation_time' | 'server_time'>) => {
        const times = { mutation_time: Date.now() / 1000, server_time: serverTime };
        response.write(`data: ${JSON.stringify({ ...times, ...mutation })}\n\n`);
      };
      const report = (error: unknown) => services.log.error('a change could not be told', error);
      let isEnding = false;
      const sendVariables = async () =>
        send({ variables: await readVariables(services, access, batch, step) });
      const subscriptions = [
        topics.data(loaded, batch.slug).subscribe(0, (_, data) => {
          if ((JSON.parse(data) as IDataEvent).steps.includes(step)) {
            sendVariables().catch(report);
          }
        }),
        opened.resolve(`config:${loaded.id}`)?.subscribe(0, (_, data) => {
          const { change } = JSON.parse(data) as IConfigEvent;
          send(SECTIONS[change]);
        }),
        services.queue.onChange(() => {
          if (!isEnding && services.isFixed && isOver(services, loaded.id, batch.slug)) {
            isEnding = true;
            sendVariables()
              .catch(report)
              .finally(() => response.end());
          }
        })
      ];
      const timer = setInterval(() => response.write(': \n\n'), KEEP_ALIVE_MS);
      response.on('close', () => {
        clearInterval(timer);
        subscriptions.forEach(subscription => subscription?.dispose());
      });
      ends.add({ close: () => response.end() }, response, opened.expiresMs);
    }
  );
};

/** Where the original puts a change of each kind. */
const SECTIONS: Readonly<
  Record<IConfigEvent['change'], Omit<IMutation, 'mutation_time' | 'server_time'>>
> = {
  configuration: { configurations: [{}] },
  data: { configurations: [{}] },
  code: {},
  template: { templates: [{}] },
  style: { styles: [{}] }
};

/** True when no run of a batch goes on or waits. */
function isOver({ queue }: Services, automation: string, batch: string): boolean {
  const run = queue.newest(automation, batch);
  return run === null || isFinal(run.state);
}

/** @throws {HttpError} 404 `step-unknown` */
function stepOf(file: string): StepName {
  const step = STEP_NAMES.find(name => file === `${STEP_CODES[name]}.json`);
  if (!step) {
    throw new HttpError(404, 'step-unknown', `there is no step page "${file}"`);
  }
  return step;
}

async function readVariables(
  services: Services,
  access: AutomationAccess,
  batch: ILocatedBatch,
  step: StepName
): Promise<IVariableMutation[]> {
  const { variables } = access.loaded.get().steps[step];
  const shown = variables.filter(variable => access.allowsVariable(variable));
  return Promise.all(shown.map(variable => readVariable(services, batch, variable)));
}

async function readVariable(
  { variables }: Services,
  batch: ILocatedBatch,
  variable: IVariable
): Promise<IVariableMutation> {
  const { data, configuration } = await variables.read(batch, variable);
  return {
    i: variable.id,
    ...(data.kind === 'value' && !variables.isSecret(variable) ? { v: data.value } : {}),
    ...(Object.keys(configuration).length ? { c: configuration } : {})
  };
}
