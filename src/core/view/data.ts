import { ENVIRONMENT_PATH, type IVariable } from '../automation/automation';
import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { nameOf, suffixOf } from '../path';
import { utf8Length } from '../run/utf8';
import { parseJsonText, shownText, type IJsonNode } from './jsonText';
import { readItems } from './control';
import { mimeTypeOf } from './mimeType';
import { textOfValue } from './valueText';
import type { IView, VariableData } from './view';

/** Bytes up to which a value travels in a page, unless its view takes more. */
export const MAX_INLINE_BYTES = 16 * 1024;

/** How the file of a variable is read. `none`: there is no file (ENVIRONMENT). */
export type DataSource = 'dictionary' | 'text' | 'json' | 'file' | 'none';

/**
 * How the data behind a path are read.
 *
 * @param view - one that reads text takes files of any suffix for it
 */
export function dataSourceOf(path: string, view?: Pick<IView, 'readsText'>): DataSource {
  if (path === ENVIRONMENT_PATH) {
    return 'none';
  }
  switch (suffixOf(path)) {
    case '.dictionary':
      return 'dictionary';
    case '.txt':
    case '.md':
      return 'text';
    case '.json':
    case '.geojson':
      return 'json';
    default:
      return view?.readsText && !isBinary(path) ? 'text' : 'file';
  }
}

/** Tell whether a suffix stands for bytes that are no text. */
function isBinary(path: string): boolean {
  const type = mimeTypeOf(path);
  return (
    /^(audio|video|font)\//.test(type) ||
    (type.startsWith('image/') && type !== 'image/svg+xml') ||
    BINARY_TYPES.has(type)
  );
}

const BINARY_TYPES: ReadonlySet<string> = new Set(
  ['.arrow', '.arrows', '.docx', '.gz', '.parquet', '.pdf', '.pptx', '.tar', '.xlsx', '.zip'].map(
    mimeTypeOf
  )
);

/** Bytes of a value that the view wants in a page. */
export function inlineLimitOf(view: IView | undefined): number {
  return view?.inlineBytes ?? MAX_INLINE_BYTES;
}

/** What a page knows of a file that it does not read. */
export function fileData(path: string, size: number): VariableData {
  return { kind: 'file', name: nameOf(path), type: mimeTypeOf(path), size };
}

/**
 * Read a variable's data from the text of its file.
 *
 * @param variable - its path says how the text is read: `dictionary`, `text` or `json`
 * @param text - the whole file
 * @param maxBytes - a larger value becomes a `file`, which pages fetch by address
 * @param view - see `dataSourceOf`
 * @returns `none` when a dictionary does not have the id
 * @throws {JsonTextError} when JSON is expected and it is none
 */
export function readVariableText(
  variable: Pick<IVariable, 'id' | 'path'>,
  text: string,
  maxBytes = MAX_INLINE_BYTES,
  view?: Pick<IView, 'readsText'>
): VariableData {
  const { id, path } = variable;
  switch (dataSourceOf(path, view)) {
    case 'dictionary':
      return readDictionaryValue(readDictionary(text), id, maxBytes);
    case 'json':
      return limited(nodeData(parseJsonText(text), nameOf(path), maxBytes), path, text);
    case 'text': {
      const value = text.replace(/^\uFEFF/, '').trimEnd();
      return limited(valueData(value, value, nameOf(path), maxBytes), path, text);
    }
    case 'file':
      return fileData(path, utf8Length(text));
    default:
      return { kind: 'none' };
  }
}

/**
 * Read a `*.dictionary`: one JSON object for many variables.
 *
 * @throws {JsonTextError} when it is no JSON; anything but an object is an empty dictionary
 */
export function readDictionary(text: string): ReadonlyMap<string, IJsonNode> {
  return parseJsonText(text).members ?? new Map();
}

/** The data of one variable in a dictionary; `none` when it is not there. */
export function readDictionaryValue(
  dictionary: ReadonlyMap<string, IJsonNode>,
  id: string,
  maxBytes = MAX_INLINE_BYTES
): VariableData {
  const node = dictionary.get(id);
  return node ? nodeData(node, id, maxBytes) : { kind: 'none' };
}

/**
 * Data for a value that is in memory, such as that of a row, or one that a form shows first.
 */
export function valueAsData(value: JsonValue, id = '', maxBytes = MAX_INLINE_BYTES): VariableData {
  return valueData(value, textOfValue(value), id, maxBytes);
}

/** Keys of lists that a form cannot do without. */
const LIST_KEYS = ['options', 'suggestions'] as const;

/**
 * Merge configurations, later ones win; what is no object is left out, and so is a list of options or suggestions that
 * holds nothing readable: a form that could be filled in before stays one.
 */
export function mergeConfigurations(...configurations: readonly unknown[]): JsonObject {
  const merged: JsonObject = {};
  for (const configuration of configurations.filter(isJsonObject)) {
    const earlier = LIST_KEYS.flatMap(key =>
      merged[key] === undefined ? [] : [[key, merged[key]]]
    );
    Object.assign(merged, configuration);
    for (const [key, items] of earlier as [string, JsonValue][]) {
      if (readItems(items).length && !readItems(merged[key]).length) {
        merged[key] = items;
      }
    }
  }
  return merged;
}

function nodeData(node: IJsonNode, name: string, maxBytes: number): VariableData {
  return valueData(node.value, shownText(node), name, maxBytes);
}

function valueData(value: JsonValue, text: string, name: string, maxBytes: number): VariableData {
  const size = utf8Length(text);
  if (size <= maxBytes) {
    return { kind: 'value', value, text };
  }
  const type = typeof value === 'string' ? 'text/plain' : 'application/json';
  return { kind: 'file', name, type, size };
}

/** A value that is a whole file has the name, type and size of that file. */
function limited(data: VariableData, path: string, text: string): VariableData {
  return data.kind === 'file' ? fileData(path, utf8Length(text)) : data;
}
