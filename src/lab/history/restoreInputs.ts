import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRunResource } from '../../core/api';
import type { StepPage } from '../panel/stepPage';
import type { ToolModel } from '../panel/toolModel';
import { fileInputs } from './runInputs';

/**
 * Put the inputs of a run into the form, and show the form. Secrets and files stay those of its batch.
 *
 * @param inputs - the page of the form
 * @throws {Error} with a sentence for people when there is no form to put them into
 */
export async function restoreInputs(
  run: IRunResource,
  { model, inputs, trans }: { model: ToolModel; inputs: StepPage; trans: TranslationBundle }
): Promise<void> {
  const { batch } = run.record;
  if (batch.kind !== 'form' && batch.slug !== model.state.batch) {
    await model.selectBatch(batch.slug);
  }
  await inputs.ready;
  await inputs.page?.ready;
  if (inputs.isDisposed) {
    return;
  }
  if (!inputs.page) {
    throw new Error(trans.__('The form cannot be shown, so the inputs were not restored.'));
  }
  inputs.page.restore(run.record.inputs);
  model.showTab('inputs');
  const files = fileInputs(run.record);
  if (files.length) {
    model.notice = trans.__(
      'Files are not restored, and stay those of the batch: %1. Choose them again if the run had others.',
      files.join(', ')
    );
  }
}
