import { isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';
import type { IFiles } from '../files';
import { FileError } from '../files';
import { joinPath } from '../path';
import type { IAutomation } from './automation';
import type { ProblemList } from './problemList';

/** A token with fewer characters can be guessed. */
const SHORTEST = 16;

/**
 * Check the files of tokens: what no one could sign in with, and what anyone could guess. No problem names a token.
 *
 * @param environment - value of an environment variable; undefined when it is not set
 */
export async function checkTokenFiles(
  files: IFiles,
  automation: IAutomation,
  environment: (name: string) => string | undefined,
  problems: ProblemList
): Promise<void> {
  for (const { path } of automation.authorization?.tokenFiles ?? []) {
    const file = joinPath(automation.folder, path);
    try {
      if (await files.status(file)) {
        checkTokens(await files.readText(file), file, environment, problems);
      }
    } catch (error) {
      if (!(error instanceof FileError)) {
        throw error;
      }
      problems.add(error.code, { file, line: 1, column: 1 }, error.message);
    }
  }
}

function checkTokens(
  text: string,
  file: string,
  environment: (name: string) => string | undefined,
  problems: ProblemList
): void {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: false, lineCounter: lines });
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const { pos } of document.errors.slice(0, 1)) {
    // The library quotes what it does not understand, which may be a token.
    problems.add('syntax', placeOf(pos[0]), 'the token file is not YAML');
  }
  if (document.errors.length || !isMap(document.contents)) {
    return;
  }
  document.contents.items.forEach((pair, index) => {
    const key = pair.key as Node;
    const value = pair.value as Node | null;
    const place = placeOf(key.range?.[0] ?? 0);
    const written = isScalar(key) ? String(key.source ?? key.value ?? '').trim() : '';
    const name = /^\{\s*(\w+)\s*\}$/.exec(written)?.[1];
    const token = name === undefined ? written : environment(name);
    if (name !== undefined && !token) {
      const message = `environment variable "${name}" for a token is not set`;
      problems.add('token-variable', place, message, 'set it where the server is started');
    } else if (token && token.length < SHORTEST) {
      const hint = `use at least ${SHORTEST} characters`;
      problems.add('token-weak', place, `token ${index + 1} is short`, hint);
    }
    if (value && !isMap(value) && !(isScalar(value) && value.value === null)) {
      const message = `the identity of token ${index + 1} must be a dictionary`;
      problems.add('token-identity', place, message);
    }
  });
}
