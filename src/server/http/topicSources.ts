import type { IConfigEvent } from '../../core/api';
import type { AutomationAccess } from '../access/automationAccess';
import { notAuthorized } from '../access/refusal';
import type { IVisitor } from '../access/visitor';
import { HttpError } from '../httpError';
import type { Services } from '../services';
import type { LoadedAutomation } from '../site/loadedAutomation';
import { eventFor, locateAllowed } from '../access/allowed';
import { DataTopic } from './dataTopic';
import { draftTopic, printTopic } from './printTopics';
import { QueueTopics, TurnTopics } from './queueTopics';
import { StateTopic, type ITopic, type TopicResolver } from './topics';

/** What a reader gets of the topics that it asks for. */
export interface IOpenedTopics {
  resolve: TopicResolver;
  /** When the reader's token expires, in milliseconds since the epoch; null for never. */
  expiresMs: number | null;
}

/** The topics of a server. */
export interface ITopicSources {
  /** Authorise a reader for each of the topics: those that it may not see answer with an error. */
  open(visitor: IVisitor, names: readonly string[]): Promise<IOpenedTopics>;
  /** Changes in the folders of a batch, for who is authorised. */
  data(loaded: LoadedAutomation, slug: string): ITopic;
  /** Release watchers and subscriptions. */
  close(): Promise<void>;
}

/** Connect queue, automations and folders to the names under which readers subscribe. */
export function createTopics(services: Services): ITopicSources {
  const queueTopics = new QueueTopics(services);
  const turnTopics = new TurnTopics(services);
  const configTopics = new Map<string, StateTopic>();
  const dataTopics = new Map<string, DataTopic>();
  const watchTopics = new Map<string, StateTopic>();
  const draftTopics = new Map<string, StateTopic>();

  const changes = services.automations.onChange((loaded, change) => {
    const event: IConfigEvent = { automation: loaded.id, change };
    configTopics.get(loaded.id)?.publish(JSON.stringify(event));
  });

  const dataTopic = (automation: string, slug: string) =>
    getOrMake(dataTopics, `${automation}/${slug}`, () => new DataTopic(services, automation, slug))
      .topic;

  /** The topic of a name, for a reader who may see it. @throws {HttpError} for who may not */
  const find = async (visitor: IVisitor, name: string): Promise<ITopic | null> => {
    const at = name.indexOf(':');
    const [kind, rest] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
    switch (kind) {
      case 'queue':
        return queueTopics.of(visitor);
      case 'run':
      case 'tail':
        return runTopic(services, visitor, rest, kind === 'tail');
      case 'turn':
        await requireRun(services, visitor, rest);
        return turnTopics.of(visitor, rest);
      case 'print': {
        const job = services.prints.get(rest);
        if (!services.access.isOwner(job, visitor)) {
          throw notAuthorized();
        }
        return printTopic(services, rest);
      }
      case 'config': {
        const access = await services.access.of(visitor, services.automations.get(rest));
        access.require('see_automation');
        return getOrMake(configTopics, rest, () => new StateTopic(() => null));
      }
      case 'packages': {
        const loaded = services.automations.get(rest);
        if (!(await services.access.of(visitor, loaded)).mayInstall) {
          throw notAuthorized();
        }
        return packagesTopic(services, loaded);
      }
      case 'watch':
      case 'draft':
      case 'data': {
        const slash = rest.indexOf('/');
        const loaded = services.automations.get(rest.slice(0, slash));
        const access = await services.access.of(visitor, loaded);
        access.require('see_batch');
        const batch = await locateAllowed(services, access, rest.slice(slash + 1));
        const topics: Readonly<Record<typeof kind, () => ITopic>> = {
          data: () => dataTopic(loaded.id, batch.slug),
          draft: () => getOrMake(draftTopics, rest, () => draftTopic(services, rest)),
          watch: () => getOrMake(watchTopics, rest, () => watchTopic(services, rest))
        };
        return topics[kind]();
      }
      default:
        return null;
    }
  };
  return {
    open: async (visitor, names) => {
      const found = new Map<string, ITopic | HttpError | null>();
      for (const name of names) {
        found.set(name, await find(visitor, name).catch(refusalOf));
      }
      const expiries = services.access
        .tokensOf(visitor)
        .flatMap(({ expiresMs }) => expiresMs ?? []);
      return {
        resolve: name => {
          const item = found.get(name) ?? null;
          if (item instanceof HttpError) {
            throw item;
          }
          return item;
        },
        expiresMs: expiries.length ? Math.min(...expiries) : null
      };
    },
    data: (loaded, slug) => dataTopic(loaded.id, slug),
    close: async () => {
      changes.dispose();
      queueTopics.dispose();
      turnTopics.dispose();
      await Promise.all([...dataTopics.values()].map(topic => topic.close()));
    }
  };
}

/** A refusal is told on its topic alone; anything else is a mistake of ours. */
function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  throw error;
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/**
 * What a reader may do with the automation of a run; null where that is not open.
 *
 * @throws {HttpError} when it may not see the run
 */
async function requireRun(
  services: Services,
  visitor: IVisitor,
  id: string
): Promise<AutomationAccess | null> {
  const run = services.queue.get(id);
  if (!run) {
    throw new HttpError(404, 'run-unknown', 'this run does not exist');
  }
  const known = services.access.ofRun(visitor, run);
  const access = known && (await services.access.of(visitor, known.loaded));
  if (access ? !access.allowsRun(run) : !services.access.hasSites) {
    throw access?.refusal('see_batch') ?? notAuthorized();
  }
  return access;
}

async function runTopic(
  services: Services,
  visitor: IVisitor,
  id: string,
  isTail: boolean
): Promise<ITopic> {
  const access = await requireRun(services, visitor, id);
  return {
    isReplayable: true,
    subscribe: (after, listener) =>
      services.queue.follow(
        id,
        after,
        event => {
          const seen = eventFor(access, event);
          if (seen) {
            listener(seen.seq, JSON.stringify(seen));
          }
        },
        () => undefined,
        isTail
      )
  };
}

/** How the installation of an automation's packages goes. */
function packagesTopic({ installations }: Services, { id }: LoadedAutomation): StateTopic {
  let changes: { dispose(): void } | undefined;
  const topic: StateTopic = new StateTopic(
    () => JSON.stringify(installations.find(id)),
    isActive => {
      changes?.dispose();
      changes = isActive
        ? installations.onChange(automation => automation === id && topic.publish())
        : undefined;
    }
  );
  return topic;
}

/** Says nothing: that somebody listens keeps the results of a batch up to date. */
function watchTopic({ watchedBatches }: Services, name: string): StateTopic {
  let watching: { dispose(): void } | null = null;
  // An unknown batch is refused before anybody listens.
  watchedBatches.watch(name).dispose();
  return new StateTopic(
    () => null,
    isActive => {
      watching?.dispose();
      watching = isActive ? watchedBatches.watch(name) : null;
    }
  );
}
