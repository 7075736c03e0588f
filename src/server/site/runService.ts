import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { askerOf, type IAsker } from '../../core/access/identity';
import type { IAutomation } from '../../core/automation/automation';
import type { IRunRequest, IRunResponse, PostedInputs } from '../../core/api';
import type { InputValues } from '../../core/batch/batch';
import { laneOf, type Lane } from '../../core/run/lane';
import { PRIORITIES, type IRunProblem } from '../../core/run/run';
import { HttpError } from '../httpError';
import type { IEnsureRequest, IRunQueue } from '../queue/queue';
import type { IAttempt } from './automaticRetries';
import type { Automations } from './automations';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import { placeInputs, type IPlacedInputs, type IPostedForm } from './placeInputs';
import type { IInputReader } from './runInputs';
import {
  isSameWork,
  readsIdentity,
  requireRunnable,
  requireRunnableAutomation,
  type IProgram,
  type RunWork
} from './runWork';
import { makeTestFolder, testFolderOf } from './testFolders';
import { createId } from './uploads';

/** What a run is asked for with, besides the request itself. */
interface IAsk {
  id: string;
  asker: string | IAsker;
  priority: number;
  lane?: Lane;
  retryOf: string | null;
  problems: IRunProblem[];
  attempt?: number;
  retryAt?: string;
  /** True when an earlier result may answer. Default false: what is asked for is to be done. */
  allowsCached?: boolean;
}

/** A run of a test that was asked for. */
export interface ITestRun {
  /** Of the run. */
  id: string;
  /** Absolute folder in which it executes. */
  folder: string;
}

/** A request for a run of a form. */
type IFormRequest = IRunRequest & { inputs: PostedInputs };
/** Throws when values may not be run. */
export type ValuesGuard = (values: InputValues) => void;

const allowAll: ValuesGuard = () => undefined;

/** Batches that are run together. */
export interface ISweep {
  loaded: LoadedAutomation;
  program: IProgram;
  batches: readonly ILocatedBatch[];
}

/** Tell whether an earlier result may answer: not where something is downloaded, which may be newer by now. */
function mayAnswerFromStore({ environment, datasets }: IAutomation): boolean {
  const isDownloading = datasets.some(({ reference }) => reference !== null && 'uri' in reference);
  return environment.isCached && !isDownloading;
}

/** Turns what people ask for into runs of the queue. */
export class RunService {
  constructor(
    private readonly _automations: Automations,
    private readonly _work: RunWork,
    private readonly _reader: IInputReader
  ) {}

  /** The queue, which in turn needs this service; set once, before the first request. */
  set queue(queue: IRunQueue) {
    this._queue = queue;
  }

  get queue(): IRunQueue {
    if (!this._queue) {
      throw new Error('the run service has no queue yet');
    }
    return this._queue;
  }

  /**
   * Ask for a run of a batch, or of inputs from a form.
   *
   * @param isStrict - what the form asks for must be posted; default: a batch that is named fills what is not
   * @param requireAllowed - called with the values before anything is written; throws when they may not be run
   * @throws {HttpError} 400 `input-refused` with one refusal a variable, 404 `batch-unknown`
   * @throws {ConfigError} when the automation cannot run
   */
  async request(
    request: IRunRequest,
    asker: string | IAsker,
    isStrict = request.batch === undefined,
    requireAllowed: ValuesGuard = allowAll
  ): Promise<IRunResponse> {
    const loaded = await this._runnable(request.automation);
    const priority = PRIORITIES[request.priority ?? 'interactive'];
    const allowsCached = !request.fresh && mayAnswerFromStore(loaded.get());
    const ask: IAsk = {
      id: createId(),
      asker,
      priority,
      retryOf: null,
      problems: [],
      allowsCached
    };
    if (request.inputs) {
      return this._requestForm(
        loaded,
        { ...request, inputs: request.inputs },
        { ...ask, requireAllowed },
        isStrict
      );
    }
    const slug = request.batch ?? loaded.batches[0]?.slug ?? '';
    const batch = this.locate(loaded, slug);
    requireAllowed(await this.values(loaded.get(), batch));
    return this._requestBatch(loaded, batch, ask);
  }

  /**
   * Ask for a run of several batches, or of all that can run, in their order.
   *
   * @throws {ConfigError} when one that is named cannot run; none is asked for then
   */
  async requestAll(
    automation: string,
    slugs: readonly string[] | null,
    asker: string | IAsker
  ): Promise<IRunResponse[]> {
    const sweep = await this.sweep(automation, slugs);
    const responses: IRunResponse[] = [];
    for (const batch of sweep.batches) {
      responses.push(await this.requestOf(sweep, batch, asker));
    }
    return responses;
  }

  /**
   * Find several batches, or all that can run, with what is the same for each of them. Nothing is asked for.
   *
   * @throws {ConfigError} when one that is named cannot run
   */
  async sweep(automation: string, slugs: readonly string[] | null): Promise<ISweep> {
    const loaded = await this._runnable(automation);
    const program = await this._work.program(loaded.get());
    const batches = slugs
      ? slugs.map(slug => requireRunnable(this.locate(loaded, slug)))
      : loaded.batches
          .filter(({ problems }) => !problems.length)
          .map(({ slug }) => this.locate(loaded, slug));
    return { loaded, program, batches };
  }

  /** Ask for a run of one batch of a sweep. */
  requestOf(
    { loaded, program }: ISweep,
    batch: ILocatedBatch,
    asker: string | IAsker
  ): Promise<IRunResponse> {
    const priority = PRIORITIES.sweep;
    const ask = { id: createId(), asker, priority, retryOf: null, problems: [] };
    return this._requestBatch(loaded, batch, ask, {}, program);
  }

  /**
   * Ask for a run of a test, in a folder of its own that also keeps its history. Whoever asked removes the folder.
   *
   * @param test - folder of the test, relative to the automation's folder
   */
  async requestTest(automation: string, test: string, asker: string): Promise<ITestRun> {
    const loaded = await this._runnable(automation);
    const id = createId();
    const batch = loaded.locateRun({
      slug: id,
      name: test,
      folder: testFolderOf(id),
      kind: 'test'
    });
    await makeTestFolder(loaded.get(), test, batch.absoluteFolder);
    const ask = { id, asker, priority: PRIORITIES.sweep, retryOf: null, problems: [] };
    await this._requestBatch(loaded, batch, ask);
    return { id, folder: batch.absoluteFolder };
  }

  /**
   * Repeat a final run: its inputs as they were, the code as it is now.
   *
   * @param automatic - of an attempt that nobody asked for: it keeps the priority of the run
   * @throws {HttpError} 404 `run-unknown`, 409 `not-final`
   */
  async retry(id: string, asker: string | IAsker, automatic?: IAttempt): Promise<IRunResponse> {
    const record = this.queue.get(id);
    if (!record) {
      throw new HttpError(404, 'run-unknown', 'this run does not exist');
    }
    if (record.state === 'queued' || record.state === 'running') {
      throw new HttpError(409, 'not-final', 'this run is not over yet; stop it first');
    }
    const loaded = await this._runnable(record.automation.id);
    const ask: IAsk = {
      id: createId(),
      asker,
      priority: automatic ? record.priority : PRIORITIES.interactive,
      lane: laneOf(record),
      retryOf: id,
      problems: [],
      ...automatic
    };
    const old = this.locate(loaded, record.batch.slug);
    if (old.kind !== 'form') {
      return this._requestBatch(loaded, old, ask);
    }
    const batch = this._formBatch(loaded, ask.id);
    const target = path.join(batch.absoluteFolder, 'input');
    await fs.cp(path.join(old.absoluteFolder, 'input'), target, { recursive: true });
    return this._requestPlaced(loaded, batch, ask);
  }

  /**
   * Find a predefined batch by its slug, or a run made from the form by its id.
   *
   * @throws {HttpError} 404 `batch-unknown`
   */
  locate(loaded: LoadedAutomation, slug: string): ILocatedBatch {
    const batch = this.find(loaded, slug);
    if (!batch) {
      throw new HttpError(404, 'batch-unknown', `there is no batch "${slug}" in this automation`);
    }
    return batch;
  }

  /** As `locate`; null when there is none. */
  find(loaded: LoadedAutomation, slug: string): ILocatedBatch | null {
    const batch = loaded.findBatch(slug);
    if (batch) {
      return batch;
    }
    // Ids of runs ignore case, as addresses that were typed.
    const run = this.queue.get(/^[a-z0-9]{32}$/i.test(slug) ? slug.toLowerCase() : slug);
    if (run && run.automation.id === loaded.id && run.batch.kind === 'form') {
      return loaded.locateRun(run.batch);
    }
    return null;
  }

  /** See `RunWork.values`. */
  values(automation: IAutomation, batch: ILocatedBatch): Promise<InputValues> {
    return this._work.values(automation, batch);
  }

  /** The run keys of batches as their inputs and the code are now, in the same order. */
  async keysOf(loaded: LoadedAutomation, batches: readonly ILocatedBatch[]): Promise<string[]> {
    const program = await this._work.program(loaded.get());
    const keys: string[] = [];
    for (const batch of batches) {
      const now = await this._work.describe(loaded, batch, { program });
      const newest = readsIdentity(loaded.get()) && this.queue.newest(loaded.id, batch.slug);
      // Who asked for it is part of its key alone.
      keys.push(newest && isSameWork(newest, now) ? newest.key : now.key);
    }
    return keys;
  }

  /** See `placeInputs`. */
  placeInputs(
    loaded: LoadedAutomation,
    form: IPostedForm,
    inputFolder: string
  ): Promise<IPlacedInputs> {
    const places = {
      files: this._reader.pageFiles,
      reader: this._reader,
      values: (automation: IAutomation, batch: ILocatedBatch) => this.values(automation, batch)
    };
    return placeInputs(places, loaded, form, inputFolder);
  }

  private async _requestForm(
    loaded: LoadedAutomation,
    { inputs, batch: slug = loaded.batches[0]?.slug, step = 'input' }: IFormRequest,
    { requireAllowed, ...ask }: IAsk & { requireAllowed: ValuesGuard },
    isStrict: boolean
  ): Promise<IRunResponse> {
    const from = slug === undefined ? null : this.locate(loaded, slug);
    const batch = this._formBatch(loaded, ask.id);
    const inputFolder = path.join(batch.absoluteFolder, 'input');
    await fs.mkdir(inputFolder, { recursive: true });
    try {
      const form = { posted: inputs, step, from, isStrict, requireAllowed };
      const { problems, environment } = await this.placeInputs(loaded, form, inputFolder);
      return await this._requestPlaced(loaded, batch, { ...ask, problems }, environment);
    } catch (error) {
      await fs.rm(batch.absoluteFolder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ask for a run whose input files lie in its folder; the folder goes when another run is joined. */
  private async _requestPlaced(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    ask: IAsk,
    environment: InputValues = {}
  ): Promise<IRunResponse> {
    const response = await this._requestBatch(loaded, batch, ask, environment);
    if (response.id !== ask.id) {
      await fs.rm(batch.absoluteFolder, { recursive: true, force: true });
    }
    return response;
  }

  private async _requestBatch(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    ask: IAsk,
    environment: InputValues = {},
    program?: IProgram
  ): Promise<IRunResponse> {
    requireRunnable(batch);
    const automation = loaded.get();
    const { name: asker, identity } = askerOf(ask.asker);
    const described = await this._work.describe(loaded, batch, { environment, program, identity });
    const { slug, name, folder, kind } = batch;
    const old = ask.retryOf === null ? null : this.queue.get(ask.retryOf);
    const problems = [...ask.problems];
    if (old && old.code !== described.code) {
      const message = 'The code is another than that of the run which this one repeats.';
      problems.push({ code: 'code-changed', variable: '', message });
    }
    const request: IEnsureRequest = {
      ...ask,
      problems,
      asker,
      identity,
      key: described.key,
      automation: {
        id: loaded.id,
        slug: automation.slug,
        version: automation.version,
        configuration: loaded.relativeConfiguration
      },
      batch: { slug, name, folder, kind },
      automationFolder: kind === 'test' ? batch.absoluteFolder : automation.folder,
      inputs: described.inputs.forRecord,
      code: described.code,
      datasets: described.datasets,
      kernel: described.kernel,
      isSingle: automation.environment.concurrency === 'single',
      secrets: described.inputs.secrets
    };
    const { run, joined, cached, position } = await this.queue.ensureRun(request);
    return {
      id: run.id,
      key: run.key,
      state: run.state,
      joined,
      cached,
      position,
      batch: run.batch.slug,
      problems
    };
  }

  private _formBatch(loaded: LoadedAutomation, id: string): ILocatedBatch {
    return loaded.locateRun({
      slug: id,
      name: `Run ${id.slice(0, 6)}`,
      folder: `runs/${id}`,
      kind: 'form'
    });
  }

  private async _runnable(automation: string): Promise<LoadedAutomation> {
    return requireRunnableAutomation(await this._automations.getFresh(automation));
  }

  private _queue: IRunQueue | null = null;
}
