import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type {
  IAutomation,
  IStep,
  IVariable,
  Script,
  StepName
} from '../../../core/automation/automation';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import type { InputValues } from '../../../core/batch/batch';
import { sha256Hex } from '../../../core/run/digest';
import type { JournalEvent } from '../../../core/run/journal';
import type { IRunRecord } from '../../../core/run/run';
import { ScriptedExecutor } from '../../../testing/scriptedExecutor';
import type { ILog } from '../../log';
import { systemClock, type IClock } from '../../store/clock';
import { openStateDatabase, type IStateDatabase } from '../../store/stateDatabase';
import { createRunQueue, type IRunQueueOptions } from '../createRunQueue';
import type { IDisposable, IEnsureRequest, IPreparedRun, IRunSource } from '../queue';
import type { RunQueue } from '../runQueue';

const POSITION = { file: '/automate.yaml', line: 1, column: 1 };

/** The id of the n-th run of a test. */
export function idOf(number: number): string {
  return `run${number}`.padEnd(32, 'x');
}

/** A variable of a step. */
export function variable(step: StepName, id: string, more: Partial<IVariable> = {}): IVariable {
  return {
    step,
    id,
    view: 'string',
    path: 'variables.dictionary',
    label: id,
    configuration: {},
    mode: null,
    isRequired: step === 'input',
    isRequiredExplicit: false,
    level: null,
    position: POSITION,
    ...more
  };
}

/** A script that a scripted executor executes. */
export const COMMAND: Script = {
  kind: 'command',
  command: 'run',
  folder: '.',
  position: POSITION
};

/** An automation in a folder, with one command. */
export function automationIn(
  folder: string,
  variables: IVariable[] = [],
  more: Partial<IAutomation> = {}
): IAutomation {
  const step = (name: StepName): IStep => ({
    name,
    variables: variables.filter(item => item.step === name),
    templates: []
  });
  return createEmptyAutomation({
    configuration: path.join(folder, 'automate.yaml'),
    folder,
    name: 'Tips',
    slug: 'tips',
    title: 'Tips',
    description: '',
    version: '0.1.0',
    steps: {
      input: step('input'),
      output: step('output'),
      log: step('log'),
      debug: step('debug'),
      print: step('print')
    },
    scripts: [COMMAND],
    ...more
  });
}

/** A log that a test can look into. */
export class RecordingLog implements ILog {
  readonly lines: string[] = [];
  debug = (message: string) => void this.lines.push(`debug: ${message}`);
  info = (message: string) => void this.lines.push(`info: ${message}`);
  warn = (message: string) => void this.lines.push(`warn: ${message}`);
  error = (message: string, cause?: unknown) =>
    void this.lines.push(`error: ${message}${cause ? ` (${cause})` : ''}`);

  /** Lines that say that something is wrong. */
  get complaints(): string[] {
    return this.lines.filter(line => /^(warn|error)/.test(line));
  }
}

/** The clock of a server, whose timers do nothing any more once the server is dead. */
class MortalClock implements IClock {
  constructor(private readonly _clock: IClock) {}

  isStopped = false;

  nowMs(): number {
    return this._clock.nowMs();
  }

  elapsedMs(): number {
    return this._clock.elapsedMs();
  }

  after(ms: number, callback: () => void): IDisposable {
    return this._clock.after(ms, () => {
      if (!this.isStopped) {
        callback();
      }
    });
  }
}

/** A real folder and database with queues over them, one after the other as after a crash. */
export class Bench {
  private constructor(readonly root: string) {
    this.folder = path.join(root, 'tips');
    this.automation = automationIn(this.folder);
  }

  static async create(parent = tmpdir()): Promise<Bench> {
    const bench = new Bench(await fs.mkdtemp(path.join(parent, 'queue-')));
    await fs.mkdir(bench.folder, { recursive: true });
    return bench;
  }

  readonly folder: string;
  automation: IAutomation;
  executor = new ScriptedExecutor();
  log = new RecordingLog();
  inputs: InputValues | null = null;
  environment: Record<string, string> = { PATH: '/bin' };
  /** Variables of the server that scripts get as files. */
  fileVariables: Record<string, string> = {};
  code = 'sha256:code';
  deletedKernels: string[] = [];
  clock: IClock = systemClock;
  /** Called instead of what `prepare` does by itself. */
  prepare: ((run: IRunRecord) => Promise<IPreparedRun>) | null = null;

  readonly source: IRunSource = {
    prepare: async run => {
      if (this.prepare) {
        return this.prepare(run);
      }
      return this.prepared(run);
    },
    configurationPath: relative => path.resolve(this.root, relative),
    placeDatasets: async () => undefined,
    takeDatasets: async () => undefined,
    placeUpload: async (uri, folder, pattern) => {
      await fs.writeFile(path.join(folder, pattern.replace('{suffix}', '.txt')), uri);
    }
  };

  /** What `prepare` gives by itself. */
  prepared(run: IRunRecord): IPreparedRun {
    return {
      automation: this.automation,
      folder: path.join(this.folder, run.batch.folder),
      inputs: this.inputs,
      key: run.key,
      code: this.code,
      datasets: {},
      problems: [],
      environment: this.environment,
      fileVariables: this.fileVariables
    };
  }

  /** Make a queue, and start it; the one before is left as after `kill -9`. */
  async open(options: Partial<IRunQueueOptions> = {}): Promise<RunQueue> {
    if (this._clock) {
      this._clock.isStopped = true;
      // What a process that died holds is free at once; this process lives.
      await fs.rm(path.join(this.folder, '.crosscompute/lease.json'), { force: true });
    }
    const queue = this.make(options);
    await queue.start();
    return queue;
  }

  /** Make a queue that is not started. */
  make(options: Partial<IRunQueueOptions> = {}): RunQueue {
    const database = openStateDatabase(this.databaseFile, this.log);
    this._databases.push(database);
    this._clock = new MortalClock(this.clock);
    const queue = createRunQueue({
      database,
      serverKey: new Uint8Array(32),
      source: this.source,
      executors: [this.executor],
      engineId: 'private',
      deleteKernel: async (engine, kernel) => void this.deletedKernels.push(`${engine}/${kernel}`),
      maximumConcurrentRuns: 2,
      log: this.log,
      clock: this._clock,
      ...options
    });
    this._queues.push(queue);
    return queue;
  }

  get databaseFile(): string {
    return path.join(this.root, 'state', 'state.sqlite');
  }

  /** A request for the n-th run, in a batch of its own unless said otherwise. */
  request(number: number, more: Partial<IEnsureRequest> = {}): IEnsureRequest {
    const slug = `batch-${number}`;
    return {
      id: idOf(number),
      key: sha256Hex(`key ${number}`),
      automation: {
        id: 'a'.repeat(16),
        slug: 'tips',
        version: '0.1.0',
        configuration: 'tips/automate.yaml'
      },
      batch: { slug, name: slug, folder: `batches/${slug}`, kind: 'folder' },
      automationFolder: this.folder,
      inputs: {},
      code: 'sha256:code',
      datasets: {},
      kernel: 'command',
      asker: 'ana',
      priority: 10,
      retryOf: null,
      problems: [],
      isSingle: false,
      secrets: {},
      ...more
    };
  }

  /** Text of a file in the n-th batch, or null. */
  async read(number: number, name: string): Promise<string | null> {
    return this.readFile(`batches/batch-${number}/${name}`);
  }

  /** Text of a file in the automation's folder, or null. */
  async readFile(name: string): Promise<string | null> {
    try {
      return await fs.readFile(path.join(this.folder, name), 'utf-8');
    } catch {
      return null;
    }
  }

  /** Record and journal of the n-th run as they lie on disk. */
  async history(number: number): Promise<{ record: IRunRecord; journal: string[] }> {
    const home = `.crosscompute/history/${idOf(number)}`;
    const record = JSON.parse((await this.readFile(`${home}/run.json`)) ?? 'null') as IRunRecord;
    const journal = (await this.readFile(`${home}/journal.ndjson`)) ?? '';
    return { record, journal: journal.split('\n').filter(Boolean) };
  }

  /** Wait until a run is in a state, and give its record. */
  async until(queue: RunQueue, number: number, ...states: string[]): Promise<IRunRecord> {
    const wanted = states.length ? states : ['done', 'failed', 'stopped', 'lost'];
    return new Promise(resolve => {
      const subscription = queue.onChange(() => check());
      const check = () => {
        const record = queue.get(idOf(number));
        if (record && wanted.includes(record.state)) {
          subscription.dispose();
          resolve(record);
        }
      };
      check();
    });
  }

  /** End every execution and queue, and remove all files. */
  async dispose(): Promise<void> {
    for (const execution of this.executor.executions) {
      execution.hangs = false;
      execution.succeed();
    }
    await Promise.all(this._queues.map(queue => queue.close()));
    this._databases.forEach(database => database.close());
    await fs.rm(this.root, { recursive: true, force: true });
  }

  private readonly _queues: RunQueue[] = [];
  private _clock: MortalClock | null = null;
  private readonly _databases: IStateDatabase[] = [];
}

/** All events of a run. */
export async function journalOf(queue: RunQueue, id: string): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  for await (const event of queue.journal(id)) {
    events.push(event);
  }
  return events;
}
