import type { IVariable } from '../automation/automation';
import { ENVIRONMENT_PATH } from '../automation/automation';
import { isJsonObject } from '../json';
import type { JsonValue } from '../json';
import { folderOf, joinPath, suffixOf } from '../path';
import { isFileView } from '../view/fileViews';
import type { InputValues } from './batch';
import { isTableValue, tableValueToCsv } from '../view/tableValue';
import { textOf } from './nameTemplate';
import { ownValue } from './parseValue';

/** A file to be laid out in the input folder of a batch before it runs. */
export type InputFile =
  | {
      /** POSIX path relative to the input folder. */
      path: string;
      text: string;
    }
  | {
      /** May contain `{index}` and `{suffix}`, to be filled in for each file of the upload. */
      path: string;
      /** Address of the upload, `/f/<id>`. */
      uri: string;
    }
  | {
      path: string;
      /** Path relative to the input folder of the batch that the value came from: the file is copied. */
      from: string;
    };

/** Files that lie in an input folder, as a value stands for them: names without folders, sizes in bytes. */
export interface IPresentFiles {
  files: { name: string; size: number }[];
}

/** Suffixes of files that are parsed as JSON. */
export const JSON_SUFFIXES: readonly string[] = ['.json', '.geojson'];

/**
 * Tell whether a variable stands for files: its values are `{"uri": "/f/<id>"}` (uploaded) or
 * `{"files": […]}` (lying in a batch already).
 */
export function takesFiles(variable: IVariable): boolean {
  return isFileView(variable.view) && suffixOf(variable.path) !== '.dictionary';
}

/** Tell whether a value stands for an uploaded file; ids are exactly 32 letters and digits. */
export function isUpload(value: JsonValue): value is { uri: string } {
  return isJsonObject(value) && typeof value.uri === 'string' && isUploadUri(value.uri);
}

/** Tell whether a text is the address of an upload. */
export function isUploadUri(uri: string): boolean {
  return /^\/f\/[A-Za-z0-9]{32}$/.test(uri);
}

/**
 * Lay out input values as files: a dictionary is one JSON object of all its variables, any other
 * file is the text of its value. ENVIRONMENT variables are never on disk. A variable without value
 * has no file, or no key in its dictionary; a dictionary is written even when it is empty.
 *
 * @param variables - those of the step `input`
 */
export function layOutInputs(variables: readonly IVariable[], values: InputValues): InputFile[] {
  const files: InputFile[] = [];
  const dictionaries = new Map<string, [string, JsonValue][]>();
  for (const variable of variables) {
    const { id, path } = variable;
    const value = ownValue(values, id);
    if (path === ENVIRONMENT_PATH) {
      continue;
    }
    if (suffixOf(path) === '.dictionary') {
      const entries = dictionaries.get(path) ?? [];
      dictionaries.set(path, value === undefined ? entries : [...entries, [id, value]]);
    } else if (value !== undefined) {
      files.push(...layOutValue(variable, value));
    }
  }
  for (const [path, entries] of dictionaries) {
    files.push({ path, text: writeJson(Object.fromEntries(entries)) });
  }
  return files;
}

function layOutValue(variable: IVariable, value: JsonValue): InputFile[] {
  const { path, view } = variable;
  if (takesFiles(variable) && isUpload(value)) {
    return [{ path, uri: value.uri }];
  }
  // Large text and bytes of other views stand for themselves, too; data of JSON never does.
  const mayBePresent = view !== 'json' && !JSON_SUFFIXES.includes(suffixOf(path));
  if (mayBePresent && isPresent(value)) {
    return value.files.map(({ name }) => {
      const from = joinPath(folderOf(path), name);
      return { path: from, from };
    });
  }
  if (suffixOf(path) === '.csv' && isTableValue(value)) {
    return [{ path, text: tableValueToCsv(value) }];
  }
  const isJson = view === 'json' || (typeof value === 'object' && value !== null);
  return [{ path, text: isJson ? writeJson(value) : textOf(value) }];
}

/** Names are looked at again, as a value may have come a long way. */
function isPresent(value: JsonValue): value is JsonValue & IPresentFiles {
  return (
    isJsonObject(value) &&
    Array.isArray(value.files) &&
    value.files.every(
      file =>
        isJsonObject(file) &&
        typeof file.name === 'string' &&
        /^[^/\0]+$/.test(file.name) &&
        file.name !== '..' &&
        file.name !== '.'
    )
  );
}

function writeJson(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
