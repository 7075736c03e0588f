import type { JsonObject, JsonValue } from '../json';

/** A JSON value together with the characters that wrote it, so that `3.0` and long integers stay as they are. */
export interface IJsonNode {
  value: JsonValue;
  /** As written, without blanks around. */
  text: string;
  /** Of a list, in order. */
  items?: readonly IJsonNode[];
  /** Of an object, in order; of repeated keys the last one counts. */
  members?: ReadonlyMap<string, IJsonNode>;
}

/** The text is no JSON. */
export class JsonTextError extends Error {
  /**
   * @param offset - index of the character where it went wrong
   */
  constructor(
    message: string,
    readonly offset: number
  ) {
    super(message);
    this.name = 'JsonTextError';
  }
}

/** Lists in lists deeper than this are no data of a page, and would exhaust the stack. */
const MAX_DEPTH = 400;

/**
 * Parse JSON, keeping how each value is written. `NaN`, `Infinity` and `-Infinity` are accepted, because
 * scientific libraries write them; a byte order mark is skipped.
 *
 * @throws {JsonTextError}
 */
export function parseJsonText(text: string): IJsonNode {
  return new JsonTextReader(text.replace(/^\uFEFF/, '')).read();
}

/** Parse JSON as `parseJsonText` does. @returns null for a text that is no JSON */
export function readJsonText(text: string): IJsonNode | null {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError) {
      return null;
    }
    throw error;
  }
}

/**
 * What a page shows for a value: text as it is, null as '', `true`, `false` and numbers as written, lists
 * and objects as JSON text.
 */
export function shownText(node: IJsonNode): string {
  if (typeof node.value === 'string') {
    return node.value;
  }
  return node.value === null ? '' : node.text;
}

class JsonTextReader {
  constructor(private readonly _text: string) {}

  read(): IJsonNode {
    const node = this._value(0);
    if (this._at < this._text.length) {
      this._fail('unexpected text after the value');
    }
    return node;
  }

  private _value(depth: number): IJsonNode {
    if (depth > MAX_DEPTH) {
      this._fail('nested too deeply');
    }
    this._skipBlanks();
    const start = this._at;
    const node = this._token(start, depth);
    node.text = this._text.slice(start, this._at);
    this._skipBlanks();
    return node;
  }

  private _token(start: number, depth: number): IJsonNode {
    switch (this._text[start]) {
      case '{':
        return this._object(depth);
      case '[':
        return this._list(depth);
      case '"':
        return { value: this._string(), text: '' };
      default:
        return { value: this._scalar(), text: '' };
    }
  }

  private _object(depth: number): IJsonNode {
    const members = new Map<string, IJsonNode>();
    // A null prototype would be no plain object; `defineProperty` keeps a key such as `__proto__` a key.
    const value: JsonObject = {};
    this._at += 1;
    this._skipBlanks();
    while (!this._take('}')) {
      if (members.size) {
        this._expect(',');
        this._skipBlanks();
      }
      if (this._text[this._at] !== '"') {
        this._fail('expected a key in double quotes');
      }
      const key = this._string();
      this._skipBlanks();
      this._expect(':');
      const node = this._value(depth + 1);
      members.set(key, node);
      Object.defineProperty(value, key, {
        value: node.value,
        configurable: true,
        enumerable: true,
        writable: true
      });
    }
    return { value, text: '', members };
  }

  private _list(depth: number): IJsonNode {
    const items: IJsonNode[] = [];
    this._at += 1;
    this._skipBlanks();
    while (!this._take(']')) {
      if (items.length) {
        this._expect(',');
      }
      items.push(this._value(depth + 1));
    }
    return { value: items.map(({ value }) => value), text: '', items };
  }

  private _string(): string {
    STRING.lastIndex = this._at;
    const match = STRING.exec(this._text);
    if (!match) {
      this._fail('text is not closed');
    }
    try {
      const value = JSON.parse(match[0]) as string;
      this._at += match[0].length;
      return value;
    } catch (error) {
      if (error instanceof SyntaxError) {
        this._fail('text holds a character that must be escaped');
      }
      throw error;
    }
  }

  private _scalar(): JsonValue {
    SCALAR.lastIndex = this._at;
    const word = SCALAR.exec(this._text)?.[0];
    if (word === undefined) {
      this._fail(this._at < this._text.length ? 'unexpected character' : 'unexpected end');
    }
    this._at += word.length;
    const named = WORDS.get(word);
    return named === undefined ? Number(word) : named;
  }

  private _skipBlanks(): void {
    while (BLANKS.has(this._text[this._at])) {
      this._at += 1;
    }
  }

  private _take(character: string): boolean {
    if (this._text[this._at] !== character) {
      return false;
    }
    this._at += 1;
    return true;
  }

  private _expect(character: string): void {
    if (!this._take(character)) {
      this._fail(`expected "${character}"`);
    }
  }

  private _fail(message: string): never {
    throw new JsonTextError(message, this._at);
  }

  private _at = 0;
}

const BLANKS: ReadonlySet<string> = new Set([' ', '\t', '\n', '\r']);
const STRING = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const SCALAR =
  /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)(?![\w.])/y;
const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity]
]);
