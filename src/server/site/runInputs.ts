import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import {
  ENVIRONMENT_PATH,
  type IAutomation,
  type IVariable
} from '../../core/automation/automation';
import type { InputValues } from '../../core/batch/batch';
import { takesFiles } from '../../core/batch/inputFiles';
import type { IFiles } from '../../core/files';
import { isJsonObject, type JsonValue } from '../../core/json';
import type { ViewRegistry } from '../../core/view/registry';
import { isAbsent } from '../files';
import { digestFile } from '../store/blobs';
import { sign } from '../store/serverKey';
import { resolveInside } from './containedPath';
import type { Uploads } from './uploads';
import { viewOf } from '../../core/view/viewOf';

/** Inputs in the three forms that a run needs. */
export interface IRunInputs {
  /** For the run key: files by digest, secrets by HMAC. */
  forKey: Record<string, JsonValue>;
  /** For the record: secrets left out. */
  forRecord: Record<string, JsonValue>;
  /** ENVIRONMENT values by id. */
  secrets: Record<string, string>;
}

/** What is needed to look at inputs. */
export interface IInputReader {
  views: ViewRegistry;
  uploads: Uploads;
  /** Files of which pages are made: templates as their forms have them. */
  pageFiles: IFiles;
  /** Key for HMACs, of this server alone. */
  secretKey: Buffer;
  /** Value of an environment variable of the server. */
  environment: (name: string) => string | undefined;
}

/**
 * Bring values into the forms for key and record, with digests of the files among them.
 *
 * @param inputFolder - absolute folder where files of view `file` lie already
 */
export async function describeInputs(
  reader: IInputReader,
  automation: IAutomation,
  values: InputValues,
  inputFolder: string
): Promise<IRunInputs> {
  const inputs: IRunInputs = { forKey: {}, forRecord: {}, secrets: {} };
  for (const variable of automation.steps.input.variables) {
    const { id } = variable;
    if (variable.path === ENVIRONMENT_PATH) {
      const value = textOf(values[id]) ?? reader.environment(id);
      if (value !== undefined) {
        inputs.secrets[id] = value;
        inputs.forKey[id] = secret(reader, value);
      }
    } else if (takesFiles(variable)) {
      const files = await digestFiles(reader, variable, values[id], inputFolder);
      if (files.length) {
        inputs.forKey[id] =
          files.length === 1 ? { file: files[0].file } : files.map(({ file }) => ({ file }));
        inputs.forRecord[id] =
          files.length === 1 ? { ...files[0] } : files.map(file => ({ ...file }));
      }
    } else if (Object.prototype.hasOwnProperty.call(values, id)) {
      if (viewOf(reader.views, variable)?.isSecret) {
        inputs.forKey[id] = secret(reader, textOf(values[id]) ?? '');
      } else {
        inputs.forKey[id] = values[id];
        inputs.forRecord[id] = values[id];
      }
    }
  }
  return inputs;
}

/**
 * Files in an input folder that belong to a variable of view `file`, in the order of their index.
 *
 * @returns names relative to the folder; [] when there are none
 */
export async function listVariableFiles(
  inputFolder: string,
  variable: IVariable
): Promise<string[]> {
  const folder = path.posix.dirname(variable.path);
  let names: string[];
  try {
    names = await fs.readdir(await resolveInside(inputFolder, folder));
  } catch (error) {
    if (isAbsent(error)) {
      return [];
    }
    throw error;
  }
  const pattern = path.posix
    .basename(variable.path)
    .split(/(\{index\}|\{suffix\})/)
    .map(part =>
      part === '{index}'
        ? '(\\d+)'
        : part === '{suffix}'
          ? '(?:\\.[A-Za-z0-9]+)?'
          : escapePattern(part)
    )
    .join('');
  const expression = new RegExp(`^${pattern}$`);
  return names
    .map(name => ({ name, match: expression.exec(name) }))
    .filter(({ match }) => match)
    .sort((a, b) => Number(a.match?.[1] ?? 0) - Number(b.match?.[1] ?? 0))
    .map(({ name }) => path.posix.join(folder, name));
}

async function digestFiles(
  reader: IInputReader,
  variable: IVariable,
  value: JsonValue | undefined,
  inputFolder: string
): Promise<{ file: string; name: string }[]> {
  if (isJsonObject(value) && typeof value.uri === 'string') {
    const files = await reader.uploads.files(value.uri, null);
    return Promise.all(
      files.map(async file => ({ file: (await digestFile(file.path)).digest, name: file.name }))
    );
  }
  const names = await listVariableFiles(inputFolder, variable);
  return Promise.all(
    names.map(async name => ({
      file: (await digestFile(path.join(inputFolder, name))).digest,
      name
    }))
  );
}

function secret(reader: IInputReader, value: string): JsonValue {
  return { secret: sign(reader.secretKey, value) };
}

function textOf(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null
    ? undefined
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
