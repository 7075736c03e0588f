import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IVariable } from '../../core/automation/automation';
import { parseJsonText, readJsonText, type IJsonNode } from '../../core/view/jsonText';
import { isAbsent } from '../files';
import { digestFile } from '../store/blobs';
import { withoutRemarks } from './comparePictures';
import { compareText } from './compareText';
import { compareDictionaries, compareValues } from './compareValues';
import type { FileDifference, IDifference } from './difference';
import { notebookResults } from './notebookResults';

/** Larger files are the same or not, byte for byte. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Suffixes of files that hold one JSON value. */
const JSON_SUFFIXES: ReadonlySet<string> = new Set(['.json', '.geojson', '.configuration']);

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Compare what a script wrote with what its test expects. Each expected file counts, and in a dictionary each expected
 * key; what was written beside them says nothing. Hidden files are passed over.
 *
 * Dictionaries, JSON and notebooks are compared by value, text line by line, pictures without their remarks, everything
 * else byte for byte.
 *
 * @param expectedFolder - absolute; it need not exist
 * @param actualFolder - absolute
 * @param variables - of the output step, to name those that a file shows
 */
export async function compareOutputs(
  expectedFolder: string,
  actualFolder: string,
  variables: readonly Pick<IVariable, 'id' | 'path'>[]
): Promise<{ files: number; differences: IDifference[] }> {
  const files = await listFiles(expectedFolder);
  const differences: IDifference[] = [];
  for (const file of files) {
    const found = await compareFile(
      file,
      path.join(expectedFolder, file),
      path.join(actualFolder, file)
    );
    const shownBy = variables.find(variable => variable.path === file)?.id ?? null;
    for (const difference of found) {
      const key = isDictionary(file) ? /^[^.[]+/.exec(difference.place)?.[0] : undefined;
      differences.push({ file, variable: key ?? shownBy, ...difference });
    }
  }
  return { files: files.length, differences };
}

/** Paths of all files below a folder, relative to it, sorted. */
async function listFiles(folder: string, below = ''): Promise<string[]> {
  let names: string[];
  try {
    names = await fs.readdir(path.join(folder, below));
  } catch (error) {
    if (isAbsent(error)) {
      return [];
    }
    throw error;
  }
  const files: string[] = [];
  for (const name of names.filter(each => !each.startsWith('.')).sort()) {
    const inner = path.posix.join(below, name);
    const status = await fs.stat(path.join(folder, inner));
    files.push(...(status.isDirectory() ? await listFiles(folder, inner) : [inner]));
  }
  return files;
}

async function compareFile(
  file: string,
  expected: string,
  actual: string
): Promise<FileDifference[]> {
  const wanted = await fs.stat(expected);
  const written = await statFile(actual);
  if (!written) {
    return [whole(`a file of ${wanted.size} bytes`, null)];
  }
  if (wanted.size > MOST_BYTES || written.size > MOST_BYTES) {
    const [one, other] = await Promise.all([digestFile(expected), digestFile(actual)]);
    return one.digest === other.digest ? [] : [unlike(wanted.size, written.size)];
  }
  const [one, other] = await Promise.all([fs.readFile(expected), fs.readFile(actual)]);
  return one.equals(other) ? [] : compareContent(file, one, other);
}

function compareContent(file: string, expected: Buffer, actual: Buffer): FileDifference[] {
  const texts = [decode(expected), decode(actual)] as const;
  if (texts[0] !== null && texts[1] !== null) {
    const values = isJson(file)
      ? ([readJsonText(texts[0]), readJsonText(texts[1])] as const)
      : null;
    return values?.[0] && values[1]
      ? compareJson(file, values[0], values[1])
      : compareText(texts[0], texts[1]);
  }
  const pictures = [withoutRemarks(expected), withoutRemarks(actual)];
  return pictures[0].equals(pictures[1])
    ? []
    : [unlike(expected.length, actual.length, firstDifference(expected, actual))];
}

function compareJson(file: string, expected: IJsonNode, actual: IJsonNode): FileDifference[] {
  if (isDictionary(file) && expected.members && actual.members) {
    return compareDictionaries(expected.members, actual.members);
  }
  const notebooks = [notebookResults(expected.value), notebookResults(actual.value)];
  return file.endsWith('.ipynb') && notebooks[0] && notebooks[1]
    ? compareValues(asNode(notebooks[0]), asNode(notebooks[1]))
    : compareValues(expected, actual);
}

function asNode(value: object): IJsonNode {
  return parseJsonText(JSON.stringify(value));
}

function isDictionary(file: string): boolean {
  return file.endsWith('.dictionary');
}

function isJson(file: string): boolean {
  return isDictionary(file) || file.endsWith('.ipynb') || JSON_SUFFIXES.has(path.extname(file));
}

/** @returns null for what is no text */
function decode(bytes: Buffer): string | null {
  try {
    return bytes.includes(0) ? null : decoder.decode(bytes);
  } catch {
    return null;
  }
}

async function statFile(file: string): Promise<{ size: number } | null> {
  try {
    const status = await fs.stat(file);
    return status.isFile() ? status : null;
  } catch (error) {
    if (isAbsent(error)) {
      return null;
    }
    throw error;
  }
}

function firstDifference(expected: Buffer, actual: Buffer): number {
  const length = Math.min(expected.length, actual.length);
  for (let at = 0; at < length; at++) {
    if (expected[at] !== actual[at]) {
      return at;
    }
  }
  return length;
}

function unlike(expectedSize: number, actualSize: number, at?: number): FileDifference {
  const where = at === undefined ? '' : `, other from byte ${at + 1} on`;
  return whole(`${expectedSize} bytes`, `${actualSize} bytes${where}`);
}

function whole(expected: string, actual: string | null): FileDifference {
  return { place: '', line: null, expected, actual };
}
