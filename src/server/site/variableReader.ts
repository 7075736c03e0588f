import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { ENVIRONMENT_PATH, type IVariable } from '../../core/automation/automation';
import { takesFiles } from '../../core/batch/inputFiles';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json';
import {
  dataSourceOf,
  fileData,
  inlineLimitOf,
  mergeConfigurations,
  readVariableText,
  valueAsData
} from '../../core/view/data';
import { mimeTypeOf } from '../../core/view/mimeType';
import { JsonTextError } from '../../core/view/jsonText';
import type { ViewRegistry } from '../../core/view/registry';
import type { VariableData } from '../../core/view/view';
import { errorCode, isAbsent } from '../files';
import { HttpError } from '../httpError';
import { resolveInside } from './containedPath';
import type { ILocatedBatch } from './loadedAutomation';
import { listVariableFiles } from './runInputs';

/** What a page needs of a variable. */
export interface IReadVariable {
  data: VariableData;
  /** Static configuration with the dynamic one over it. */
  configuration: JsonObject;
  /** Changes when data or configuration do. */
  stamp: string;
}

/** Where the data of a variable lie. */
export interface IVariableFile {
  /** Absolute path. */
  file: string;
  size: number;
  modifiedMs: number;
}

/** Bytes of a dictionary that are read for a value in it. */
const MAX_DICTIONARY_BYTES = 16 * 1024 * 1024;

/** Reads the data of variables from the folders of batches, or from the values of a row. */
export class VariableReader {
  constructor(private readonly _views: ViewRegistry) {}

  /**
   * Read what is known of a variable in a batch. What is not there, not readable yet or half written
   * is `none`: a page shows what exists.
   */
  async read(batch: ILocatedBatch, variable: IVariable): Promise<IReadVariable> {
    const [data, configuration] = await Promise.all([
      this._data(batch, variable),
      this._configuration(batch, variable)
    ]);
    const modified =
      data.kind === 'file' ? (await this.locate(batch, variable))?.modifiedMs : undefined;
    const stamp = createHash('sha256')
      .update(JSON.stringify([data, configuration, modified ?? 0]))
      .digest('hex')
      .slice(0, 12);
    return { data, configuration, stamp };
  }

  /**
   * The file that holds a variable.
   *
   * @returns null when there is none: not written yet, an environment variable, a value of a row
   * @throws {HttpError} 400 `path-outside` when a link leads out of the folder of the batch
   */
  async locate(batch: ILocatedBatch, variable: IVariable): Promise<IVariableFile | null> {
    if (variable.path === ENVIRONMENT_PATH) {
      return null;
    }
    const stepFolder = path.join(batch.absoluteFolder, variable.step);
    try {
      const name = takesFiles(variable)
        ? (await listVariableFiles(stepFolder, variable))[0]
        : variable.path;
      if (name === undefined) {
        return null;
      }
      const file = await resolveInside(stepFolder, name);
      const status = await fs.stat(file);
      return status.isFile() ? { file, size: status.size, modifiedMs: status.mtimeMs } : null;
    } catch (error) {
      if (isAbsent(error)) {
        return null;
      }
      throw error;
    }
  }

  /** MIME type of a file, with its charset where it is text. */
  typeOf(file: string): string {
    const type = mimeTypeOf(file);
    return /^text\/|json|javascript|xml/.test(type) ? `${type}; charset=utf-8` : type;
  }

  /** The whole value of a variable that is no file of its own; null when there is none. */
  async value(batch: ILocatedBatch, variable: IVariable): Promise<JsonValue> {
    const data = await this._data(batch, variable, MAX_DICTIONARY_BYTES);
    return data.kind === 'value' ? data.value : null;
  }

  private async _data(
    batch: ILocatedBatch,
    variable: IVariable,
    maxBytes = inlineLimitOf(this._views.get(variable.view))
  ): Promise<VariableData> {
    const { id, step } = variable;
    if (step === 'input' && batch.values) {
      return Object.prototype.hasOwnProperty.call(batch.values, id)
        ? valueAsData(batch.values[id], id, maxBytes)
        : { kind: 'none' };
    }
    let located: IVariableFile | null;
    try {
      located = await this.locate(batch, variable);
    } catch (error) {
      if (error instanceof HttpError) {
        // A link that leads out of the batch shows nothing.
        return { kind: 'none' };
      }
      throw error;
    }
    if (!located) {
      return { kind: 'none' };
    }
    const name = path.basename(located.file);
    const source = dataSourceOf(variable.path);
    const readBytes = source === 'dictionary' ? MAX_DICTIONARY_BYTES : maxBytes;
    if (takesFiles(variable) || source === 'file' || located.size > readBytes) {
      return fileData(name, located.size);
    }
    return (await readData(located.file, variable, maxBytes)) ?? fileData(name, located.size);
  }

  private async _configuration(batch: ILocatedBatch, variable: IVariable): Promise<JsonObject> {
    const { configuration, path: own, step, id } = variable;
    const stepFolder = path.join(batch.absoluteFolder, step);
    const layers: unknown[] = [configuration];
    if (own !== ENVIRONMENT_PATH && !own.endsWith('.dictionary') && !own.includes('{')) {
      layers.push(await readJson(stepFolder, `${own}.configuration`));
    }
    if (own.endsWith('.dictionary')) {
      const values = await readJson(stepFolder, own);
      layers.push(isJsonObject(values) ? values[`${id}.configuration`] : null);
    }
    if (typeof configuration.path === 'string') {
      layers.push(await readJson(stepFolder, configuration.path));
    }
    return mergeConfigurations(...layers);
  }
}

/** Null when the file is no text, or is half written. */
async function readData(
  file: string,
  variable: IVariable,
  maxBytes: number
): Promise<VariableData | null> {
  const text = await readText(file);
  try {
    return text === null ? null : readVariableText(variable, text, maxBytes);
  } catch (error) {
    if (error instanceof JsonTextError) {
      return { kind: 'none' };
    }
    throw error;
  }
}

/** UTF-8 text of a file; null when it is no text, or is being replaced. */
async function readText(file: string): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await fs.readFile(file));
  } catch (error) {
    if (
      error instanceof TypeError ||
      isAbsent(error) ||
      errorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    ) {
      return null;
    }
    throw error;
  }
}

/** JSON from a file of a step; null when there is none, or it is half written. */
async function readJson(stepFolder: string, relative: string): Promise<unknown> {
  try {
    const text = await readText(await resolveInside(stepFolder, relative));
    return text === null ? null : JSON.parse(text);
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError || error instanceof HttpError) {
      return null;
    }
    throw error;
  }
}
