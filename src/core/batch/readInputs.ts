import type { IAutomation, IVariable } from '../automation/automation';
import { ENVIRONMENT_PATH } from '../automation/automation';
import { createPositionAt } from '../automation/positions';
import { ProblemList, addUnreadable } from '../automation/problemList';
import { WEIGHTS } from '../automation/problemCodes';
import type { IFiles } from '../files';
import { FileError } from '../files';
import type { JsonObject, JsonValue } from '../json';
import { isJsonObject } from '../json';
import { folderOf, joinPath, nameOf, suffixOf } from '../path';
import type { IPosition, IProblem } from '../problem';
import { JsonTextError, parseJsonText } from '../view/jsonText';
import type { InputValues } from './batch';
import { JSON_SUFFIXES, takesFiles } from './inputFiles';
import { parseLenientJson } from './lenientJson';
import { ownValue } from './parseValue';

/** Larger text is given as a file, not as what is in it. */
const MAXIMUM_TEXT_BYTES = 1024 * 1024;

/** What lies in the input folder of a batch. */
export interface IReadInputs {
  values: InputValues;
  /** Files that cannot be read as what they are; they refuse runs. Their variables have no value. */
  problems: IProblem[];
}

/**
 * Read the input values of a batch from its files: see `readInputFiles`. What cannot be read has no value.
 *
 * @param batchFolder - absolute
 */
export async function readInputs(
  files: IFiles,
  automation: IAutomation,
  batchFolder: string
): Promise<InputValues> {
  return (await readInputFiles(files, automation, batchFolder)).values;
}

/**
 * Read the input values of a batch from its files, and say what is wrong with them.
 *
 * A key of a dictionary is the value of its variable; `.json` and `.geojson` are parsed; any other file is
 * text without trailing blanks. A variable that stands for files (see `takesFiles`), or whose text is
 * larger than 1 MiB or not UTF-8, has the value `{"files": [{"name", "size"}]}`: names without folders, in the order
 * of `{index}`, and never a path. ENVIRONMENT variables, and those without file or key, have no value.
 *
 * @param batchFolder - absolute
 */
export async function readInputFiles(
  files: IFiles,
  automation: IAutomation,
  batchFolder: string
): Promise<IReadInputs> {
  const problems = new ProblemList();
  const reader = new InputReader(files, joinPath(batchFolder, 'input'), problems);
  const entries: [string, JsonValue][] = [];
  for (const variable of automation.steps.input.variables) {
    const value = await reader.read(variable);
    if (value !== undefined) {
      entries.push([variable.id, value]);
    }
  }
  return { values: Object.fromEntries(entries), problems: problems.sorted() };
}

/** Reads the variables of one input folder; each dictionary once. */
class InputReader {
  constructor(
    private readonly _files: IFiles,
    private readonly _folder: string,
    private readonly _problems: ProblemList
  ) {}

  /** @returns undefined when the variable has no value */
  async read(variable: IVariable): Promise<JsonValue | undefined> {
    const path = joinPath(this._folder, variable.path);
    if (variable.path === ENVIRONMENT_PATH) {
      return undefined;
    }
    if (suffixOf(path) === '.dictionary') {
      return ownValue(await this._dictionary(path), variable.id) ?? undefined;
    }
    if (takesFiles(variable)) {
      return this._present(path);
    }
    const status = await this._files.status(path);
    if (status?.kind !== 'file') {
      return undefined;
    }
    const isJson = JSON_SUFFIXES.includes(suffixOf(path));
    if (!isJson && status.size > MAXIMUM_TEXT_BYTES) {
      return this._present(path);
    }
    try {
      const text = await this._files.readText(path);
      return isJson ? this._parse(text, path) : text.replace(/^\uFEFF/, '').trimEnd();
    } catch (error) {
      if (!isJson && error instanceof FileError && error.code === 'encoding') {
        return this._present(path);
      }
      return this._reportUnreadable(error);
    }
  }

  private async _dictionary(path: string): Promise<JsonObject> {
    const known = this._dictionaries.get(path);
    if (known) {
      return known;
    }
    const dictionary = await this._readDictionary(path);
    this._dictionaries.set(path, dictionary);
    return dictionary;
  }

  private async _readDictionary(path: string): Promise<JsonObject> {
    if ((await this._files.status(path))?.kind !== 'file') {
      return {};
    }
    let value: JsonValue | undefined;
    try {
      value = this._parse(await this._files.readText(path), path);
    } catch (error) {
      value = this._reportUnreadable(error);
    }
    if (value !== undefined && !isJsonObject(value)) {
      const position = { file: path, line: 1, column: 1 };
      this._reportSyntax(position, `"${nameOf(path)}" must hold a JSON object`);
    }
    return isJsonObject(value) ? value : {};
  }

  /** Names of the files that a path, perhaps with placeholders, stands for. */
  private async _present(path: string): Promise<JsonValue | undefined> {
    const found: { name: string; size: number }[] = [];
    for (const name of await this._matchingNames(path)) {
      const status = await this._files.status(joinPath(folderOf(path), name));
      if (status?.kind === 'file') {
        found.push({ name, size: status.size });
      }
    }
    return found.length ? { files: found } : undefined;
  }

  private async _matchingNames(path: string): Promise<string[]> {
    const pattern = nameOf(path);
    if (!/\{(index|suffix)\}/.test(pattern)) {
      return [pattern];
    }
    const source = pattern
      .split(/(\{index\}|\{suffix\})/)
      .map(part =>
        part === '{index}' ? '(\\d+)' : part === '{suffix}' ? '(?:\\.[^/]*)?' : escapePattern(part)
      )
      .join('');
    const expression = new RegExp(`^${source}$`);
    const names = await this._files.list(folderOf(path));
    return names
      .flatMap(name => {
        const match = expression.exec(name);
        return match ? [{ name, index: Number(match[1] ?? 0) }] : [];
      })
      .sort((a, b) => a.index - b.index)
      .map(({ name }) => name);
  }

  private _parse(text: string, path: string): JsonValue | undefined {
    try {
      return parseLenientJson(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
      this._reportJson(path, text.replace(/^\uFEFF/, ''));
      return undefined;
    }
  }

  /** Our own parser is slower, and knows the place. */
  private _reportJson(file: string, text: string): void {
    try {
      parseJsonText(text);
    } catch (error) {
      if (!(error instanceof JsonTextError)) {
        throw error;
      }
      const position = createPositionAt(text, file)(error.offset);
      this._reportSyntax(position, `"${nameOf(file)}" is not JSON: ${error.message}`);
    }
  }

  private _reportSyntax(position: IPosition, message: string): void {
    this._problems.add('syntax', position, message, 'correct the file', WEIGHTS.run);
  }

  private _reportUnreadable(error: unknown): undefined {
    if (!(error instanceof FileError)) {
      throw error;
    }
    addUnreadable(this._problems, error, WEIGHTS.run);
    return undefined;
  }

  private readonly _dictionaries = new Map<string, JsonObject>();
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
