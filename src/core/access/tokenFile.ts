import { isMap, isScalar, parseDocument, type Node } from 'yaml';
import { isJsonObject, type JsonObject } from '../json';

/** Tokens of a file, with the identity that each gives. */
export interface ITokenFile {
  entries: { token: string; identity: JsonObject }[];
  /** Names of environment variables that tokens are in and that are not set; nobody has these tokens. */
  missing: string[];
}

const REFERENCE = /^\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}$/;

/**
 * Read a file of tokens: YAML, token → identity dictionary; null is {}. A key `{NAME}` stands for the
 * value of that environment variable. What is not understood gives no token; checks of the configuration say so.
 *
 * @param environment - value of an environment variable; undefined when it is not set
 */
export function parseTokenFile(
  text: string,
  environment: (name: string) => string | undefined
): ITokenFile {
  const file: ITokenFile = { entries: [], missing: [] };
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length || !isMap(document.contents)) {
    return file;
  }
  for (const pair of document.contents.items) {
    const written = textOfKey(pair.key as Node | null);
    const name = REFERENCE.exec(written)?.[1];
    const token = (name === undefined ? written : (environment(name) ?? '')).trim();
    if (name !== undefined && !token) {
      file.missing.push(name);
    }
    const value = pair.value as Node | null;
    const identity: unknown = value ? value.toJS(document, { maxAliasCount: 100 }) : null;
    if (token && (identity === null || isJsonObject(identity))) {
      file.entries.push({ token, identity: identity ?? {} });
    }
  }
  return file;
}

/** The key as it is written: a token of digits stays what it is. `{NAME}` without quotes is a mapping. */
function textOfKey(key: Node | null): string {
  if (isScalar(key)) {
    return key.source ?? String(key.value ?? '');
  }
  const [only, ...others] = isMap(key) ? key.items : [];
  return only && !others.length && isScalar(only.key) && !textOfValue(only.value)
    ? `{${String(only.key.value)}}`
    : '';
}

function textOfValue(value: unknown): string {
  return isScalar(value) ? String(value.value ?? '') : value ? 'more' : '';
}
