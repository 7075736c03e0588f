import type { IAutomation } from '../automation/automation';
import type { IFiles } from '../files';
import { FileError } from '../files';
import { joinPath, suffixOf } from '../path';
import { JsonTextError, parseJsonText, type IJsonNode } from '../view/jsonText';
import { JSON_SUFFIXES } from './inputFiles';

/**
 * Read how numbers of a batch are written in its files, such as `3.0`, which the value no longer knows. What cannot be
 * read has no number; `readInputFiles` says so.
 *
 * @param batchFolder - absolute
 * @returns texts by variable id
 */
export async function readWrittenNumbers(
  files: IFiles,
  automation: IAutomation,
  batchFolder: string
): Promise<ReadonlyMap<string, string>> {
  const nodes = new Map<string, IJsonNode | null>();
  const texts = new Map<string, string>();
  for (const { id, path } of automation.steps.input.variables) {
    const isDictionary = suffixOf(path) === '.dictionary';
    if (!isDictionary && !JSON_SUFFIXES.includes(suffixOf(path))) {
      continue;
    }
    const file = joinPath(batchFolder, 'input', path);
    if (!nodes.has(file)) {
      nodes.set(file, await readNode(files, file));
    }
    const root = nodes.get(file);
    const node = isDictionary ? root?.members?.get(id) : root;
    if (typeof node?.value === 'number') {
      texts.set(id, node.text);
    }
  }
  return texts;
}

async function readNode(files: IFiles, file: string): Promise<IJsonNode | null> {
  try {
    return parseJsonText(await files.readText(file));
  } catch (error) {
    if (error instanceof FileError || error instanceof JsonTextError) {
      return null;
    }
    throw error;
  }
}
