import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type {
  IAutomationSummary,
  IBatchSummary,
  IQueueState,
  IRunResource,
  IRunSummary
} from '../../core/api';
import type { IRunRecord } from '../../core/run/run';
import type { ICrossComputeClient, IEventHub, IQueueMonitor, ITopicListener } from '../tokens';

/** Texts as they are written. */
export const trans = nullTranslator.load('jupyterlab_crosscompute');

/** An automation with two batches. */
export function automation(changes: Partial<IAutomationSummary> = {}): IAutomationSummary {
  return {
    id: '0123456789abcdef',
    configuration: 'rainfall/automate.yaml',
    name: 'Rainfall',
    slug: 'rainfall',
    title: 'Rainfall',
    description: 'Rain of a year',
    version: '0.3.0',
    uri: 'at/rainfall/automate.yaml/a/rainfall',
    steps: ['input', 'output'],
    isUsable: true,
    isRunnable: true,
    problems: [],
    batchCount: 2,
    firstBatch: 'standard',
    notebooks: ['rainfall/run.ipynb'],
    ...changes
  };
}

/** A batch that never ran. */
export function batch(slug: string, changes: Partial<IBatchSummary> = {}): IBatchSummary {
  return {
    slug,
    name: slug,
    folder: `batches/${slug}`,
    kind: 'folder',
    inputs: {},
    outputs: {},
    thumbnails: [],
    run: null,
    state: 'new',
    error: null,
    durationSeconds: null,
    isStale: false,
    ...changes
  };
}

/** A run in the queue. */
export function runSummary(id: string, changes: Partial<IRunSummary> = {}): IRunSummary {
  return {
    id,
    automation: '0123456789abcdef',
    automationName: 'Rainfall',
    batch: 'standard',
    batchName: 'standard',
    state: 'running',
    lane: 'run',
    created: '2026-03-02T09:15:00.000Z',
    started: null,
    ended: null,
    position: null,
    error: null,
    return_code: null,
    fraction: null,
    message: null,
    askerCount: 1,
    ...changes
  };
}

/** A run with its record: of batch `standard`, done after two seconds. */
export function runResource(
  id: string,
  changes: Partial<IRunRecord> = {},
  summary: Partial<IRunSummary> = {}
): IRunResource {
  const record: IRunRecord = {
    id,
    key: `key of ${id}`,
    automation: {
      id: '0123456789abcdef',
      slug: 'rainfall',
      version: '0.3.0',
      configuration: 'rainfall/automate.yaml'
    },
    batch: { slug: 'standard', name: 'Standard', folder: 'batches/standard', kind: 'folder' },
    state: 'done',
    created: '2026-03-02T09:15:00.000Z',
    started: '2026-03-02T09:15:00.000Z',
    ended: '2026-03-02T09:15:02.000Z',
    askers: ['ana'],
    priority: 10,
    leader: null,
    retryOf: null,
    inputs: {},
    code: 'sha256:1',
    datasets: {},
    kernel: 'python3',
    engine: { id: 'jupyter', kernel: null },
    return_code: 0,
    error: null,
    outputs: {},
    problems: [],
    ...changes
  };
  const { state, created, started, ended, error, batch: of } = record;
  const shared = { state, created, started, ended, error, batch: of.slug, batchName: of.name };
  return { ...runSummary(id, { ...shared, ...summary }), record };
}

/**
 * Answer lists of batches.
 *
 * @param find - the batch of a slug, when one is asked for by its slug
 */
export function listing(
  batches: IBatchSummary[],
  find: (slug: string) => IBatchSummary = slug => batch(slug)
): ICrossComputeClient['listBatches'] {
  return async (_, { filter }) => {
    const found = filter ? [find(filter)] : batches;
    return { total: found.length, offset: 0, batches: found };
  };
}

/** A client of which each used method is given; all others refuse. */
export function fakeClient(methods: Partial<ICrossComputeClient> = {}): ICrossComputeClient {
  const client: Partial<ICrossComputeClient> = {
    rootUri: 'http://localhost/crosscompute/',
    ...methods
  };
  return new Proxy(client, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => Promise.reject(new Error(`${String(name)} was not expected`)))
  }) as ICrossComputeClient;
}

/** Events that a test sends by hand. */
export class FakeEvents implements IEventHub {
  subscribe(topic: string, listener: ITopicListener) {
    const listeners = this.topics.get(topic) ?? new Set();
    this.topics.set(topic, listeners.add(listener));
    return {
      dispose: () => {
        listeners.delete(listener);
        if (!listeners.size && this.topics.get(topic) === listeners) {
          this.topics.delete(topic);
        }
      }
    };
  }

  send(topic: string, data: unknown): void {
    [...(this.topics.get(topic) ?? [])].forEach(listener => listener.onEvent(data));
  }

  refuse(topic: string, message: string): void {
    [...(this.topics.get(topic) ?? [])].forEach(listener => listener.onError?.(message));
  }

  /** Lose the connection and get it back. */
  rejoin(): void {
    for (const listeners of [...this.topics.values()]) {
      [...listeners].forEach(listener => listener.onGap?.());
    }
  }

  readonly topics = new Map<string, Set<ITopicListener>>();
}

/** The state of a queue that lists everything. */
export function queueState(running: IRunSummary[], queued: IRunSummary[] = []): IQueueState {
  const automations: IQueueState['automations'] = {};
  for (const { automation, state } of [...running, ...queued]) {
    const counts = (automations[automation] ??= {
      running: 0,
      queued: 0,
      coming: 0,
      ended: 0,
      failed: 0
    });
    counts[state === 'queued' ? 'queued' : 'running'] += 1;
  }
  return {
    running,
    queued,
    counts: { running: running.length, queued: queued.length, coming: 0 },
    automations,
    lanes: {
      run: { slots: 2, running: running.length, queued: queued.length },
      media: { slots: 1, running: 0, queued: 0 },
      data: { slots: 2, running: 0, queued: 0 }
    },
    isPaused: false,
    pausedAutomations: [],
    maximumConcurrentRuns: 2
  };
}

/** A queue that a test fills by hand. */
export class FakeQueue implements IQueueMonitor {
  state: IQueueState | null = null;
  readonly changed: Signal<IQueueMonitor, IQueueState> = new Signal(this);

  start(): void {
    this.isStarted = true;
  }

  set(running: IRunSummary[], queued: IRunSummary[] = [], more: Partial<IQueueState> = {}): void {
    this.state = { ...queueState(running, queued), ...more };
    this.changed.emit(this.state);
  }

  isStarted = false;
}

/** Let promises that are settled go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

/** Wait until something is the case. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
