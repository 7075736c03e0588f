import type { IPosition } from '../problem';
import type { PositionAt } from './positions';
import type { IMappingEntry, TreeNode } from './tree';

/** Nesting beyond this is refused. */
const MAXIMUM_DEPTH = 100;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z]+/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\r\n]*/y;

/** Words of JSON, and those that Python writes besides, which read as null. */
const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', null],
  ['Infinity', null],
  ['-Infinity', null]
]);

/** A value with the place of everything in it, or the first fault. */
export type ParsedJson =
  { node: TreeNode } | { fault: { code: JsonFaultCode; message: string; position: IPosition } };

type JsonFaultCode = 'syntax' | 'duplicate-key';

class JsonFault extends Error {
  constructor(
    readonly code: JsonFaultCode,
    message: string,
    readonly offset: number
  ) {
    super(message);
    this.name = 'JsonFault';
  }
}

/**
 * Parse JSON, keeping the place of every key and value. `NaN` and infinities read as null.
 *
 * Never throws, whatever the text.
 *
 * @param positionAt - the place of an offset in `text`
 */
export function parseJson(text: string, positionAt: PositionAt): ParsedJson {
  try {
    return { node: new JsonReader(text, positionAt).read() };
  } catch (error) {
    if (!(error instanceof JsonFault)) {
      throw error;
    }
    const { code, message, offset } = error;
    return { fault: { code, message, position: positionAt(offset) } };
  }
}

class JsonReader {
  constructor(
    private readonly _text: string,
    private readonly _positionAt: PositionAt
  ) {}

  read(): TreeNode {
    this._take(SPACE);
    const node = this._value(0);
    this._take(SPACE);
    if (this._at < this._text.length) {
      this._fail('there is something after the value');
    }
    return node;
  }

  private _value(depth: number): TreeNode {
    if (depth > MAXIMUM_DEPTH) {
      return this._fail('the value is nested too deeply');
    }
    const position = this._positionAt(this._at);
    switch (this._text[this._at]) {
      case '{':
        return { kind: 'mapping', position, isFlow: true, entries: this._entries(depth) };
      case '[':
        return { kind: 'list', position, items: this._items(depth) };
      case '"': {
        const text = this._string();
        return { kind: 'scalar', position, value: text, text, isQuoted: true };
      }
    }
    const number = this._take(NUMBER);
    if (number) {
      return { kind: 'scalar', position, value: Number(number), text: number };
    }
    const start = this._at;
    const word = this._take(WORD);
    const value = WORDS.get(word);
    if (value === undefined) {
      this._at = start;
      return this._fail(word ? `"${word}" is no JSON` : this._expected('a value'));
    }
    return { kind: 'scalar', position, value, text: word };
  }

  private _entries(depth: number): IMappingEntry[] {
    const entries = new Map<string, IMappingEntry>();
    this._each('}', () => {
      const start = this._at;
      const position = this._positionAt(start);
      const key = this._string();
      const first = entries.get(key);
      if (first) {
        const message = `"${key}" is given twice; first at line ${first.position.line}`;
        throw new JsonFault('duplicate-key', message, start);
      }
      this._take(SPACE);
      if (this._text[this._at] !== ':') {
        this._fail(this._expected('":"'));
      }
      this._at += 1;
      this._take(SPACE);
      entries.set(key, { key, position, value: this._value(depth + 1) });
    });
    return [...entries.values()];
  }

  private _items(depth: number): TreeNode[] {
    const items: TreeNode[] = [];
    this._each(']', () => items.push(this._value(depth + 1)));
    return items;
  }

  /** Read what is separated by commas, up to a closing bracket. */
  private _each(end: string, readOne: () => void): void {
    this._at += 1;
    this._take(SPACE);
    if (this._text[this._at] === end) {
      this._at += 1;
      return;
    }
    for (;;) {
      readOne();
      this._take(SPACE);
      const next = this._text[this._at];
      if (next !== ',' && next !== end) {
        this._fail(this._expected(`"," or "${end}"`));
      }
      this._at += 1;
      if (next === end) {
        return;
      }
      this._take(SPACE);
    }
  }

  private _string(): string {
    const written = this._take(STRING);
    if (!written) {
      const isOpen = this._text[this._at] === '"';
      this._fail(
        isOpen ? 'this text is not closed, or has a wrong escape' : this._expected('a text')
      );
    }
    return JSON.parse(written) as string;
  }

  private _take(pattern: RegExp): string {
    pattern.lastIndex = this._at;
    const [taken] = pattern.exec(this._text) ?? [''];
    this._at += taken.length;
    return taken;
  }

  private _expected(what: string): string {
    const found = this._text[this._at];
    return `${what} is expected${found === undefined ? ', but the text ends' : ''}`;
  }

  private _fail(message: string): never {
    throw new JsonFault('syntax', message, this._at);
  }

  private _at = 0;
}
