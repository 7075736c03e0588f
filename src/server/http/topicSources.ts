import type { IConfigEvent, IDataEvent } from '../../core/api';
import { STEP_NAMES } from '../../core/automation/automation';
import type { Services } from '../services';
import { FolderWatcher } from '../watch/fileWatcher';
import { HttpError } from '../httpError';
import { draftTopic, printTopic } from './printTopics';
import { StateTopic, type ITopic, type TopicResolver } from './topics';

/** Milliseconds between two states of the queue: a sweep of thousands must not flood its readers. */
const QUEUE_INTERVAL_MS = 100;

/** The topics of a server. */
export interface ITopicSources {
  resolve: TopicResolver;
  /** Release watchers and subscriptions. */
  close(): Promise<void>;
}

/** Connect queue, automations and folders to the names under which readers subscribe. */
export function createTopics(services: Services): ITopicSources {
  const queueTopic = new QueueTopic(services);
  const configTopics = new Map<string, StateTopic>();
  const dataTopics = new Map<string, DataTopic>();
  const watchTopics = new Map<string, StateTopic>();
  const draftTopics = new Map<string, StateTopic>();

  const changes = services.automations.onChange((loaded, change) => {
    const event: IConfigEvent = { automation: loaded.id, change };
    configTopics.get(loaded.id)?.publish(JSON.stringify(event));
  });

  const resolve: TopicResolver = name => {
    const at = name.indexOf(':');
    const [kind, rest] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
    switch (kind) {
      case 'queue':
        return queueTopic.topic;
      case 'run':
        return runTopic(services, rest);
      case 'print':
        return printTopic(services, rest);
      case 'draft':
        return getOrMake(draftTopics, rest, () => draftTopic(services, rest));
      case 'config':
        services.automations.get(rest);
        return getOrMake(configTopics, rest, () => new StateTopic(() => null));
      case 'watch':
        return getOrMake(watchTopics, rest, () => watchTopic(services, rest));
      case 'data':
        return getOrMake(dataTopics, rest, () => new DataTopic(services, rest)).topic;
      default:
        return null;
    }
  };
  return {
    resolve,
    close: async () => {
      changes.dispose();
      queueTopic.dispose();
      await Promise.all([...dataTopics.values()].map(topic => topic.close()));
    }
  };
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function runTopic(services: Services, id: string): ITopic {
  if (!services.queue.get(id)) {
    throw new HttpError(404, 'run-unknown', 'this run does not exist');
  }
  return {
    isReplayable: true,
    subscribe: (after, listener) =>
      services.queue.follow(
        id,
        after,
        event => listener(event.seq, JSON.stringify(event)),
        () => undefined
      )
  };
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

/** The state of the queue, at most ten times a second. */
class QueueTopic {
  constructor(services: Services) {
    this.topic = new StateTopic(() => JSON.stringify(services.queue.state()));
    this._changes = services.queue.onChange(() => {
      this._timer ??= setTimeout(() => {
        this._timer = undefined;
        this.topic.publish();
      }, QUEUE_INTERVAL_MS);
    });
  }

  readonly topic: StateTopic;

  dispose(): void {
    clearTimeout(this._timer);
    this._changes.dispose();
  }

  private readonly _changes: { dispose(): void };
  private _timer: NodeJS.Timeout | undefined;
}

/** Changes in the folders of one batch, watched only while somebody listens. */
class DataTopic {
  constructor(
    private readonly _services: Services,
    name: string
  ) {
    const at = name.indexOf('/');
    const loaded = _services.automations.get(name.slice(0, at));
    this._automation = loaded.id;
    this._batch = name.slice(at + 1);
    this._folder = _services.runService.locate(loaded, this._batch).absoluteFolder;
    this.topic = new StateTopic(
      () => null,
      isActive => (isActive ? this._start() : this._stop())
    );
  }

  readonly topic: StateTopic;

  async close(): Promise<void> {
    this._stop();
    await this._closing;
  }

  private _start(): void {
    this._watcher = new FolderWatcher(
      STEP_NAMES.map(step => `${this._folder}/${step}`),
      paths => this._publish(paths),
      this._services.log
    );
    this._changes = this._services.queue.onChange(run => {
      if (run && run.automation.id === this._automation && run.batch.slug === this._batch) {
        // The folders of a first run exist from now on; its state is part of the page, too.
        this._watcher?.refresh();
        this._publish(null);
      }
    });
  }

  private _stop(): void {
    this._changes?.dispose();
    this._changes = undefined;
    this._closing = this._watcher?.close() ?? Promise.resolve();
    this._closing.catch(error => this._services.log.error('a watcher did not close', error));
    this._watcher = undefined;
  }

  private _publish(paths: ReadonlySet<string> | null): void {
    const steps = STEP_NAMES.filter(
      step => !paths || [...paths].some(path => path.startsWith(`${this._folder}/${step}/`))
    );
    if (steps.length) {
      const event: IDataEvent = { automation: this._automation, batch: this._batch, steps };
      this.topic.publish(JSON.stringify(event));
    }
  }

  private readonly _automation: string;
  private readonly _batch: string;
  private readonly _folder: string;
  private _watcher: FolderWatcher | undefined;
  private _changes: { dispose(): void } | undefined;
  private _closing: Promise<void> = Promise.resolve();
}
