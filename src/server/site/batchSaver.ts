import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IBatchSummary, ISaveBatchRequest } from '../../core/api';
import { addBatch } from '../../core/automation/edit';
import { slug as slugOf } from '../../core/automation/words';
import type { IFiles } from '../../core/files';
import { HttpError } from '../httpError';
import { writeAtomically } from '../store/atomicWrite';
import type { Automations } from './automations';
import type { BatchList } from './batchList';
import type { RunService } from './runService';

/** Saves the inputs of a form as a batch of its own: a folder, and an item in the configuration. */
export class BatchSaver {
  constructor(
    private readonly _automations: Automations,
    private readonly _runService: RunService,
    private readonly _batchList: BatchList,
    private readonly _files: IFiles
  ) {}

  /**
   * @throws {HttpError} 400 `input-refused`, 400 `batch-slug-empty`, 409 `not-unique`,
   *   409 `format-unsupported` when the configuration is no YAML; nothing is changed then
   */
  async save(automation: string, request: ISaveBatchRequest): Promise<IBatchSummary> {
    const loaded = await this._automations.getFresh(automation);
    const name = request.name.trim();
    const slug = slugOf(name);
    if (!slug) {
      throw new HttpError(400, 'batch-slug-empty', 'a name needs at least one letter or digit');
    }
    if (!/\.ya?ml$/.test(loaded.configuration)) {
      throw new HttpError(
        409,
        'format-unsupported',
        'batches can be added to YAML configurations only; add it to the file by hand'
      );
    }
    const folder = `batches/${slug}`;
    const absoluteFolder = path.join(loaded.folder, folder);
    const isTaken = loaded.batches.some(
      batch => batch.slug === slug || batch.folder === folder || batch.name === name
    );
    if (isTaken || (await this._files.status(absoluteFolder))) {
      throw new HttpError(
        409,
        'not-unique',
        `there is a batch "${name}" already; choose another name`
      );
    }
    const from = request.from === undefined ? null : this._runService.locate(loaded, request.from);
    const inputFolder = path.join(absoluteFolder, 'input');
    await fs.mkdir(inputFolder, { recursive: true });
    try {
      const form = {
        posted: request.inputs,
        step: 'input',
        from,
        isStrict: from === null
      } as const;
      await this._runService.placeInputs(loaded, form, inputFolder);
      const text = await this._files.readText(loaded.configuration);
      const edited = addBatch(text, { folder, name, slug });
      await writeAtomically(loaded.configuration, edited);
    } catch (error) {
      await fs.rm(absoluteFolder, { recursive: true, force: true });
      throw error;
    }
    return this._batchList.one(await this._automations.getFresh(automation), slug);
  }
}
