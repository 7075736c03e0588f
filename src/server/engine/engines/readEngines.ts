import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { ConfigError, type IProblem } from '../../../core/problem';
import { errorCode } from '../../files';
import { PLACE_FILES, type PlaceFiles } from '../place';

/** The engine of this host: its commands, its forks and the kernels of its Jupyter server. */
export const LOCAL_ENGINE = 'local';

const MAXIMUM_RUNS = 1000;
const KEYS = ['id', 'url', 'tokenVariable', 'files', 'kernels', 'maximumConcurrentRuns'];

/** A Jupyter server or gateway elsewhere. */
export interface IRemoteEngine {
  /** Recorded with each run. */
  id: string;
  /** With trailing slash. */
  url: string;
  /** '' for none. */
  token: string;
  files: PlaceFiles;
  /** Names of kernel specs that run there; null for all that it has. */
  kernels: readonly string[] | null;
  maximumConcurrentRuns: number;
}

/** Where runs execute, in the order in which they are tried. */
export interface IEngineList {
  engines: readonly (IRemoteEngine | { id: typeof LOCAL_ENGINE; maximumConcurrentRuns: number })[];
}

/**
 * Read the file that names engines.
 *
 * @param file - path of a YAML file with the list `engines`
 * @param environment - has the tokens that the file names
 * @param localRuns - how many runs this host takes at once unless the file says so
 * @throws {ConfigError} with everything that is wrong in it
 */
export async function readEngines(
  file: string,
  environment: NodeJS.ProcessEnv,
  localRuns: number
): Promise<IEngineList> {
  const lines = new LineCounter();
  const reader = new EngineReader(file, lines, environment);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw reader.fail(
      errorCode(error) === 'ENOENT' ? 'there is no such file' : 'the file cannot be read'
    );
  }
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  document.errors.forEach(error => reader.report(error.pos[0], error.message.split('\n')[0]));
  const list = isMap(document.contents) ? document.contents.get('engines', true) : undefined;
  if (!isSeq(list) || !list.items.length) {
    throw reader.fail('a list "engines" is expected, with an "id" in each entry');
  }
  const engines = list.items.flatMap(item => reader.read(item as Node, localRuns) ?? []);
  const ids = engines.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    reader.report(list.range?.[0] ?? 0, `the id "${twice}" is there twice`);
  }
  reader.finish();
  return {
    engines: ids.includes(LOCAL_ENGINE)
      ? engines
      : [{ id: LOCAL_ENGINE, maximumConcurrentRuns: localRuns }, ...engines]
  };
}

type Engine = IEngineList['engines'][number];

/** Reads entries, and collects what is wrong in them. */
class EngineReader {
  constructor(
    private readonly _file: string,
    private readonly _lines: LineCounter,
    private readonly _environment: NodeJS.ProcessEnv
  ) {}

  /** @returns null for an entry that is of no use */
  read(entry: Node, localRuns: number): Engine | null {
    if (!isMap(entry)) {
      this.report(entry.range?.[0] ?? 0, 'an engine is a mapping with "id" and "url"');
      return null;
    }
    for (const { key } of entry.items) {
      if (!isScalar(key) || !KEYS.includes(String(key.value))) {
        const name = isScalar(key) ? String(key.value) : '';
        const known = KEYS.join(', ');
        this.report(startOf(key, entry), `"${name}" is no key of an engine; there are ${known}`);
      }
    }
    const id = this._text(entry, 'id', /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters and digits');
    const runs = this._runs(entry, localRuns);
    if (id === LOCAL_ENGINE) {
      return { id: LOCAL_ENGINE, maximumConcurrentRuns: runs };
    }
    const url = this._text(entry, 'url', /^https?:\/\/[^\s]+$/, 'an http or https address');
    const files = (entry.get('files') ?? 'auto') as PlaceFiles;
    if (!PLACE_FILES.includes(files)) {
      this._reportAt(entry, 'files', `"files" is one of ${PLACE_FILES.join(', ')}`);
    }
    if (id === null || url === null) {
      return null;
    }
    return {
      id,
      url: url.endsWith('/') ? url : `${url}/`,
      token: this._token(entry),
      files,
      kernels: this._kernels(entry),
      maximumConcurrentRuns: runs
    };
  }

  report(offset: number, message: string): void {
    const { line, col } = this._lines.linePos(offset);
    this._problems.push({
      file: path.relative(process.cwd(), this._file) || this._file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      severity: 'error',
      code: 'engines-invalid',
      message,
      hint: '',
      blocks: 'all'
    });
  }

  /** An error about the file as a whole, with those that are known already. */
  fail(message: string): ConfigError {
    this.report(0, message);
    return new ConfigError(this._problems);
  }

  /** @throws {ConfigError} when anything is wrong */
  finish(): void {
    if (this._problems.length) {
      throw new ConfigError(this._problems);
    }
  }

  private _text(entry: YAMLMap, key: string, pattern: RegExp, what: string): string | null {
    const value = entry.get(key);
    if (typeof value === 'string' && pattern.test(value)) {
      return value;
    }
    this._reportAt(entry, key, `"${key}" has to be ${what}`);
    return null;
  }

  private _runs(entry: YAMLMap, localRuns: number): number {
    const value = entry.get('maximumConcurrentRuns') ?? localRuns;
    if (
      typeof value === 'number' &&
      Number.isInteger(value) &&
      value >= 1 &&
      value <= MAXIMUM_RUNS
    ) {
      return value;
    }
    const message = `"maximumConcurrentRuns" is a whole number from 1 to ${MAXIMUM_RUNS}`;
    this._reportAt(entry, 'maximumConcurrentRuns', message);
    return 1;
  }

  private _token(entry: YAMLMap): string {
    const name = entry.get('tokenVariable');
    if (name === undefined) {
      return '';
    }
    const token = typeof name === 'string' ? this._environment[name] : undefined;
    if (token === undefined) {
      const message = `the environment variable "${String(name)}", which should hold the token, is not set`;
      this._reportAt(entry, 'tokenVariable', message);
    }
    return token ?? '';
  }

  private _kernels(entry: YAMLMap): string[] | null {
    const value = entry.get('kernels');
    if (value === undefined) {
      return null;
    }
    const names: unknown = isSeq(value) ? value.toJSON() : null;
    if (Array.isArray(names) && names.every(name => typeof name === 'string')) {
      return names;
    }
    this._reportAt(entry, 'kernels', '"kernels" is a list of names of kernel specs');
    return null;
  }

  private _reportAt(entry: YAMLMap, key: string, message: string): void {
    const pair = entry.items.find(item => isScalar(item.key) && item.key.value === key);
    this.report(startOf(pair?.value ?? pair?.key, entry), message);
  }

  private readonly _problems: IProblem[] = [];
}

function startOf(node: unknown, parent: YAMLMap): number {
  const range =
    typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : null;
  return range?.[0] ?? parent.range?.[0] ?? 0;
}
