import * as path from 'node:path';
import type { Identity } from '../../core/access/identity';
import type { IAutomation } from '../../core/automation/automation';
import type { InputValues } from '../../core/batch/batch';
import { readInputs } from '../../core/batch/readInputs';
import type { IFiles } from '../../core/files';
import type { JsonValue } from '../../core/json';
import { ConfigError } from '../../core/problem';
import { canonicalJson, codeDigest } from '../../core/run/digest';
import { runKey } from '../../core/run/key';
import type { IRunRecord } from '../../core/run/run';
import type { Datasets } from '../datasets/datasets';
import { collectCode } from './code';
import { kernelNames } from './kernelNames';
import type { ILocatedBatch, LoadedAutomation } from './loadedAutomation';
import { describeInputs, type IInputReader } from './runInputs';

/** What executes: the same for every batch of an automation. */
export interface IProgram {
  /** Digest of the code, `sha256:…`. */
  code: string;
  /** See `kernelNames`. */
  kernel: string;
  /** Digests by path. */
  datasets: Record<string, string>;
}

/** The work of a run: what executes on which inputs, and the key that this makes. */
export interface IDescribedWork extends IProgram {
  inputs: Awaited<ReturnType<typeof describeInputs>>;
  key: string;
}

/** What is known of a run besides its batch. */
export interface IDescribeOptions {
  /** Values that are never on disk. */
  environment?: InputValues;
  /** When it is known already. */
  program?: IProgram;
  /** Of who asks. */
  identity?: Identity;
}

/** Member of the inputs of a run key for work that depends on who asks. */
const IDENTITY_MEMBER = '@identity';

/** Tell whether what an automation does depends on who asks. */
export function readsIdentity({ steps }: IAutomation): boolean {
  return Object.values(steps).some(({ variables }) =>
    variables.some(({ path: file }) => file === 'identities.dictionary')
  );
}

/** Tell whether a run did what is described, whoever asked for it. */
export function isSameWork(
  run: IRunRecord,
  now: IProgram & { inputs: { forRecord: Record<string, JsonValue> } }
): boolean {
  const textOf = ({ code, datasets, kernel }: IProgram, inputs: Record<string, JsonValue>) =>
    canonicalJson({ code, datasets, kernel, inputs });
  return textOf(run, run.inputs) === textOf(now, now.inputs.forRecord);
}

/** @throws {ConfigError} when an automation has problems that keep it from running */
export function requireRunnableAutomation(loaded: LoadedAutomation): LoadedAutomation {
  if (!loaded.isRunnable) {
    throw new ConfigError(
      loaded.problems.filter(({ blocks }) => blocks === 'all' || blocks === 'run')
    );
  }
  return loaded;
}

/** @throws {ConfigError} when a batch lacks what it needs to run */
export function requireRunnable(batch: ILocatedBatch): ILocatedBatch {
  if (batch.problems.length) {
    throw new ConfigError(batch.problems);
  }
  return batch;
}

/** Tells what a run of a batch would do, as inputs, code and datasets are now. */
export class RunWork {
  constructor(
    private readonly _files: IFiles,
    private readonly _reader: IInputReader,
    private readonly _datasets: Datasets
  ) {}

  /** Values of a batch's inputs, from memory or from its files. */
  async values(automation: IAutomation, batch: ILocatedBatch): Promise<InputValues> {
    return batch.values ?? readInputs(this._files, automation, batch.absoluteFolder);
  }

  /** Describe a run of a batch. */
  async describe(
    loaded: LoadedAutomation,
    batch: ILocatedBatch,
    { environment = {}, program, identity }: IDescribeOptions = {}
  ): Promise<IDescribedWork> {
    const automation = loaded.get();
    const inputFolder = path.join(batch.absoluteFolder, 'input');
    // Values that are never on disk come with the request.
    const values = { ...(await this.values(automation, batch)), ...environment };
    const [inputs, { code, kernel, datasets }] = await Promise.all([
      describeInputs(this._reader, automation, values, inputFolder),
      program ?? this.program(automation)
    ]);
    const key = runKey({
      automation: automation.slug,
      code,
      inputs: {
        ...inputs.forKey,
        ...(identity && readsIdentity(automation) ? { [IDENTITY_MEMBER]: identity } : {})
      },
      datasets,
      kernel
    });
    return { inputs, code, kernel, datasets, key };
  }

  /** What executes of an automation. */
  async program(automation: IAutomation): Promise<IProgram> {
    const [files, kernel, datasets] = await Promise.all([
      collectCode(this._files, automation),
      kernelNames(this._files, automation),
      this._datasets.digests(automation)
    ]);
    return { code: codeDigest(files, automation.codeSections), kernel, datasets };
  }
}
