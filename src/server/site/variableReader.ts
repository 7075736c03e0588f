import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { ENVIRONMENT_PATH, type IVariable } from '../../core/automation/automation';
import { takesFiles } from '../../core/batch/inputFiles';
import type { JsonObject } from '../../core/json';
import {
  dataSourceOf,
  fileData,
  inlineLimitOf,
  MAX_INLINE_BYTES,
  mergeConfigurations,
  readDictionary,
  readDictionaryValue,
  readVariableText,
  valueAsData
} from '../../core/view/data';
import { mimeTypeOf } from '../../core/view/mimeType';
import { JsonTextError, type IJsonNode } from '../../core/view/jsonText';
import type { ViewRegistry } from '../../core/view/registry';
import type { IView, VariableData } from '../../core/view/view';
import { isAbsent } from '../files';
import { HttpError } from '../httpError';
import { resolveInside } from './containedPath';
import { FileTexts, stampOf, type IFileText } from './fileTexts';
import type { ILocatedBatch } from './loadedAutomation';
import { listVariableFiles } from './runInputs';
import { resolveStepFile } from './stepFile';
import { viewOf } from '../../core/view/viewOf';

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
  /** Changes when the file does: size, time and inode. */
  stamp: string;
}

/** Bytes of a dictionary that are read for a value in it. */
const MAX_DICTIONARY_BYTES = 16 * 1024 * 1024;

/** Reads the data of variables from the folders of batches, or from the values of a row. */
export class VariableReader {
  constructor(private readonly _views: ViewRegistry) {}

  /** Tell whether the value of a variable never leaves the server by itself. */
  isSecret(variable: IVariable): boolean {
    return viewOf(this._views, variable)?.isSecret === true;
  }

  /**
   * Read what is known of a variable in a batch. What is not there, not readable yet or half written
   * is `none`: a page shows what exists.
   */
  async read(batch: ILocatedBatch, variable: IVariable): Promise<IReadVariable> {
    const [data, configuration] = await Promise.all([
      this._data(batch, variable),
      this.configuration(batch, variable)
    ]);
    const file = data.kind === 'file' ? (await this.locate(batch, variable))?.stamp : undefined;
    const stamp = createHash('sha256')
      .update(JSON.stringify([data, configuration, file ?? '']))
      .digest('hex')
      .slice(0, 12);
    return { data, configuration, stamp };
  }

  /** The data of a variable alone, as `read` gives them. */
  data(batch: ILocatedBatch, variable: IVariable): Promise<VariableData> {
    return this._data(batch, variable);
  }

  /**
   * The file that holds a variable.
   *
   * @returns null when there is none: not written yet, hidden, an environment variable, a value of a row
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
      if (name === undefined || isHidden(name)) {
        return null;
      }
      const file = await resolveStepFile(batch, variable.step, name);
      const status = await fs.stat(file, { bigint: true });
      return status.isFile() ? { file, size: Number(status.size), stamp: stampOf(status) } : null;
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
  async value(
    batch: ILocatedBatch,
    variable: IVariable
  ): Promise<Extract<VariableData, { kind: 'value' }> | null> {
    const data = await this._data(batch, variable, MAX_DICTIONARY_BYTES);
    return data.kind === 'value' ? data : null;
  }

  private async _data(
    batch: ILocatedBatch,
    variable: IVariable,
    maxBytes = this._limitOf(variable)
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
    const view = viewOf(this._views, variable);
    const source = dataSourceOf(variable.path, view);
    const readBytes = source === 'dictionary' ? MAX_DICTIONARY_BYTES : maxBytes;
    if (takesFiles(variable) || source === 'file' || located.size > readBytes) {
      return fileData(name, located.size);
    }
    const content = await this._texts.read(located.file);
    return content
      ? (this._read(content, variable, maxBytes, view) ?? fileData(name, content.size))
      : { kind: 'none' };
  }

  /** @returns null when the file is no text */
  private _read(
    content: IFileText,
    variable: IVariable,
    maxBytes: number,
    view: IView | undefined
  ): VariableData | null {
    if (content.text === null) {
      return null;
    }
    try {
      return dataSourceOf(variable.path) === 'dictionary'
        ? readDictionaryValue(this._dictionary(content), variable.id, maxBytes)
        : readVariableText(variable, content.text, maxBytes, view);
    } catch (error) {
      if (error instanceof JsonTextError) {
        // Half written, or no JSON at all.
        return { kind: 'none' };
      }
      throw error;
    }
  }

  /** Many variables lie in one dictionary, which is parsed once. */
  private _dictionary(content: IFileText): ReadonlyMap<string, IJsonNode> {
    let dictionary = this._dictionaries.get(content);
    if (!dictionary) {
      dictionary = readDictionary(content.text ?? '');
      this._dictionaries.set(content, dictionary);
    }
    return dictionary;
  }

  /** Logs grow: what is long is fetched, and then only what is new. */
  private _limitOf(variable: IVariable): number {
    const { step } = variable;
    const limit = inlineLimitOf(viewOf(this._views, variable));
    return step === 'log' || step === 'debug' ? Math.min(limit, MAX_INLINE_BYTES) : limit;
  }

  /** Static configuration of a variable, with the dynamic one of a batch over it. */
  async configuration(batch: ILocatedBatch, variable: IVariable): Promise<JsonObject> {
    const { configuration, path: own, step, id } = variable;
    const stepFolder = path.join(batch.absoluteFolder, step);
    const layers: unknown[] = [configuration];
    if (own !== ENVIRONMENT_PATH && !own.endsWith('.dictionary') && !own.includes('{')) {
      layers.push(await this._json(stepFolder, `${own}.configuration`));
    }
    if (own.endsWith('.dictionary')) {
      layers.push(await this._dictionaryConfiguration(stepFolder, own, id));
    }
    if (typeof configuration.path === 'string') {
      layers.push(await this._json(stepFolder, configuration.path));
    }
    return mergeConfigurations(...layers);
  }

  private async _dictionaryConfiguration(
    stepFolder: string,
    own: string,
    id: string
  ): Promise<unknown> {
    const content = await this._content(stepFolder, own);
    try {
      return content && this._dictionary(content).get(`${id}.configuration`)?.value;
    } catch (error) {
      if (error instanceof JsonTextError) {
        return null;
      }
      throw error;
    }
  }

  /** JSON from a file of a step; null when there is none, or it is half written. */
  private async _json(stepFolder: string, relative: string): Promise<unknown> {
    const content = await this._content(stepFolder, relative);
    try {
      return content?.text ? JSON.parse(content.text) : null;
    } catch (error) {
      if (error instanceof SyntaxError) {
        return null;
      }
      throw error;
    }
  }

  private async _content(stepFolder: string, relative: string): Promise<IFileText | null> {
    if (isHidden(relative)) {
      return null;
    }
    try {
      const file = await resolveInside(stepFolder, relative);
      const { size } = await fs.stat(file);
      return size > MAX_DICTIONARY_BYTES ? null : await this._texts.read(file);
    } catch (error) {
      if (isAbsent(error) || error instanceof HttpError) {
        return null;
      }
      throw error;
    }
  }

  private readonly _texts = new FileTexts();
  private readonly _dictionaries = new WeakMap<IFileText, ReadonlyMap<string, IJsonNode>>();
}

/** Tell whether a path leads to what is hidden, which is never given away. */
function isHidden(relative: string): boolean {
  return relative.split('/').some(part => part.startsWith('.') && part !== '.' && part !== '..');
}
