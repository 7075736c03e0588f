import * as path from 'node:path';
import { RETURN_CODES, type IRunError } from '../../core/run/run';
import { deriveConfigurations } from './derivedConfigurations';
import { doneOutcome, failedOutcome, type IOutcome } from './outcome';
import { checkOutputs, storeOutputs, type OutputSnapshot } from './outputs';
import type { IPreparedRun } from './queue';
import type { IRunnerServices } from './startedRun';

/**
 * Look at what scripts wrote that ended well, put it into the store, and hand datasets what they get.
 *
 * @param before - the declared outputs as they lay before the scripts
 * @param automationFolder - absolute
 */
export async function collectOutputs(
  { automation, folder }: IPreparedRun,
  before: OutputSnapshot,
  automationFolder: string,
  { views, log, source, results }: Pick<IRunnerServices, 'views' | 'log' | 'source' | 'results'>
): Promise<IOutcome> {
  if (!automation.scripts.length) {
    return doneOutcome({}, []);
  }
  const { files, problems, required } = await checkOutputs(automation, folder, before);
  if (required) {
    const error: IRunError = { code: 'output-missing', message: required.message };
    return failedOutcome(error, RETURN_CODES.failed, problems);
  }
  const derived = await deriveConfigurations({ automation, folder, files, views, log });
  const store = results.of(automationFolder);
  const stored = await storeOutputs([...files, ...derived], folder, store);
  await source.takeDatasets(automation, path.join(folder, 'output'));
  return doneOutcome(stored, problems);
}
