import { createReadStream, createWriteStream, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { IAutomation, IDataset } from '../../core/automation/automation';
import type { IRunProblem } from '../../core/run/run';
import { isAbsent } from '../files';
import { resolveInside } from '../site/containedPath';
import { draftPath } from '../store/atomicWrite';
import { DatasetDigests } from './datasetDigests';
import { downloadDataset, type IDownloadLimits } from './downloadDataset';
import { linkDataset } from './linkDataset';

/** Brings the datasets of automations to where scripts look, and takes over what scripts made of them. */
export class Datasets {
  constructor(private readonly _limits: IDownloadLimits) {}

  /** See `DatasetDigests.read`. */
  digests(automation: IAutomation): Promise<Record<string, string>> {
    return this._digests.read(automation);
  }

  /**
   * Make links and downloads up to date before a run. Runs that start at once share the work.
   *
   * @returns remarks for the record of the run
   * @throws {DatasetError} when a dataset cannot be had
   */
  async prepare(automation: IAutomation, signal?: AbortSignal): Promise<IRunProblem[]> {
    const problems: IRunProblem[] = [];
    for (const dataset of automation.datasets) {
      const message = await this._alone(automation, dataset, () =>
        prepareDataset(automation.folder, dataset, this._limits, signal)
      );
      if (message !== null) {
        problems.push({ code: 'dataset-outdated', variable: '', message });
      }
    }
    return problems;
  }

  /**
   * Put datasets that replace an input (1.0 `input: replace`) into the input folder of a run.
   *
   * @param inputFolder - absolute
   */
  async place({ folder, datasets, steps }: IAutomation, inputFolder: string): Promise<void> {
    for (const { path: name, input } of datasets) {
      if (input === 'replace') {
        // A variable of the same path is meant, else one of the same name.
        const isSame = steps.input.variables.some(variable => variable.path === name);
        const target = await resolveInside(inputFolder, isSame ? name : path.basename(name));
        await copyWhole(path.join(folder, name), target);
      }
    }
  }

  /**
   * Take files of the output folder into the datasets of the same path (1.0 `output: replace`, `append`); what the run
   * did not write stays as it is.
   *
   * @param outputFolder - absolute
   */
  async take(automation: IAutomation, outputFolder: string): Promise<void> {
    for (const dataset of automation.datasets.filter(({ output }) => output !== 'none')) {
      const exact = await resolveInside(outputFolder, dataset.path);
      const source = (await isThere(exact))
        ? exact
        : await resolveInside(outputFolder, path.basename(dataset.path));
      if (await isThere(source)) {
        const target = await resolveInside(automation.folder, dataset.path);
        await this._alone(automation, dataset, () => takeFile(dataset, source, target));
      }
    }
  }

  /** One at a time for each dataset, in the order of asking. */
  private async _alone<T>(
    { folder }: IAutomation,
    dataset: IDataset,
    work: () => Promise<T>
  ): Promise<T> {
    const key = path.join(folder, dataset.path);
    const before = this._working.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const settled = result.then(
      () => undefined,
      () => undefined
    );
    this._working.set(key, settled);
    void settled.then(() => {
      if (this._working.get(key) === settled) {
        this._working.delete(key);
      }
    });
    return result;
  }

  private readonly _digests = new DatasetDigests();
  private readonly _working = new Map<string, Promise<void>>();
}

async function prepareDataset(
  folder: string,
  { path: name, reference }: IDataset,
  limits: IDownloadLimits,
  signal: AbortSignal | undefined
): Promise<string | null> {
  if (reference === null) {
    return null;
  }
  if ('uri' in reference) {
    return downloadDataset(folder, { path: name, reference }, limits, signal);
  }
  await linkDataset(folder, { path: name, reference });
  return null;
}

async function takeFile({ output }: IDataset, source: string, target: string): Promise<void> {
  await fs.mkdir(path.dirname(target), { recursive: true });
  if (output === 'append' && (await isThere(target))) {
    const draft = draftPath(target);
    try {
      await fs.copyFile(target, draft);
      await pipeline(createReadStream(source), createWriteStream(draft, { flags: 'a' }));
      await fs.rename(draft, target);
    } finally {
      await fs.rm(draft, { force: true });
    }
  } else {
    await copyWhole(source, target);
  }
}

/** Copy a file or folder so that nobody finds half of it. */
async function copyWhole(source: string, target: string): Promise<void> {
  const draft = draftPath(target);
  await fs.mkdir(path.dirname(target), { recursive: true });
  try {
    await fs.cp(source, draft, { recursive: true, dereference: true });
    if ((await fs.stat(draft)).isDirectory()) {
      await fs.rm(target, { recursive: true, force: true });
    }
    await fs.rename(draft, target);
  } finally {
    await fs.rm(draft, { recursive: true, force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await fs.stat(file);
    return true;
  } catch (error) {
    if (isAbsent(error)) {
      return false;
    }
    throw error;
  }
}
