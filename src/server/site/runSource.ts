import * as path from 'node:path';
import type { IAutomation, IRetryPolicy } from '../../core/automation/automation';
import type { IRunRecord } from '../../core/run/run';
import type { Datasets } from '../datasets/datasets';
import { keptIdentity } from '../queue/debugFolder';
import type { IPreparedRun, IRunSource } from '../queue/queue';
import type { Automations } from './automations';
import { fileVariables, scriptEnvironment } from './environment';
import type { IInputReader } from './runInputs';
import { readsIdentity, requireRunnable, requireRunnableAutomation, type RunWork } from './runWork';
import { asTested } from './testFolders';

/** Gives the queue what it needs to execute runs. */
export class RunSource implements IRunSource {
  constructor(private readonly _options: RunSource.IOptions) {}

  async prepare(run: IRunRecord): Promise<IPreparedRun> {
    const configuration = this.configurationPath(run.automation.configuration);
    const { automations, datasets, environment, work } = this._options;
    const loaded = requireRunnableAutomation(await automations.openConfiguration(configuration));
    const read = loaded.get();
    const timeoutMs = this._options.timeoutMs ?? read.environment.timeoutMs;
    const isTest = run.batch.kind === 'test';
    const predefined = isTest ? null : loaded.findBatch(run.batch.slug);
    const batch = requireRunnable(predefined ?? loaded.locateRun(run.batch));
    const limited = { ...read, environment: { ...read.environment, timeoutMs } };
    const automation = isTest ? await asTested(limited, batch.absoluteFolder) : limited;
    const problems = await datasets.prepare(automation);
    const home = isTest ? batch.absoluteFolder : read.folder;
    const identity = readsIdentity(automation)
      ? await keptIdentity({ automationFolder: home, id: run.id }, run.askers[0] ?? '')
      : undefined;
    const described = await work.describe(loaded, batch, { identity });
    return {
      datasets: described.datasets,
      problems,
      automation,
      folder: batch.absoluteFolder,
      inputs: batch.values,
      key: described.key,
      code: described.code,
      environment: scriptEnvironment(automation, environment),
      fileVariables: fileVariables(automation, environment)
    };
  }

  /**
   * What the automation of a run says of further attempts; null for none, as when secret values that were posted are
   * needed, which nobody has any more.
   */
  async retryPolicy(run: IRunRecord): Promise<IRetryPolicy | null> {
    if (run.batch.kind === 'test') {
      return null;
    }
    const configuration = this.configurationPath(run.automation.configuration);
    const loaded = await this._options.automations.openConfiguration(configuration);
    const hasSecrets = loaded.environmentInputs.every(
      id => this._options.reader.environment(id) !== undefined
    );
    return hasSecrets ? (loaded.find()?.environment.retry ?? null) : null;
  }

  /** Absolute path of the folder of a run's automation. */
  automationFolder(run: IRunRecord): string {
    return path.dirname(this.configurationPath(run.automation.configuration));
  }

  configurationPath(relative: string): string {
    return path.resolve(this._options.automations.rootFolder, relative);
  }

  placeDatasets(automation: IAutomation, inputFolder: string): Promise<void> {
    return this._options.datasets.place(automation, inputFolder);
  }

  takeDatasets(automation: IAutomation, outputFolder: string): Promise<void> {
    return this._options.datasets.take(automation, outputFolder);
  }

  placeUpload(uri: string, folder: string, pattern: string): Promise<void> {
    return this._options.reader.uploads.place(uri, folder, pattern);
  }
}

/** A namespace for `RunSource` statics. */
export namespace RunSource {
  /** What a source needs. */
  export interface IOptions {
    automations: Automations;
    work: RunWork;
    datasets: Datasets;
    reader: IInputReader;
    /** Of the server. */
    environment: NodeJS.ProcessEnv;
    /** Milliseconds after which every run ends; null for what its automation says. */
    timeoutMs: number | null;
  }
}
